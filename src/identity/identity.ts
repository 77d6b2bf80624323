import type { Principal } from '../core/context.ts'

/** Says who is calling. */
export interface Identity {
  /** Whether it may be used where `NODE_ENV` is production. */
  readonly production: boolean
  /** The caller of an `Authorization` header; undefined without one. Throws CREDENTIALS_INVALID on what it does not accept. */
  principalOf(authorization: string | undefined): Principal | undefined
}
