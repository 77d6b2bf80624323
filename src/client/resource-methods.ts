import type { Simplify } from '../app/field.ts'
import type { PageOf, SearchOption, TotalOption } from '../app/handle.ts'
import type { Problem } from './error.ts'
import type { CallOptions, ChangeOptions, WriteOptions } from './options.ts'

/** What the methods of a resource take and give, as types by name. */
export interface ResourceShape {
  /** As it is read. */
  readonly row: object
  /** What makes a row. */
  readonly newRow: object
  readonly replacement: object
  readonly change: object
  /** The filters of a list. */
  readonly where: object
  /** What a list may be sorted by. */
  readonly sort: string
  /** Whether a list may be searched, and whether it tells how many rows it has. */
  readonly search: boolean
  readonly total: boolean
  /** The rows that its references name. */
  readonly included: object
  /** The writes that a batch takes. */
  readonly batch: string
}

/** The generated methods of a resource. A client has those that the access rules open. */
export interface ResourceMethods<S extends ResourceShape> {
  /** One row. A missing one, or one that the caller may not know of, rejects with 404. */
  get<const F extends FieldOf<S> = FieldOf<S>, const I extends ReferenceOf<S> = never>(
    id: string,
    options?: Selection<F, I> & CallOptions,
  ): Promise<Selected<S, F, I>>

  /** One page of an access path; `next` of the answer is the `after` of the next. */
  list<
    const F extends FieldOf<S> = FieldOf<S>,
    const I extends ReferenceOf<S> = never,
    const Counts extends boolean = false,
  >(
    query?: ResourceQuery<S, Counts> & Selection<F, I>,
    options?: CallOptions,
  ): Promise<PageOf<Selected<S, F, I>, Counts>>

  /** Page after page, fetched as they are asked for; at most `max` pages. */
  pages<
    const F extends FieldOf<S> = FieldOf<S>,
    const I extends ReferenceOf<S> = never,
    const Counts extends boolean = false,
  >(
    query?: ResourceQuery<S, Counts> & Selection<F, I> & { readonly max?: number },
    options?: CallOptions,
  ): AsyncIterable<PageOf<Selected<S, F, I>, Counts>>

  /** Row after row over all pages, which are fetched as they are asked for; at most `max` rows. */
  all<const F extends FieldOf<S> = FieldOf<S>, const I extends ReferenceOf<S> = never>(
    query?: ResourceQuery<S, false> & Selection<F, I> & { readonly max?: number },
    options?: CallOptions,
  ): AsyncIterable<Selected<S, F, I>>

  create(value: S['newRow'], options?: WriteOptions): Promise<S['row']>

  /** Puts these values in the place of all the row's fields. */
  replace(id: string, value: S['replacement'], options?: ChangeOptions): Promise<S['row']>

  /** Changes the fields named and leaves the others as they are. */
  update(id: string, change: S['change'], options?: ChangeOptions): Promise<S['row']>

  delete(id: string, options?: ChangeOptions): Promise<void>

  /**
   * Up to 100 writes in one request, one outcome each, in their order; a failing one does not reject the call. `atomic`: all or
   * none, for rows that live together.
   */
  batch(
    operations: readonly BatchMember<S>[],
    options?: WriteOptions & { readonly atomic?: boolean },
  ): Promise<readonly Outcome<S['row']>[]>
}

/** Which part of a row is read, and which rows that it refers to come along. */
export interface Selection<F extends string, I extends string> {
  /** Exactly these fields. */
  readonly fields?: readonly F[]
  /** References whose rows are added as `included`; null where there is none or the caller may not read it. */
  readonly include?: I | readonly I[]
}

/** What may be asked of a list, and where the resource declares it the words of its rows and their number. */
export type ResourceQuery<S extends ResourceShape, Counts extends boolean = boolean> = PathQuery<S> &
  SearchOption<S['search']> &
  TotalOption<S['total'], Counts>

/** Equality on a prefix of one access path, then one range, in the order of the rest. */
export interface PathQuery<S extends ResourceShape> {
  readonly where?: S['where']
  readonly sort?: S['sort'] | `-${S['sort']}`
  /** 20 without it. */
  readonly limit?: number
  readonly after?: string
}

export type BatchMember<S extends ResourceShape> = BatchMemberOf<S, S['batch']>

type BatchMemberOf<S extends ResourceShape, Op> = Op extends 'create'
  ? { readonly op: 'create'; readonly value: S['newRow'] }
  : Op extends 'update'
    ? { readonly op: 'update'; readonly id: string; readonly version?: number; readonly value: S['change'] }
    : Op extends 'delete'
      ? { readonly op: 'delete'; readonly id: string; readonly version?: number }
      : never

/** What became of one write of a batch: the row as it is now (none after a delete), or what was wrong. */
export interface Outcome<Row> {
  readonly status: number
  readonly value?: Row
  readonly problem?: Problem
}

type FieldOf<S extends ResourceShape> = keyof S['row'] & string
type ReferenceOf<S extends ResourceShape> = keyof S['included'] & string

type Selected<S extends ResourceShape, F extends FieldOf<S>, I extends ReferenceOf<S>> = Simplify<
  Pick<S['row'], F> & ([I] extends [never] ? unknown : { readonly included: Pick<S['included'], I> })
>
