import type { App } from '../app/app.ts'
import type { Declaration } from './profile.ts'

export type { Chance } from './chance.ts'
export type { Think } from './pause.ts'
export type * from './profile.ts'
export type { LoadReport } from './report.ts'

/** How an app is driven, as a value: what the default export of a file in `load/` is, and `banyan load NAME` runs. */
export interface LoadProfile {
  readonly kind: 'load'
  readonly app: { readonly name: string; readonly version: string }
  readonly declaration: AnyDeclaration
}

/** What a profile declares, once the compiler has compared its names with the app's. */
export type AnyDeclaration = Declaration<App, any, any> // `any`: only the profile itself knows what its setup and its users are.

/**
 * A load profile whose names the compiler compares with the app's. Write `setup` and `user` before `scenarios`: their types flow
 * on in the order in which they are written.
 */
export function load<A extends App, Shared = undefined, User = undefined>(
  app: A,
  declaration: Declaration<A, Shared, User>,
): LoadProfile {
  const { name, version } = app
  // The functions are called only with clients of this app.
  return { kind: 'load', app: { name, version }, declaration: declaration as unknown as AnyDeclaration }
}
