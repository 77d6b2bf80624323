import type { App, ResourcesOf } from '../app/app.ts'
import type { External } from '../app/external.ts'
import type { AnyService } from '../app/service.ts'
import type { Json } from '../core/json.ts'
import type { ExternalTopology } from './external.ts'

/** How an app runs, as a value that JSON can hold. What is not named here runs as the embedded default has it. */
export interface Topology {
  readonly stores: Readonly<Record<string, StoreTopology>>
  /** Where rows live; a resource that is not named lives in the store `main`. */
  readonly resources: Readonly<Record<string, ResourceTopology>>
  /** Who says who is calling; without it nobody can sign in. */
  readonly identity?: IdentityTopology
  readonly api?: ApiTopology
  /** Where the external services are that the app calls. */
  readonly externals?: Readonly<Record<string, ExternalTopology>>
}

export interface StoreTopology<Driver extends string = string> {
  readonly driver: Driver
  /** In the driver's own words. */
  readonly options: Readonly<Record<string, Json>>
  /** Accepts that this store keeps nothing when its process ends. */
  readonly volatile?: boolean
  /** `false` makes each read and commit one of its own, to measure what sharing them is worth. */
  readonly batching?: boolean
}

export interface ResourceTopology {
  /** Where its rows live; in `main` without it. */
  readonly store?: string
  /** `false` makes each of its reads and commits one of its own, whatever its store does. */
  readonly batching?: boolean
}

export interface ApiTopology {
  /** Pages of these origins may call the API from a browser; no others may. */
  readonly cors?: { readonly origins: readonly string[] }
}

export interface IdentityTopology<Driver extends string = string> {
  readonly driver: Driver
  /** None so far; said here so that the compiler tells an identity from a store. */
  readonly options?: never
}

export const mainStore = 'main'

/** A topology whose names the compiler compares with the app's. */
export function topology<
  const Services extends readonly AnyService[],
  const Stores extends Readonly<Record<string, StoreTopology>>,
>(
  _app: App<string, Services>,
  declaration: {
    readonly stores: Stores
    readonly resources?: {
      readonly [Name in keyof ResourcesOf<Services>]?: ResourceTopology & {
        readonly store?: NoInfer<keyof Stores & string>
      }
    }
    readonly identity?: IdentityTopology
    readonly api?: ApiTopology
    readonly externals?: ExternalsOf<ExternalName<Services[number]>>
  },
): Topology {
  const { stores, resources = {}, identity, api, externals } = declaration
  return {
    stores,
    resources: resources as Readonly<Record<string, ResourceTopology>>, // Keys that are undefined cannot be written here.
    ...(identity === undefined ? {} : { identity }),
    ...(api === undefined ? {} : { api }),
    // As above.
    ...(externals === undefined ? {} : { externals: externals as Readonly<Record<string, ExternalTopology>> }),
  }
}

type ExternalsOf<Name extends string> = [Name] extends [never]
  ? Readonly<Record<string, never>>
  : { readonly [Each in Name]?: ExternalTopology }

type ExternalName<S> = S extends AnyService
  ? { [Key in keyof S['calls']]: NameOfExternal<S['calls'][Key]> }[keyof S['calls']]
  : never
type NameOfExternal<C> = C extends External<infer Name, any> ? Name : never // `any`: its calls do not matter here

/** The store in which a resource lives. */
export function storeOf(topology: Topology, resource: string): string {
  return choicesOf(topology, resource).store ?? mainStore
}

/** Whether what callers ask of a resource at the same time may be run together. */
export function isBatched(topology: Topology, resource: string): boolean {
  const { batching: ofStore = true } = topology.stores[storeOf(topology, resource)]!
  return ofStore && (choicesOf(topology, resource).batching ?? true)
}

function choicesOf({ resources }: Topology, resource: string): ResourceTopology {
  return Object.hasOwn(resources, resource) ? resources[resource]! : {}
}
