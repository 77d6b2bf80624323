/** A value as JSON has it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** The part of JSON Schema (2020-12) that Banyan writes. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}
