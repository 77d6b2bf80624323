import type { Position } from '../../../core/bookmark.ts'
import type { Connection, Result } from './connection.ts'

/**
 * How far the server has come, as its log of changes counts it: the number of a GTID, which it gives out in the order of commits
 * and its replicas keep. An epoch is what the numbers belong to: the server that gave them out. Without such a log nothing can
 * follow the server, so nothing lags behind it, and there is one position only.
 */
export interface Positions {
  /** What this process knows: nothing that it reads from now on is older. */
  readonly known: Position
  /** Of a commit, which the server tells with it, unless it wrote nothing. */
  ofCommit(connection: Connection, result: Result): Promise<Position>
  /** Asks behind what has been read. */
  now(connection: Connection): Promise<Position>
}

export async function positionsOf(connection: Connection): Promise<Positions> {
  const { dialect } = connection
  const read = async ({ run }: Connection) => (await run({ text: dialect.logNow, values: [] })).rows[0]!
  const [hasLog, own, gtids, server] = await read(connection)
  if (Number(hasLog) !== 1) {
    const known = { epoch: `${server} without log_bin`, position: 0 }
    return { known, ofCommit: async () => known, now: async () => known }
  }
  const within = String(own)
  const parse = (text: string) => dialect.positionIn(text, within) ?? { epoch: within, position: 0 }
  let known = parse(String(gtids))
  const learn = (position: Position): Position => {
    if (position.epoch !== known.epoch || position.position > known.position) known = position
    return position
  }
  const now = async (current: Connection) => learn(parse(String((await read(current))[2])))
  return {
    get known() {
      return known
    },
    ofCommit: (current, { gtid }) => (gtid === undefined ? now(current) : Promise.resolve(learn(parse(gtid)))),
    now,
  }
}
