import type { Position } from '../../core/bookmark.ts'
import type { Deadline } from '../../core/deadline.ts'

/** The way to an engine itself, past everything that Banyan does. */
export interface NativeAccess {
  readonly dialect: 'postgres'
  /** A connection for oneself, to be released. Rejects with STORE_UNAVAILABLE when none is free by the deadline. */
  acquire(deadline: Deadline): Promise<NativeConnection>
}

export interface NativeConnection {
  /** Runs one statement; values of the app's own columns come as the app has them. */
  query(text: string, values: readonly unknown[]): Promise<NativeResult>
  /** Gives it back. `isBroken`: nobody knows in which state it is, so it is closed. */
  release(isBroken: boolean): void
}

export interface NativeResult {
  /** What was done: `SELECT`, `INSERT`, `ROLLBACK`. */
  readonly command: string
  readonly count: number
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  /** How far the store had come behind it. */
  readonly position: Position
}
