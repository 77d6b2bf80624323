import type { AccessRule, Action } from '../app/access.ts'
import type { FieldRecord, OperationManifest } from '../app/manifest.ts'
import type { Row } from '../app/row.ts'
import type { Total } from '../app/total.ts'
import type { Context } from '../core/context.ts'
import type { BanyanError } from '../core/errors.ts'
import type { ListRequest } from '../data/list.ts'
import type { View } from './view.ts'

/** Everything that a request can ask for: a generated operation of a resource, or one that a service declares. */
export type Operation = GeneratedOperation | DeclaredOperation

export interface GeneratedOperation {
  readonly kind: 'generated'
  /** `flights.get`. */
  readonly id: string
  /** The version of the API in which it is asked for: an older one has operations of its own. */
  readonly version: string
  readonly action: Action | 'batch'
  readonly view: View
  readonly access: AccessRule
  run(input: never, context: Context): Promise<Answer>
}

export interface DeclaredOperation {
  readonly kind: 'declared'
  /** `bookings.book`. */
  readonly id: string
  readonly version: string
  readonly isOlder: boolean
  /** In the version's words. */
  readonly manifest: OperationManifest
  readonly access: AccessRule
  readonly input: FieldRecord
  run(input: Readonly<Record<string, unknown>>, context: Context): Promise<Answer>
}

/** What an operation answers with, in the form in which it can be stored beside its effect and given again. */
export type Answer =
  | { readonly kind: 'none' }
  /** One row: `json` is its body, `version` its tag, where it has one. */
  | {
      readonly kind: 'row'
      readonly resource: string
      readonly id: string
      readonly version?: number
      readonly created: boolean
      readonly json: string
    }
  /** `faults`: of the app, which `json` tells by their number only, for the log of whoever answers. */
  | { readonly kind: 'json'; readonly json: string; readonly faults?: readonly BanyanError[] }
  /** Rows that are rendered for the caller who asked: never stored. */
  | {
      readonly kind: 'read'
      readonly view: View
      readonly row: Row
      readonly included?: Included
      /** Who asks decides what is included. */
      readonly isPrivate?: boolean
    }
  | {
      readonly kind: 'list'
      readonly view: View
      readonly rows: readonly Row[]
      readonly next: string | null
      readonly total?: Total
      readonly included?: readonly Included[]
      readonly isPrivate?: boolean
    }

/** The rows that a row's references name, under the names of the version; null also where the caller may not read them. */
export type Included = Readonly<Record<string, { readonly view: View; readonly row: Row } | null>>

export interface GetInput {
  readonly id: string
  readonly include: readonly string[]
}

export interface ListInput extends ListRequest {
  readonly include: readonly string[]
}

export interface CreateInput {
  readonly value: Readonly<Record<string, unknown>>
}

export interface ChangeInput {
  readonly id: string
  /** A merge patch for `update`, the whole row for `replace`. */
  readonly value: Readonly<Record<string, unknown>>
  /** The version that the caller expects (`If-Match`). */
  readonly version?: number
}

export interface DeleteInput {
  readonly id: string
  readonly version?: number
}
