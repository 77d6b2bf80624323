import type { Deadline } from '../../../core/deadline.ts'
import { dataErrors } from '../../errors.ts'
import { type Connection, type ConnectionOptions, connect } from './connection.ts'

/** The connections of one process to one server: some are shared by everybody, the others belong to one transaction at a time. */
export interface Connections {
  /** The shared one with the least to do. */
  shared(): Promise<Connection>
  /** One for oneself, which is given back whatever happens. Rejects with STORE_UNAVAILABLE when none is free by the deadline. */
  alone<Value>(deadline: Deadline, work: (connection: Connection) => Promise<Value>): Promise<Value>
  close(): Promise<void>
  /** Ends them at once: what is under way fails. */
  cut(): void
}

export interface PoolOptions extends Omit<ConnectionOptions, 'onEnd' | 'prepares'> {
  /** Looks at each new connection before it is used; one for which it rejects is not. */
  readonly admit?: (connection: Connection) => Promise<void>
  /** Called when one is lost, or cannot be had. */
  readonly onLost?: () => void
}

/** Statements that are shared fill a connection: few are enough. */
const sharedMax = 2

export function connectionsTo(options: PoolOptions, max: number): Connections {
  const shared = slots(Math.min(sharedMax, max - 1), options)
  const alone = slots(max - shared.length, options)
  const idle = [...alone]
  const waiting: ((slot: Slot) => void)[] = []

  const take = async (deadline: Deadline): Promise<Slot> => {
    const free = idle.pop()
    if (free !== undefined) return free
    const { promise, resolve, reject } = Promise.withResolvers<Slot>()
    const timer = setTimeout(
      () => {
        waiting.splice(waiting.indexOf(resolve), 1)
        reject(dataErrors.STORE_UNAVAILABLE('no connection to PostgreSQL was free in time'))
      },
      Math.min(deadline.remainingMs(), waitMaxMs),
    )
    waiting.push(resolve)
    try {
      return await promise
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    async shared() {
      let best = shared[0]!
      for (const slot of shared) if (slot.load < best.load) best = slot
      return best.open()
    },
    async alone(deadline, work) {
      const slot = await take(deadline)
      try {
        return await work(await slot.open())
      } finally {
        const next = waiting.shift()
        if (next === undefined) idle.push(slot)
        else next(slot)
      }
    },
    async close() {
      await Promise.all([...shared, ...alone].map((slot) => slot.close()))
    },
    cut() {
      for (const slot of [...shared, ...alone]) slot.cut()
    },
  }
}

const waitMaxMs = 30_000

/** A place for one connection, which is made when it is needed and again when it was lost. */
interface Slot {
  readonly load: number
  open(): Promise<Connection>
  close(): Promise<void>
  cut(): void
}

function slots(count: number, options: PoolOptions): readonly Slot[] {
  return Array.from({ length: count }, () => {
    let opening: Promise<Connection> | undefined
    let opened: Connection | undefined
    let isClosed = false
    return {
      get load() {
        return opened?.load ?? 0
      },
      open() {
        if (opening !== undefined) return opening
        const forget = () => {
          if (opening !== made) return
          opening = undefined
          opened = undefined
          if (!isClosed) options.onLost?.()
        }
        const made = admitted(connect({ ...options, prepares: true, onEnd: forget }), options.admit)
        opening = made
        made.then((connection) => {
          opened = connection
        }, forget)
        return made
      },
      async close() {
        isClosed = true
        const connection = await opening?.catch(() => undefined)
        await connection?.end()
      },
      cut() {
        isClosed = true
        opening?.then(
          (connection) => connection.cut(),
          () => {},
        )
      },
    }
  })
}

async function admitted(connecting: Promise<Connection>, admit: PoolOptions['admit']): Promise<Connection> {
  const connection = await connecting
  try {
    await admit?.(connection)
    return connection
  } catch (error) {
    void connection.end()
    throw error
  }
}
