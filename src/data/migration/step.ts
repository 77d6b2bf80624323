import type { FieldDeclaration } from '../../app/field.ts'
import type { ResourceManifest } from '../../app/manifest.ts'
import type { Backfill } from '../../app/resource.ts'
import type { Value } from '../../app/row.ts'
import type { Derived, Follow, StoredColumn, StoredIndex, StoredTable } from './stored.ts'

/**
 * One thing that happens to the data, whatever their engine: an engine makes it one commit, together with what it then
 * remembers. Tables and columns are named as they are stored.
 */
export type Step =
  | { readonly kind: 'createTable'; readonly table: StoredTable }
  /** The table is known by one name more; its rows stay where they are. */
  | { readonly kind: 'nameTable'; readonly table: string; readonly name: string }
  /** The version that opens the data has no resource for it. */
  | { readonly kind: 'leaveTable'; readonly table: string }
  /** The table gets another name and is no longer used, so that a new one can take its place. */
  | { readonly kind: 'setAsideTable'; readonly table: string; readonly aside: string }
  | { readonly kind: 'renameTable'; readonly table: string; readonly to: string }
  | { readonly kind: 'dropTable'; readonly table: string }
  /** `default`: what rows have that are there, or that are written by versions without the field. */
  | { readonly kind: 'addColumn'; readonly table: string; readonly column: StoredColumn; readonly default?: Value }
  | { readonly kind: 'nameColumn'; readonly table: string; readonly column: string; readonly name: string }
  | { readonly kind: 'leaveColumn'; readonly table: string; readonly column: string }
  | { readonly kind: 'setAsideColumn'; readonly table: string; readonly column: string; readonly aside: string }
  | { readonly kind: 'renameColumn'; readonly table: string; readonly column: string; readonly to: string }
  | { readonly kind: 'dropColumn'; readonly table: string; readonly column: string }
  | Fill
  | { readonly kind: 'createIndex'; readonly table: string; readonly index: StoredIndex }
  | { readonly kind: 'dropIndex'; readonly table: string; readonly index: string }
  /** From here on the table does without the indexes that only serve reads. */
  | { readonly kind: 'beginLoad'; readonly table: string }
  | { readonly kind: 'endLoad'; readonly table: string }
  | {
      readonly kind: 'makeDerived'
      readonly table: string
      readonly derived: Derived
      readonly resource: ResourceManifest
    }
  | { readonly kind: 'dropDerived'; readonly table: string; readonly derived: Derived }
  | { readonly kind: 'follow'; readonly table: string; readonly follow: Follow }
  | { readonly kind: 'unfollow'; readonly table: string; readonly target: string }

/** Gives a value to every row that has none in one of the columns, a bounded number of rows a commit. */
export interface Fill {
  readonly kind: 'fill'
  readonly table: string
  /** What the app calls it. */
  readonly resource: string
  readonly targets: readonly FillTarget[]
}

export interface FillTarget {
  /** Where the value goes. */
  readonly column: string
  readonly field: string
  readonly declaration: FieldDeclaration
  readonly source: { readonly kind: 'default' } | { readonly kind: 'backfill'; readonly backfill: Backfill }
  /** The stored columns that the source reads, by the names that it knows them by. */
  readonly reads: readonly { readonly name: string; readonly column: StoredColumn }[]
  /** Tells this source from another one. */
  readonly by: string
}

/** A question to the rows of a table. */
export type Condition =
  | { readonly kind: 'any' }
  | { readonly kind: 'null'; readonly column: string }
  | { readonly kind: 'value'; readonly column: string }
  /** A value that is none of these. */
  | { readonly kind: 'otherThan'; readonly column: string; readonly values: readonly string[] }
  /** A number whose stored form has more digits than this. */
  | { readonly kind: 'moreDigits'; readonly column: string; readonly digits: number }
  /** A value that another row has too. */
  | { readonly kind: 'repeated'; readonly column: string }

/** What a difference asks for: steps, and choices between them that only the rows can make. */
export type Change =
  | Step
  | {
      readonly kind: 'when'
      readonly table: string
      readonly condition: Condition
      /** Where at least so many rows meet it; without it one. */
      readonly atLeast?: number
      readonly some: readonly Change[]
      readonly none: readonly Change[]
    }
  | Refusal

/** What cannot be done as it is declared. `{rows}` in the reason stands for the number of rows that met the condition. */
export interface Refusal {
  readonly kind: 'refusal'
  readonly place: string
  readonly reason: string
  readonly mend: string
}
