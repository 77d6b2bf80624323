import type { Action } from '../app/access.ts'
import type { Field, FieldsWith, Simplify } from '../app/field.ts'
import type { AnyResource, ListQuery, Page, Resources, WhereOf } from '../app/handle.ts'
import type { ChangeOf, NewRowOf, PublicRowOf } from '../app/resource.ts'
import type { Problem } from './error.ts'
import type { CallOptions, ChangeOptions, WriteOptions } from './options.ts'

/** The generated methods of a resource, as far as they are open. */
export type ResourceApi<
  R extends AnyResource,
  Known extends Resources,
  Open extends Action,
  Names extends MethodOf<Open>,
> = Pick<Methods<R, Known, Open>, Names>

/** The methods that an action opens. */
export type MethodOf<Open extends Action> = Open extends 'list'
  ? 'list' | 'pages' | 'all'
  : Open extends 'create' | 'update' | 'delete'
    ? Open | 'batch'
    : Open

interface Methods<R extends AnyResource, Known extends Resources, Open extends Action> {
  /** One row. A missing one, or one that the caller may not know of, rejects with 404. */
  get<const F extends FieldOf<R> = FieldOf<R>, const I extends ReferenceOf<R> = never>(
    id: string,
    options?: Selection<F, I> & CallOptions,
  ): Promise<Selected<R, F, I, Known>>

  /** One page of an access path; `next` of the answer is the `after` of the next. */
  list<const F extends FieldOf<R> = FieldOf<R>, const I extends ReferenceOf<R> = never>(
    query?: Query<R> & Selection<F, I>,
    options?: CallOptions,
  ): Promise<Page<Selected<R, F, I, Known>>>

  /** Page after page, fetched as they are asked for; at most `max` pages. */
  pages<const F extends FieldOf<R> = FieldOf<R>, const I extends ReferenceOf<R> = never>(
    query?: Query<R> & Selection<F, I> & { readonly max?: number },
    options?: CallOptions,
  ): AsyncIterable<Page<Selected<R, F, I, Known>>>

  /** Row after row over all pages, which are fetched as they are asked for; at most `max` rows. */
  all<const F extends FieldOf<R> = FieldOf<R>, const I extends ReferenceOf<R> = never>(
    query?: Query<R> & Selection<F, I> & { readonly max?: number },
    options?: CallOptions,
  ): AsyncIterable<Selected<R, F, I, Known>>

  create(value: GivenOf<R>, options?: WriteOptions): Promise<PublicRowOf<R>>

  /** Puts these values in the place of all the row's fields. */
  replace(id: string, value: Omit<GivenOf<R>, 'id'>, options?: ChangeOptions): Promise<PublicRowOf<R>>

  /** Changes the fields named and leaves the others as they are. */
  update(id: string, change: PublicChangeOf<R>, options?: ChangeOptions): Promise<PublicRowOf<R>>

  delete(id: string, options?: ChangeOptions): Promise<void>

  /**
   * Up to 100 writes in one request, one outcome each, in their order; a failing one does not reject the call. `atomic`: all or
   * none, for rows that live together.
   */
  batch(
    operations: readonly BatchOperation<R, Open>[],
    options?: WriteOptions & { readonly atomic?: boolean },
  ): Promise<readonly BatchOutcome<R>[]>
}

/** Which part of a row is read, and which rows that it refers to come along. */
export interface Selection<F extends string, I extends string> {
  /** Exactly these fields. */
  readonly fields?: readonly F[]
  /** References whose rows are added as `included`; null where there is none or the caller may not read it. */
  readonly include?: I | readonly I[]
}

/** What may be asked of a list: equality on a prefix of one access path, then one range, in the order of the rest. */
export type Query<R extends AnyResource> = Omit<ListQuery<R>, 'where'> & {
  readonly where?: Omit<WhereOf<R>, PrivateOf<R>>
}

export type BatchOperation<R extends AnyResource, Open extends Action> = Open extends 'create'
  ? { readonly op: 'create'; readonly value: GivenOf<R> }
  : Open extends 'update'
    ? { readonly op: 'update'; readonly id: string; readonly version?: number; readonly value: PublicChangeOf<R> }
    : Open extends 'delete'
      ? { readonly op: 'delete'; readonly id: string; readonly version?: number }
      : never

/** What became of one write of a batch: the row as it is now (none after a delete), or what was wrong. */
export interface BatchOutcome<R extends AnyResource> {
  readonly status: number
  readonly value?: PublicRowOf<R>
  readonly problem?: Problem
}

type FieldOf<R extends AnyResource> = keyof PublicRowOf<R> & string
type PrivateOf<R extends AnyResource> = FieldsWith<R['fields'], { readonly private: true }>
type GivenOf<R extends AnyResource> = Omit<NewRowOf<R>, PrivateOf<R>>
type PublicChangeOf<R extends AnyResource> = Omit<ChangeOf<R>, PrivateOf<R>>

type TargetOf<F> = F extends Field<any, any, infer Target> ? Target : never // `any`: only the target is looked at
type ReferenceOf<R extends AnyResource> = Exclude<
  {
    [Name in keyof R['fields'] & string]: [TargetOf<R['fields'][Name]>] extends [never] ? never : Name
  }[keyof R['fields'] & string],
  PrivateOf<R>
>

type Selected<R extends AnyResource, F extends FieldOf<R>, I extends string, Known extends Resources> = Simplify<
  Pick<PublicRowOf<R>, F> &
    ([I] extends [never]
      ? unknown
      : { readonly included: { readonly [Name in I]: PublicRowOf<Known[TargetOf<R['fields'][Name]>]> | null } })
>
