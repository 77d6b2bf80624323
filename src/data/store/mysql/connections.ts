import type { Deadline } from '../../../core/deadline.ts'
import { dataErrors } from '../../errors.ts'
import { type Connection, type ConnectionOptions, connect } from './connection.ts'

/** The connections of one process to one server. Each belongs to one piece of work at a time. */
export interface Connections {
  /** One for oneself, which is given back whatever happens. Rejects with STORE_UNAVAILABLE when none is free by the deadline. */
  use<Value>(deadline: Deadline, work: (connection: Connection) => Promise<Value>): Promise<Value>
  close(): Promise<void>
}

export function connectionsTo(options: Omit<ConnectionOptions, 'onEnd'>, max: number): Connections {
  const all = Array.from({ length: max }, () => slotTo(options))
  // The one that was used last is used next, so that no more are opened than are needed.
  const idle = all.toReversed()
  const waiting: ((slot: Slot) => void)[] = []

  const take = async (deadline: Deadline): Promise<Slot> => {
    const free = idle.pop()
    if (free !== undefined) return free
    const { promise, resolve, reject } = Promise.withResolvers<Slot>()
    const timer = setTimeout(
      () => {
        waiting.splice(waiting.indexOf(resolve), 1)
        reject(dataErrors.STORE_UNAVAILABLE('no connection to the database was free in time'))
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
    async use(deadline, work) {
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
      await Promise.all(all.map((slot) => slot.close()))
    },
  }
}

const waitMaxMs = 30_000

/** A place for one connection, which is made when it is needed and again when it was lost. */
interface Slot {
  open(): Promise<Connection>
  close(): Promise<void>
}

function slotTo(options: Omit<ConnectionOptions, 'onEnd'>): Slot {
  let opening: Promise<Connection> | undefined
  return {
    open() {
      if (opening !== undefined) return opening
      const forget = () => {
        if (opening === made) opening = undefined
      }
      const made = connect({ ...options, onEnd: forget })
      opening = made
      made.catch(forget)
      return made
    },
    async close() {
      const connection = await opening?.catch(() => undefined)
      await connection?.end()
    },
  }
}
