import type { Field, Fields } from './field.ts'
import type { AnyResource } from './handle.ts'
import type { AnyService } from './service.ts'

declare const servicesType: unique symbol

/** The whole backend as a value: what it is, and nothing about how it runs. */
export interface App<
  Name extends string = string,
  Services extends readonly AnyService[] = readonly AnyService[],
  Version extends string = string,
> {
  readonly kind: 'app'
  readonly name: Name
  /** The first part of every path, and what clients are written against: `'v1'`. */
  readonly version: Version
  readonly services: Services
  readonly [servicesType]?: Services
}

/** Joins services into an app. A reference to a resource that no service owns does not compile, and `check` refuses it. */
export function app<
  const Name extends string,
  const Services extends readonly AnyService[],
  const Version extends string,
>(
  name: Name,
  options: { readonly version: Version; readonly services: Services & ReferencesAreKnown<Services> },
): App<Name, Services, Version> {
  return { kind: 'app', name, version: options.version, services: options.services }
}

/** The resources that these services own, by resource name. */
export type ResourcesOf<Services extends readonly AnyService[]> = {
  [R in OwnedBy<Services[number]> as R['name']]: R
}

type OwnedBy<S> = S extends AnyService ? Extract<S['resources'][keyof S['resources']], AnyResource> : never

type TargetsOf<R> = R extends { readonly fields: infer F extends Fields } ? TargetOf<F[keyof F]> : never
type TargetOf<F> = F extends Field<any, any, infer Target> ? Target : never // `any`: only the target is looked at

type UnknownTargets<Services extends readonly AnyService[]> = Exclude<
  TargetsOf<OwnedBy<Services[number]>>,
  OwnedBy<Services[number]>['name']
>

type ReferencesAreKnown<Services extends readonly AnyService[]> = [UnknownTargets<Services>] extends [never]
  ? unknown
  : { readonly error: `t.ref('${UnknownTargets<Services>}') names a resource that no service of this app owns` }
