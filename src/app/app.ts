import type { Field, Fields } from './field.ts'
import type { AnyResource } from './handle.ts'
import type { AnyService } from './service.ts'
import type { PresentedVersions } from './version/types.ts'

declare const servicesType: unique symbol

/** The whole backend as a value: what it is, and nothing about how it runs. */
export interface App<
  Name extends string = string,
  Services extends readonly AnyService[] = readonly AnyService[],
  Version extends string = string,
  Older extends string = string,
> {
  readonly kind: 'app'
  readonly name: Name
  /** The first part of every path, and what clients are written against: `'v1'`. */
  readonly version: Version
  /** Older versions that are presented beside it, each at its own path. */
  readonly versions: Readonly<Record<Older, OlderVersion>>
  readonly services: Services
  readonly [servicesType]?: Services
}

/** What is told of the end of an older version. Dates are days of UTC: `"2026-06-01"`. */
export interface OlderVersion {
  /** Since when, or from when on, it should not be used any more. Its answers say so (RFC 9745). */
  readonly deprecatedAt?: string
  /** When it may stop answering (RFC 8594). The day alone stops nothing: `gone` does. */
  readonly sunsetAt?: string
  /** Every request of it is answered with 410, which names the current version. */
  readonly gone?: boolean
}

/**
 * Joins services into an app. A reference to a resource that no service owns does not compile, and `check` refuses it. An older
 * version shows what there is now; a resource that is gone from the app cannot be presented in any version.
 */
export function app<
  const Name extends string,
  const Services extends readonly AnyService[],
  const Version extends string,
  const Older extends Readonly<Record<string, OlderVersion>> = {},
>(
  name: Name,
  options: {
    readonly version: Version
    readonly versions?: Older
    readonly services: Services & ReferencesAreKnown<Services> & VersionsAreListed<Services, keyof Older>
  },
): App<Name, Services, Version, keyof Older & string> {
  const { version, versions = {}, services } = options
  return { kind: 'app', name, version, versions: versions as Older, services }
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

type VersionsAreListed<Services extends readonly AnyService[], Listed> = [
  Exclude<PresentedVersions<Services[number]>, Listed>,
] extends [never]
  ? unknown
  : {
      readonly error: `${Exclude<PresentedVersions<Services[number]>, Listed> & string} is presented, and versions does not list it`
    }
