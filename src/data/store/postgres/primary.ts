import type { Position } from '../../../core/bookmark.ts'
import type { Scheduler } from '../../../core/scheduler.ts'
import type { Telemetry } from '../../../core/telemetry.ts'
import { dataErrors } from '../../errors.ts'
import type { Address } from './address.ts'
import type { Connection } from './connection.ts'
import { type Connections, connectionsTo, type PoolOptions } from './connections.ts'
import type { History } from './history.ts'
import { epochOf, type Look, look } from './look.ts'
import { lookAt, lookOver } from './look-at.ts'
import { lsnOf, type Positions } from './position.ts'

/** Whichever of several servers takes writes now. */
export interface Primary {
  /** Those to it. They reject with STORE_UNAVAILABLE while none is known. */
  readonly connections: Connections
  readonly positions: Positions
  progress(): ReturnType<Positions['now']>
  /** It may not be the primary any more: all are looked at, and the one that is takes its place. */
  doubt(): void
  close(): Promise<void>
}

export interface PrimaryOptions {
  /** Where it may be, the replicas' addresses among them. */
  readonly addresses: readonly Address[]
  readonly history: History
  readonly pool: Omit<PoolOptions, 'address' | 'max' | 'isShared'>
  /** The most connections. */
  readonly max: number
  readonly scheduler: Scheduler
  readonly telemetry: Telemetry
  /** Nothing is read from other servers, so that what is known of this one's progress holds for all reads. */
  readonly isAlone: boolean
}

/** A server as it was found. What was begun on its connections is not gone on with elsewhere. */
interface Serving {
  readonly address: Address
  readonly epoch: string
  readonly connections: Connections
  /** For questions about it: what they are asked about may fill the others. */
  readonly asking: Connections
}

/** A server that is slower than this is not waited for while another may be the primary. */
const lookWithinMs = 1_000
/** So long after a look in vain comes the next one, later and later: many processes look, and a promotion may take a while. */
const lookAgainMs = { first: 100, more: 50, most: 500 } as const

/**
 * Follows the primary, beginning with the one that was found. A connection that is lost, or one that is made and finds another history,
 * is a reason to look at all addresses; until one of them takes writes in the latest history that was seen, everything is
 * refused. No connection is used before its server has said that it is the one.
 */
export function primaryFrom(first: Address, found: Look, options: PrimaryOptions): Primary {
  const { addresses, history, pool, max, scheduler, telemetry, isAlone } = options
  const epochs = new WeakMap<Connection, string>()
  let isLost = false
  let isClosed = false
  let isDoubted = false
  let isSearching = false

  const serve = (address: Address, epoch: string): Serving => {
    const admit = async (connection: Connection) => {
      const seen = await look(connection)
      history.see(seen)
      if (epochOf(seen) !== epoch || !history.mayWrite(seen))
        throw dataErrors.STORE_UNAVAILABLE(`PostgreSQL at ${address.name} is not the primary that it was`)
      epochs.set(connection, epoch)
    }
    const onLost = () => {
      if (serving.address === address && serving.epoch === epoch) doubt()
    }
    const to = { ...pool, address, admit, onLost }
    return {
      address,
      epoch,
      connections: connectionsTo({ ...to, max }),
      asking: connectionsTo({ ...to, max: 1, isShared: true }),
    }
  }

  const now = (): Serving => {
    if (isLost) throw dataErrors.STORE_UNAVAILABLE('no PostgreSQL takes writes now, and one is being looked for')
    return serving
  }

  const doubt = () => {
    isDoubted = true
    if (isSearching) return
    isSearching = true
    void search().finally(() => {
      isSearching = false
    })
  }

  const looking = { withinMs: lookWithinMs, scheduler }
  /** Over a connection that there is, where there is one: every other is one more than all processes have agreed on. */
  const seenAt = async (address: Address): Promise<Look | 'silent' | 'gone'> => {
    if (address !== serving.address) return lookAt(address, pool, looking)
    const live = serving.connections.live()
    if (live !== undefined) {
      const seen = await lookOver(live, looking)
      if (seen !== 'gone') return seen
    }
    // With no other server to go to, whoever makes the connection anew finds out.
    return addresses.length === 1 ? 'silent' : lookAt(address, pool, looking)
  }
  const search = async () => {
    let pauseMs: number = lookAgainMs.first
    while (isDoubted && !isClosed) {
      isDoubted = false
      const looks = await Promise.all(addresses.map(async (address) => ({ address, seen: await seenAt(address) })))
      if (isClosed) return
      for (const { seen } of looks) if (typeof seen !== 'string') history.see(seen)
      const best = writableAmong(looks, history, serving.address)
      if (best !== undefined) settle(best)
      else {
        giveUp(looks.find(({ address }) => address === serving.address)?.seen === 'silent')
        isDoubted = true
        await new Promise<void>((resolve) => scheduler.after(pauseMs, resolve))
        pauseMs = Math.min(pauseMs + lookAgainMs.more, lookAgainMs.most)
      }
    }
  }

  const settle = ({ address, seen }: Writable) => {
    const epoch = epochOf(seen)
    if (address !== serving.address || epoch !== serving.epoch) become(address, seen)
    else if (isLost) telemetry.log('info', `PostgreSQL at ${address.name} takes writes again`)
    isLost = false
  }

  const giveUp = (isSilent: boolean) => {
    // One that only does not answer may go on with what it was asked.
    if (isSilent || isLost) return
    isLost = true
    telemetry.log('warn', `PostgreSQL at ${serving.address.name} takes no writes any more; another is looked for`)
  }

  const become = (address: Address, seen: Look) => {
    const epoch = epochOf(seen)
    telemetry.log('warn', `PostgreSQL at ${address.name} takes writes now, with the history ${epoch}`)
    const last = serving
    serving = serve(address, epoch)
    known = { epoch, position: seen.lsn }
    last.connections.cut()
    last.asking.cut()
  }

  const positionOn = async (connection: Connection) => {
    const { rows } = await connection.run(insertPosition)
    const position = { epoch: epochs.get(connection)!, position: lsnOf(rows[0]![0]!) }
    if (position.epoch === known.epoch && position.position > known.position) known = position
    return position
  }

  let serving = serve(first, epochOf(found))
  let known: Position = { epoch: epochOf(found), position: found.lsn }
  history.onLater = doubt
  return {
    connections: {
      begin: async () => now().connections.begin(),
      shared: async () => now().connections.shared(),
      alone: async (deadline, work) => now().connections.alone(deadline, work),
      live: () => (isLost ? undefined : serving.connections.live()),
      close: () => serving.connections.close(),
      cut: () => serving.connections.cut(),
    },
    positions: {
      get known() {
        return isAlone ? known : undefined
      },
      now: positionOn,
    },
    progress: async () => positionOn(await now().asking.shared()),
    doubt,
    async close() {
      isClosed = true
      await Promise.all([serving.connections.close(), serving.asking.close()])
    },
  }
}

interface Writable {
  readonly address: Address
  readonly seen: Look
}

/** One that may be written to; the one that serves stays, if it is one of them. */
function writableAmong(
  looks: readonly { readonly address: Address; readonly seen: Look | string }[],
  history: History,
  serving: Address,
): Writable | undefined {
  const writable = looks.flatMap(({ address, seen }) =>
    typeof seen !== 'string' && history.mayWrite(seen) ? [{ address, seen }] : [],
  )
  return writable.find(({ address }) => address === serving) ?? writable[0]
}

const insertPosition = { text: 'select pg_current_wal_insert_lsn()', values: [] }
