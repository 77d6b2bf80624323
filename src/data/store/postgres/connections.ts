import { backoffMs } from '../../../core/backoff.ts'
import type { Deadline } from '../../../core/deadline.ts'
import type { BanyanError } from '../../../core/errors.ts'
import { dataErrors } from '../../errors.ts'
import { type Connection, type ConnectionOptions, connect } from './connection.ts'
import { askingName, seatsOf } from './seats.ts'
import { whenThereIsRoom } from './session.ts'

/** The connections of one process to one server: some are shared by everybody, the others belong to one transaction at a time. */
export interface Connections {
  /** Makes the first of each kind. Rejects with why that cannot be. */
  begin(): Promise<Connection>
  /** The shared one with the least to do. Rejects with STORE_UNAVAILABLE, at once while the server is away. */
  shared(): Promise<Connection>
  /** One for oneself, which is given back whatever happens. Rejects with STORE_UNAVAILABLE when none is free in time, or the server is away. */
  alone<Value>(deadline: Deadline, work: (connection: Connection) => Promise<Value>): Promise<Value>
  /** One that is there now and may be asked something small; undefined where there is none. */
  live(): Connection | undefined
  close(): Promise<void>
  /** Ends them at once: what is under way fails. */
  cut(): void
}

export interface PoolOptions extends Omit<ConnectionOptions, 'onEnd' | 'prepares' | 'name'> {
  /** The most of this process: two at least, or one where all are shared. */
  readonly max: number
  /** All are shared: nobody asks for one for himself. */
  readonly isShared?: boolean
  /** Looks at each new connection before it is used; one for which it rejects is not. */
  readonly admit?: (connection: Connection) => Promise<void>
  /** Called when one is lost, or cannot be had. */
  readonly onLost?: () => void
  /** The most of all processes together. */
  readonly maxOfAll: number
  /** So long somebody waits for a connection. */
  readonly waitMaxMs: number
  /** Tells this process from the others, for as long as it has connections. */
  readonly name: string
}

type Kind = 'shared' | 'alone'

interface Member {
  kind: Kind
  readonly connection: Connection
  /** Of those that are alone. */
  isBusy: boolean
  idleSinceMs: number
}

interface Waiter {
  readonly kind: Kind
  resolve(member: Member): void
  reject(error: BanyanError): void
}

/** Statements that are shared fill a connection: few are enough. */
const sharedMax = 2
/** So many statements under way, and another connection is worth its cost. */
const loadMax = 8

/**
 * One connection of each kind is always there, and made again when it is lost; more are made when they are needed, as far as there
 * are seats, and given back when somebody else has none.
 */
export function connectionsTo(options: PoolOptions): Connections {
  const { max, waitMaxMs, isShared = false } = options
  const kinds: readonly Kind[] = isShared ? ['shared'] : ['shared', 'alone']
  const seats = seatsOf({ schema: options.schema, max: options.maxOfAll, name: options.name })
  const members: Readonly<Record<Kind, Member[]>> = { shared: [], alone: [] }
  const waiters = new Set<Waiter>()
  /** Those under way to be more. */
  const growing = new Set<Kind>()
  let growAfterMs = 0
  /** To be given back once it is free. */
  let leaving: Member | undefined
  /** Why nobody can be served; undefined while that is not known to be so. */
  let away: BanyanError | undefined
  let isRestoring = false
  let isClosed = false

  const size = () => members.shared.length + members.alone.length
  const idle = () => members.alone.filter(({ isBusy }) => !isBusy)
  /** False where it was none any more. */
  const remove = (member: Member): boolean => {
    const at = members[member.kind].indexOf(member)
    if (at !== -1) members[member.kind].splice(at, 1)
    return at !== -1
  }

  /** Connects, and takes a seat; with `askMaxMs` waits so long for one, without it gives undefined where all are taken. */
  const open = async (kind: Kind, askMaxMs?: number): Promise<Member | undefined> => {
    let member: Member | undefined
    let hasEnded = false
    const onEnd = () => {
      hasEnded = true
      if (member === undefined || !remove(member) || isClosed) return
      options.onLost?.()
      void restore()
    }
    const connection = await connect({ ...options, name: askingName(options.name), prepares: true, onEnd })
    try {
      await options.admit?.(connection)
      let isSeated = await seats.take(connection)
      if (!isSeated && askMaxMs !== undefined) {
        await seats.ask(connection)
        for (const endMs = performance.now() + askMaxMs; !isSeated && !isClosed && performance.now() < endMs; ) {
          await pause(askEveryMs * (0.5 + Math.random()))
          isSeated = await seats.take(connection)
        }
      }
      if (hasEnded || isClosed || !isSeated) {
        await connection.end()
        return undefined
      }
    } catch (error) {
      await connection.end()
      throw error
    }
    member = { kind, connection, isBusy: false, idleSinceMs: performance.now() }
    members[kind].push(member)
    serve()
    return member
  }

  /** Gives what is free to those who wait. */
  const serve = () => {
    for (const waiter of waiters) {
      const [member] = waiter.kind === 'alone' ? idle() : members.shared
      if (member === undefined) continue
      waiters.delete(waiter)
      member.isBusy = waiter.kind === 'alone'
      waiter.resolve(member)
    }
  }

  /**
   * Shares one that is free, where none is shared; false where none is free. Never the other way: somebody may be between two
   * statements on one that is shared.
   */
  const turned = (): boolean => {
    const [member] = idle()
    if (members.shared.length > 0 || member === undefined || members.alone.length < 2) return false
    remove(member)
    member.kind = 'shared'
    members.shared.push(member)
    serve()
    return true
  }

  /** Makes what has to be there again, with pauses that grow; whoever waits is told meanwhile. */
  const restore = async (): Promise<void> => {
    if (isRestoring) return
    isRestoring = true
    // What is lost together is found together.
    await undefined
    for (let tries = 0; !isClosed; ) {
      const missing = kinds.find((kind) => members[kind].length === 0)
      if (missing === undefined) break
      // A process that has seats enough, of the other kind, would wait for others who owe it none.
      if (size() > 1 && missing === 'shared') {
        if (!turned()) await pause(askEveryMs)
        continue
      }
      if (size() > 1) giveBack(members.shared[1]!)
      try {
        if ((await open(missing, askMaxMs)) === undefined) continue
        tries = 0
        away = undefined
      } catch (cause) {
        if (size() === 0) {
          away = dataErrors.STORE_UNAVAILABLE('PostgreSQL is away', { cause, retryAfterSeconds: 1 })
          for (const { reject } of waiters) reject(away)
          waiters.clear()
        }
        options.onLost?.()
        tries++
        await pause(Math.min(pauseMinMs + backoffMs(tries, Math.random), pauseMaxMs))
      }
    }
    isRestoring = false
  }

  const grow = (kind: Kind) => {
    const most = kind === 'shared' ? Math.min(sharedMax, isShared ? max : max - 1) : max
    if (growing.has(kind) || isClosed || away !== undefined || performance.now() < growAfterMs) return
    if (members[kind].length >= most || size() + growing.size >= max || members[kind].length === 0) return
    growing.add(kind)
    openMore(kind)
      .catch(() => undefined)
      .then((made) => {
        growing.delete(kind)
        if (made === undefined) growAfterMs = performance.now() + growPauseMs
        else if ([...waiters].some((waiter) => waiter.kind === kind)) grow(kind)
      })
  }

  /** Asked for over one that there is: what finds no seat would for a moment be one of the server's that others need. */
  const openMore = async (kind: Kind): Promise<Member | undefined> => {
    const [asked] = members.shared
    return asked !== undefined && (await seats.isFree(asked.connection)) ? open(kind) : undefined
  }

  const waitFor = (kind: Kind, limitMs: number): Promise<Member> => {
    if (away !== undefined) return Promise.reject(away)
    if (members[kind].length === 0) void restore()
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        kind,
        resolve(member) {
          clearTimeout(timer)
          resolve(member)
        },
        reject(error) {
          clearTimeout(timer)
          reject(error)
        },
      }
      const timer = setTimeout(
        () => {
          waiters.delete(waiter)
          reject(dataErrors.STORE_UNAVAILABLE('no connection to PostgreSQL was free in time', { retryAfterSeconds: 1 }))
        },
        Math.min(limitMs, waitMaxMs),
      )
      waiters.add(waiter)
    })
  }

  const giveBack = (member: Member) => {
    if (!remove(member)) return
    growAfterMs = performance.now() + growPauseMs
    void member.connection.end()
  }

  /** Gives up what is not used, and what others need more. */
  const review = async () => {
    if (size() <= leastOfProcess) return
    const idleMost = idle().toSorted((one, other) => one.idleSinceMs - other.idleSinceMs)[0]
    if (members.alone.length > 1 && idleMost !== undefined && performance.now() - idleMost.idleSinceMs > idleMaxMs)
      return giveBack(idleMost)
    const [asked] = members.shared
    if (asked === undefined || !(await seats.owes(asked.connection, size()))) return
    const [, second] = members.shared
    const spare = members.alone.length > 1 ? (idle()[0] ?? members.alone[0]) : second
    if (spare?.isBusy) leaving = spare
    else if (spare !== undefined) giveBack(spare)
  }
  const reviewing = setInterval(() => void review().catch(() => {}), reviewEveryMs).unref()

  const shut = (error: BanyanError) => {
    isClosed = true
    clearInterval(reviewing)
    for (const { reject } of waiters) reject(error)
    waiters.clear()
  }

  return {
    async begin() {
      for (const kind of kinds) {
        if (members[kind].length > 0 || (await whenThereIsRoom(() => open(kind, askMaxMs))) !== undefined) continue
        throw dataErrors.STORE_UNSUITABLE(
          `all ${options.maxOfAll} connections of the processes that share this schema are taken, and a process needs two: raise maxConnections, lower connections, or run fewer processes`,
        )
      }
      return members.shared[0]!.connection
    },
    async shared() {
      let [best] = members.shared
      if (best === undefined) return (await waitFor('shared', waitMaxMs)).connection
      for (const other of members.shared) if (other.connection.load < best.connection.load) best = other
      if (best.connection.load >= loadMax) grow('shared')
      return best.connection
    },
    async alone(deadline, work) {
      let [member] = idle()
      if (member === undefined) {
        const waiting = waitFor('alone', deadline.remainingMs())
        grow('alone')
        member = await waiting
      }
      member.isBusy = true
      try {
        return await work(member.connection)
      } finally {
        member.isBusy = false
        member.idleSinceMs = performance.now()
        if (leaving === member) giveBack(member)
        else if (!turned()) serve()
      }
    },
    live: () => members.shared[0]?.connection,
    async close() {
      shut(dataErrors.STORE_CLOSED('the store has been closed'))
      await Promise.all([...members.shared, ...members.alone].map(({ connection }) => connection.end()))
    },
    cut() {
      shut(dataErrors.STORE_UNAVAILABLE('another PostgreSQL takes writes now'))
      for (const { connection } of [...members.shared, ...members.alone]) connection.cut()
    },
  }
}

/** One that is shared, and one for a transaction. */
const leastOfProcess = 2
const askMaxMs = 5_000
const askEveryMs = 50
const pauseMinMs = 20
const pauseMaxMs = 1_000
const growPauseMs = 1_000
const reviewEveryMs = 500
const idleMaxMs = 30_000

/** Keeps no process alive. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
