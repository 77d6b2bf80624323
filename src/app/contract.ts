import type { Fields } from './field.ts'

/** What a called operation takes and gives. */
export interface CallDeclaration {
  readonly input: Fields
  readonly output?: Fields
  /** The same idempotency key gets the same answer and has one effect. */
  readonly idempotent?: boolean
}

export type Calls = Readonly<Record<string, CallDeclaration>>

/** Where two services meet: one implements it, others call it, and neither imports the other. */
export interface Contract<Name extends string = string, C extends Calls = Calls> {
  readonly kind: 'contract'
  readonly name: Name
  readonly calls: C
}

export function contract<const Name extends string, const C extends Calls>(name: Name, calls: C): Contract<Name, C> {
  return { kind: 'contract', name, calls }
}
