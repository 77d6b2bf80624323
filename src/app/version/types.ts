import type { App } from '../app.ts'
import type { Fields, Simplify } from '../field.ts'
import type { AnyResource, Resources } from '../handle.ts'
import type { AnyOperation, HttpBinding, OperationDeclaration, Output } from '../operation.ts'
import type { ActionOf, IsCounted, IsSearched, PathFieldOf, PresentedOf, Resource } from '../resource.ts'
import type { AnyService, Operations, Service } from '../service.ts'

/** A difference as types know it. Several of one version are an intersection. */
export interface DifferenceType<
  Names extends Readonly<Record<string, string>> = Readonly<Record<string, string>>,
  Hidden extends PropertyKey = PropertyKey,
  Old extends Fields = Fields,
> {
  /** The field of now, by its old name. */
  readonly names: Names
  readonly hidden: { readonly [Name in Hidden]: true }
  readonly fields: Old
}

/** What a resource or an operation is in older versions, by their names; null: the version does not have it. */
export type PresentedTypes = Readonly<Record<string, unknown>>

export interface OperationDifferenceType {
  readonly http: HttpBinding
  readonly input: DifferenceType
  readonly output: DifferenceType
}

declare const presentedType: unique symbol

/** An operation that differs in older versions; several of these are an intersection. */
export interface PresentedOperation<Presented extends PresentedTypes> {
  readonly [presentedType]?: Presented
}

/** The versions of an app: the current one, and those that it presents beside it. */
export type VersionOf<A extends App> = A['version'] | (keyof A['versions'] & string)

/** The versions of which something is said in services. */
export type PresentedVersions<S> = S extends AnyService
  ?
      | KnownKeys<PresentedOf<S['resources'][keyof S['resources']]>>
      | KnownKeys<PresentedIn<S['operations'][keyof S['operations']]>>
  : never

/** Keys that are written down; none where any could be meant. Of each member of a union. */
type KnownKeys<Presented> = Presented extends unknown
  ? string extends keyof Presented
    ? never
    : keyof Presented
  : never

/** The services of an app as a version has them. */
export type ServicesIn<Services extends readonly AnyService[], Version> = {
  readonly [At in keyof Services]: ServiceIn<Services[At], Version>
}

type ServiceIn<S extends AnyService, Version> = Service<
  S['name'],
  ResourcesIn<S['resources'], Version>,
  any, // `any`: only what has routes is looked at
  any,
  any,
  OperationsIn<S['operations'], Version>
>

type ResourcesIn<Own extends Resources, Version> = {
  readonly [Key in keyof Own as ResourceIn<Own[Key], Version> extends never ? never : Key]: ResourceIn<
    Own[Key],
    Version
  >
}

type ResourceIn<R extends AnyResource, Version> =
  In<PresentedOf<R>, Version> extends infer Difference
    ? Difference extends DifferenceType
      ? Resource<
          R['name'],
          FieldsIn<R['fields'], Difference>,
          {
            paths: PathIn<PathFieldOf<R>, Difference>
            actions: ActionOf<R>
            total: IsCounted<R>
            search: IsSearched<R>
            presented: {}
          }
        >
      : Difference extends null
        ? never
        : R
    : never

/** Undefined where nothing differs, and where nothing is known. */
type In<Presented, Version> = string extends keyof Presented
  ? undefined
  : Version extends keyof Presented
    ? Presented[Version]
    : undefined

type FieldsIn<F extends Fields, D extends DifferenceType> = Simplify<
  { readonly [Name in keyof F as NameIn<Name, D>]: F[Name] } & D['fields']
>

type PathIn<Path extends string, D extends DifferenceType> = Path extends unknown ? NameIn<Path, D> & string : never

type NameIn<Name, D extends DifferenceType> = Name extends keyof D['hidden']
  ? never
  : Name extends D['names'][keyof D['names']]
    ? { [Old in keyof D['names']]: D['names'][Old] extends Name ? Old : never }[keyof D['names']]
    : Name

type OperationsIn<Ops extends Operations, Version> = {
  readonly [Name in keyof Ops as OperationIn<Ops[Name], Version> extends never ? never : Name]: OperationIn<
    Ops[Name],
    Version
  >
}

type OperationIn<O extends AnyOperation, Version> =
  In<PresentedIn<O>, Version> extends infer Difference
    ? Difference extends null
      ? never
      : O extends OperationDeclaration<infer Input, infer Out, infer Access, infer Http, any> // `any`: the body is of now
        ? OperationDeclaration<
            Difference extends OperationDifferenceType ? FieldsIn<Input, Difference['input']> : Input,
            OutputIn<Out, Difference, Version>,
            Access,
            HttpIn<Http, Difference>
          >
        : never
    : never

/** Where no difference names an address, any could be meant. */
type HttpIn<Http extends HttpBinding, Difference> = Difference extends OperationDifferenceType
  ? HttpBinding extends Difference['http']
    ? Http
    : Difference['http']
  : Http

type PresentedIn<O> = O extends PresentedOperation<infer Presented> ? Presented : {}

type OutputIn<Out extends Output, Difference, Version> = Out extends AnyResource
  ? ResourceIn<Out, Version>
  : Out extends Fields
    ? Difference extends OperationDifferenceType
      ? FieldsIn<Out, Difference['output']>
      : Out
    : Out
