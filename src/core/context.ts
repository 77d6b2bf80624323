import type { Bookmark } from './bookmark.ts'
import type { Deadline } from './deadline.ts'

/** Who is calling, whatever the identity driver calls its subject. `id`: 1 to 128 characters. */
export interface Principal {
  readonly id: string
  readonly roles: readonly string[]
}

/** Goes with a request through every layer, call and message. */
export interface Context {
  readonly requestId: string
  /** Aborted when the deadline passes or the caller has gone. Made when first asked for. */
  readonly signal: AbortSignal
  readonly deadline: Deadline
  readonly traceparent?: string | undefined
  readonly principal?: Principal | undefined
  readonly idempotencyKey?: string | undefined
  /** What this caller has already seen or written: nothing older may be shown. Stores add to it as they answer. */
  readonly bookmark: Bookmark
}
