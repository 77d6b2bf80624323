/** How a client speaks to its server. Everything may be left out. */
export interface ClientOptions {
  /** Who is calling: sent as `Authorization: Bearer …`. A function is asked with every call. */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>) | undefined
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** The longest that one call may take, all its tries and waits together: `'30s'` without it. */
  readonly timeout?: string
  /** How many more times a call is tried that may be tried again: 3 without it. */
  readonly retries?: number
  /** What another client has seen and written (its `bookmarkOf`): nothing older is shown to this one. */
  readonly bookmark?: string | undefined
  /**
   * Called when the server can no longer show all that this client has seen or written, after a restore from a copy for
   * instance. What was read before should be read again.
   */
  readonly onBookmarkLost?: () => void
  /** What sends a request, instead of the platform's `fetch`. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
  /** Where jitter comes from, from 0 to below 1. For tests. */
  readonly random?: () => number
  /** What waits between tries, in milliseconds. For tests. */
  readonly sleep?: (ms: number) => Promise<void>
}

export interface CallOptions {
  /** Gives up when aborted, with the reason of the signal. What a write that was under way has done is then unknown. */
  readonly signal?: AbortSignal
  /** The longest that this call may take: `'5s'`. */
  readonly timeout?: string
}

export interface WriteOptions extends CallOptions {
  /**
   * Names this one effect: the same key with the same values has it once, and gets the same answer, for 24 hours. Without it a
   * signed-in client takes a fresh one a call; one to be kept over restarts of the program has to be given.
   */
  readonly idempotencyKey?: string
}

export interface ChangeOptions extends WriteOptions {
  /** The version that the change was made from: another one in the store refuses it (412). */
  readonly version?: number
}
