import type { FieldDeclaration } from '../../app/field.ts'
import type { ResourceManifest } from '../../app/manifest.ts'
import type { DriverDependencies } from '../../core/driver.ts'

/** What a store driver brings for tables that others have made. The portable half decides what becomes of them. */
export interface AdoptionDriver<Options> {
  /** Looks at tables without changing anything. Without names, at those of all schemas but the engine's own and Banyan's. */
  look(options: Options, asked: AskedTables, deps: DriverDependencies): Promise<readonly FoundTable[]>
  /** What gives tables a version that everybody counts up: statements, by table, of what is missing. */
  additions(tables: readonly FoundTable[]): readonly Addition[]
  /** Runs them as one transaction, or not at all. Rejects with `STORE_UNAVAILABLE` where others hold on to a table. */
  add(options: Options, additions: readonly Addition[], deps: DriverDependencies): Promise<void>
}

export interface AskedTables {
  readonly schemas?: readonly string[]
  readonly tables?: readonly TableName[]
}

export interface TableName {
  readonly schema: string
  readonly name: string
}

export interface Addition extends TableName {
  readonly statements: readonly string[]
}

/** A table as it was found. */
export interface FoundTable extends TableName {
  readonly kind: 'table' | 'partitioned table' | 'foreign table' | 'view'
  readonly columns: readonly FoundColumn[]
  /** The columns of its primary key; none, where it has none. */
  readonly key: readonly string[]
  /** Those by which lists can go. */
  readonly indexes: readonly FoundIndex[]
  /** Indexes that lists cannot use, with the reason. */
  readonly otherIndexes: readonly { readonly name: string; readonly reason: string }[]
  readonly references: readonly FoundReference[]
  /** What the account may do. */
  readonly rights: readonly ('select' | 'insert' | 'update' | 'delete')[]
  /** Its version is counted up by whoever writes. */
  readonly isCounted: boolean
}

export interface FoundColumn {
  readonly name: string
  /** As the engine writes it. */
  readonly type: string
  /** What it can be served as; undefined with the reason in `leftOut`. */
  readonly field: FieldDeclaration | undefined
  readonly leftOut?: string
  readonly optional: boolean
  /** Where a new row gets its value from if none is given: nowhere, a constant, or something that the database computes. */
  readonly default:
    | { readonly kind: 'none' }
    | { readonly kind: 'constant'; readonly value: string | number | boolean }
    | Computed
  /** Lists by it come in Banyan's order. */
  readonly isOrdered: boolean
}

interface Computed {
  readonly kind: 'computed'
  readonly expression: string
  /** Only the database gives it. */
  readonly isAlways: boolean
}

export interface FoundIndex {
  readonly name: string
  readonly columns: readonly string[]
  readonly isUnique: boolean
}

export interface FoundReference {
  readonly name: string
  readonly columns: readonly string[]
  readonly target: TableName
  readonly targetColumns: readonly string[]
  readonly onDelete: 'restrict' | 'cascade' | 'setNull' | 'setDefault'
}

/** As people write it. */
export function tableText({ schema, name }: TableName): string {
  return `${schema}.${name}`
}

export function nameOfAdopted({ adopted }: Pick<ResourceManifest, 'adopted'>): TableName {
  return { schema: adopted!.schema, name: adopted!.table }
}

export function isSameTable(one: TableName, other: TableName): boolean {
  return one.schema === other.schema && one.name === other.name
}

/** Nothing is given and nothing is computed. */
export function isRequired({ optional, default: { kind } }: FoundColumn): boolean {
  return !optional && kind === 'none'
}
