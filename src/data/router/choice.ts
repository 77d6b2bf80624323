/** What a server of several is chosen by. */
export interface Choosable {
  readonly member: { readonly zone?: string | undefined }
  /** How many reads are under way there. */
  readonly load: number
  /** When it was last chosen, as a count of all choices. */
  turn: number
}

/**
 * The one with the least to do, in turns among those that are alike; one of our own zone unless it is clearly busier than the best
 * elsewhere.
 */
export function chooser<Server extends Choosable>(zone: string | undefined): (servers: readonly Server[]) => Server {
  let turns = 0
  return (servers) => {
    const near = zone === undefined ? [] : servers.filter(({ member }) => member.zone === zone)
    const best = leastLoaded(servers)
    const bestNear = near.length === 0 ? best : leastLoaded(near)
    const chosen = isClearlyBusier(bestNear.load, best.load) ? best : bestNear
    chosen.turn = ++turns
    return chosen
  }
}

function leastLoaded<Server extends Choosable>(servers: readonly Server[]): Server {
  let [best] = servers as readonly [Server, ...Server[]]
  for (const server of servers)
    if (server.load < best.load || (server.load === best.load && server.turn < best.turn)) best = server
  return best
}

/** What crosses zones costs time and money, so a small difference is no reason to. */
function isClearlyBusier(load: number, other: number): boolean {
  return load > 2 * other + 3
}
