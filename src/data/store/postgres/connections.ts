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
}

type PoolOptions = Omit<ConnectionOptions, 'onEnd' | 'prepares'>

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
  }
}

const waitMaxMs = 30_000

/** A place for one connection, which is made when it is needed and again when it was lost. */
interface Slot {
  readonly load: number
  open(): Promise<Connection>
  close(): Promise<void>
}

function slots(count: number, options: PoolOptions): readonly Slot[] {
  return Array.from({ length: count }, () => {
    let opening: Promise<Connection> | undefined
    let opened: Connection | undefined
    return {
      get load() {
        return opened?.load ?? 0
      },
      open() {
        if (opening !== undefined) return opening
        const forget = () => {
          if (opening === made) opening = undefined
          opened = undefined
        }
        const made = connect({ ...options, prepares: true, onEnd: forget })
        opening = made
        made.then((connection) => {
          opened = connection
        }, forget)
        return made
      },
      async close() {
        const connection = await opening?.catch(() => undefined)
        await connection?.end()
      },
    }
  })
}
