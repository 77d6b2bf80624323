import type { Action } from '../app/access.ts'
import type { Field, FieldsWith, Simplify } from '../app/field.ts'
import type { AnyResource, Resources, WhereOf } from '../app/handle.ts'
import type { ActionOf, ChangeOf, IsCounted, IsSearched, NewRowOf, PathFieldOf, PublicRowOf } from '../app/resource.ts'
import type { BatchMember, Outcome, ResourceMethods, ResourceQuery } from './resource-methods.ts'

/** The generated methods of a resource, as far as they are open. */
export type ResourceApi<
  R extends AnyResource,
  Known extends Resources,
  Open extends Action,
  Names extends MethodOf<Open>,
> = Pick<ResourceMethods<ShapeOf<R, Known, Open>>, Names>

/** The methods that an action opens. */
export type MethodOf<Open extends Action> = Open extends 'list'
  ? 'list' | 'pages' | 'all'
  : Open extends 'create' | 'update' | 'delete'
    ? Open | 'batch'
    : Open

/** What may be asked of a list: equality on a prefix of one access path, then one range, in the order of the rest. */
export type Query<R extends AnyResource> = ResourceQuery<ShapeOf<R, {}, never>>

export type BatchOperation<R extends AnyResource, Open extends Action> = BatchMember<ShapeOf<R, {}, Open>>

/** What became of one write of a batch: the row as it is now (none after a delete), or what was wrong. */
export type BatchOutcome<R extends AnyResource> = Outcome<PublicRowOf<R>>

interface ShapeOf<R extends AnyResource, Known extends Resources, Open extends Action> {
  readonly row: PublicRowOf<R>
  readonly newRow: GivenOf<R>
  readonly replacement: ReplacementOf<R>
  readonly change: Omit<ChangeOf<R>, PrivateOf<R>>
  readonly where: Omit<WhereOf<R>, PrivateOf<R>>
  readonly sort: Exclude<PathFieldOf<R>, PrivateOf<R>>
  readonly search: IsSearched<R>
  readonly total: IsCounted<R>
  readonly included: IncludedOf<R, Known>
  readonly batch: Open
}

type PrivateOf<R extends AnyResource> = FieldsWith<R['fields'], { readonly private: true }>
type GivenOf<R extends AnyResource> = Omit<NewRowOf<R>, PrivateOf<R>>

/** What is written once may be left out: it stays as it is. */
type ReplacementOf<R extends AnyResource> = Simplify<
  Omit<GivenOf<R>, 'id' | WriteOnceOf<R>> & Partial<Pick<GivenOf<R>, WriteOnceOf<R>>>
>
type WriteOnceOf<R extends AnyResource> = Extract<
  Exclude<FieldsWith<R['fields'], { readonly writeOnce: true }>, 'id'>,
  keyof GivenOf<R>
>

type IncludedOf<R extends AnyResource, Known extends Resources> = {
  readonly [Name in ReferenceOf<R> as 'get' extends ActionOf<Known[TargetOf<R['fields'][Name]>]>
    ? Name
    : never]: PublicRowOf<Known[TargetOf<R['fields'][Name]>]> | null
}

type TargetOf<F> = F extends Field<any, any, infer Target> ? Target : never // `any`: only the target is looked at
type ReferenceOf<R extends AnyResource> = Exclude<
  {
    [Name in keyof R['fields'] & string]: [TargetOf<R['fields'][Name]>] extends [never] ? never : Name
  }[keyof R['fields'] & string],
  PrivateOf<R>
>
