import type { Field, Fields } from './field.ts'
import type { NativeClient, TablesOf } from './native.ts'
import type {
  ChangeOf,
  IsCounted,
  IsSearched,
  NewRowOf,
  PathFieldOf,
  Resource,
  RowOf,
  RowSystemFields,
} from './resource.ts'
import type { Total } from './total.ts'

export type AnyResource = Resource<string, any, any> // `any`: stands for resources of every row type
export type Resources = Readonly<Record<string, AnyResource>>

/** What a handler reads and writes: the resources of its service and those that it uses, by resource name. */
export type Data<R extends Resources> = { readonly [Key in keyof R as R[Key]['name']]: Rows<R[Key]> } & {
  /**
   * Runs the body, then makes its writes at once, if nothing that it read has changed meanwhile. On such a conflict the body
   * runs again, at most three times, then 409: it must have no effect outside. A failed guard, a missing row, a unique or
   * reference violation rejects and never reruns. In the body `data` and `call` are refused: everything goes through `tx`.
   */
  transaction<Result>(body: (tx: Transaction<R>) => Result | Promise<Result>): Promise<Result>
  /**
   * The engine itself, for what only it can do: Kysely on the tables of this store (`import type {} from 'banyan/kysely'` gives its
   * types). Only in an operation that declares `native`, and not in the body of a transaction. Nothing of what resources declare is
   * kept here: no rules, no versions, no slots.
   */
  native(store: string): NativeClient<TablesOf<R>>
}

/** The same resources inside a transaction: reads are recorded and asserted, writes are buffered. */
export type Transaction<R extends Resources> = { readonly [Key in keyof R as R[Key]['name']]: TransactionRows<R[Key]> }

/** One resource outside a transaction: every write is a commit of its own. */
export interface Rows<R extends AnyResource> {
  get(id: string): Promise<RowOf<R> | null>
  list<const Counts extends boolean = false>(query?: ListQuery<R, Counts>): Promise<PageOf<RowOf<R>, Counts>>
  insert(row: NewRowOf<R>): Promise<RowOf<R>>
  update(id: string, change: ChangeOf<R>, options?: { readonly version?: number }): Promise<void>
  /** Adds to numbers without reading the row; refused (409) where the guard does not hold. */
  add(id: string, amounts: AmountsOf<R>, options?: AddOptions<R>): Promise<void>
  delete(id: string, options?: { readonly version?: number }): Promise<void>
}

export interface TransactionRows<R extends AnyResource> {
  /** The row with this transaction's own writes in it. What was read must still be so at the commit. */
  get(id: string): Promise<RowOf<R> | null>
  /** Only in an operation that declares `transaction: { scans: true }`. */
  list(query?: PathQuery<R>): Promise<Page<RowOf<R>>>
  /** The new row; its id and `createdAt` are set before the commit. */
  insert(row: NewRowOf<R>): Promise<RowOf<R>>
  update(id: string, change: ChangeOf<R>, options?: { readonly version?: number }): void
  /** Adds to numbers without reading the row. Where the guard does not hold at the commit, it is refused: 409 with `otherwise`. */
  add(id: string, amounts: AmountsOf<R>, options?: AddOptions<R>): void
  delete(id: string, options?: { readonly version?: number }): void
}

export interface AddOptions<R> {
  /** What must hold of the row before the addition. */
  readonly guard?: GuardOf<R>
  /** The code that a refusal carries. Without it `GUARD_FAILED`. */
  readonly otherwise?: Uppercase<string>
}

type NumericFieldsOf<F extends Fields> = {
  [Name in keyof F]: F[Name] extends Field<infer Value, any, never> // `any`: options do not matter here
    ? Value extends number
      ? Name
      : Value extends string
        ? Name
        : never
    : never
}[keyof F]

/** What to add, by field: integers as numbers, decimals and bigints as strings. */
export type AmountsOf<R> = R extends { readonly fields: infer F extends Fields }
  ? { readonly [Name in NumericFieldsOf<F>]?: NonNullable<ValueIn<F, Name>> }
  : never

export type GuardOf<R> = R extends { readonly fields: infer F extends Fields }
  ? { readonly [Name in keyof F]?: Comparison<NonNullable<ValueIn<F, Name>>> }
  : never

export interface Comparison<Value> {
  readonly eq?: Value
  readonly gt?: Value
  readonly gte?: Value
  readonly lt?: Value
  readonly lte?: Value
}

type ValueIn<F extends Fields, Name extends keyof F> = F[Name] extends Field<infer Value, any, any> ? Value : never // `any`: only the value is looked at

/** One page of an access path: equality on a prefix of its fields, then at most one range, sorted by the rest. */
export interface PathQuery<R> {
  readonly where?: WhereOf<R>
  readonly sort?: PathFieldOf<R> | `-${PathFieldOf<R>}`
  /** 20 without it. */
  readonly limit?: number
  readonly after?: string
}

/** A page, searched or counted where the resource declares it. */
export type ListQuery<R, Counts extends boolean = boolean> = PathQuery<R> &
  SearchOption<IsSearched<R>> &
  TotalOption<IsCounted<R>, Counts>

export type SearchOption<Is extends boolean> = Is extends true
  ? {
      /**
       * Rows that have all of these words, `fran*` for words that begin so, best first. It goes with equality on the first fields
       * of access paths, and with neither ranges nor `sort`.
       */
      readonly search?: string
    }
  : unknown

export type TotalOption<Is extends boolean, Counts extends boolean> = Is extends true
  ? {
      /** Whether the page tells how many rows all pages have together. */
      readonly total?: Counts
    }
  : unknown

export type WhereOf<R> = {
  readonly [Name in Extract<PathFieldOf<R>, keyof RowOf<R> | keyof RowSystemFields>]?: Name extends keyof RowOf<R>
    ? Filter<NonNullable<RowOf<R>[Name]>>
    : never
}

export type Filter<Value> =
  | Value
  | { readonly in: readonly Value[] }
  | { readonly gt?: Value; readonly gte?: Value; readonly lt?: Value; readonly lte?: Value; readonly prefix?: Value }

export interface Page<Row> {
  readonly data: readonly Row[]
  /** The cursor of the next page, to be given as `after`; null at the end. */
  readonly next: string | null
}

export type PageOf<Row, Counts> = Counts extends true ? Page<Row> & { readonly total: Total } : Page<Row>
