declare const callsType: unique symbol

/** A service in another language, or of other people, known by its OpenAPI document. Where it runs, the topology says. */
export interface External<Name extends string = string, Calls extends ExternalCalls = ExternalCalls> {
  readonly kind: 'external'
  readonly name: Name
  /** OpenAPI 3.0 or 3.1. */
  readonly document: object
  readonly [callsType]?: Calls
}

/** What its operations take and give, as types by name. */
export type ExternalCalls = Readonly<Record<string, { readonly input: object; readonly output: unknown }>>

/**
 * Joins a service by its OpenAPI document: named in `calls`, it is called like a contract, `call.pricing.quote({ … })`.
 * `banyan external pricing.json --out pricing.ts` writes this call with the types of the document; without them everything is
 * accepted by the compiler, and by the document when it runs.
 */
export function external<const Name extends string, Calls extends ExternalCalls = LooseCalls>(
  name: Name,
  document: object,
): External<Name, Calls> {
  return { kind: 'external', name, document }
}

type LooseCalls = Readonly<Record<string, { readonly input: Readonly<Record<string, unknown>>; readonly output: any }>> // `any`: JSON modules have lost what the types would follow from.
