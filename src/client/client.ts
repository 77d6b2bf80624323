import type { App } from '../app/app.ts'
import type { VersionOf } from '../app/version/types.ts'
import type { Api } from './api.ts'
import { budget } from './budget.ts'
import type { ClientOptions } from './options.ts'
import { proxy, type Routes } from './proxy.ts'
import { routesOf } from './routes.ts'
import { send } from './send.ts'
import { type Session, sessionOf } from './session.ts'

export type { Api } from './api.ts'
export { ClientError, type Problem } from './error.ts'
export type { CallOptions, ChangeOptions, ClientOptions, WriteOptions } from './options.ts'
export { bookmarkOf } from './proxy.ts'
export type { BatchOperation, BatchOutcome, Query } from './resource-api.ts'
export type { Selection } from './resource-methods.ts'

/**
 * A client of the app at `url`, typed by the app itself: `client<typeof app>('http://localhost:4000')`. Nothing is generated and
 * none of the app's code comes along: names and addresses are read from the server's `/openapi.json` with the first call, unless
 * the document is at hand and given as `openapi`.
 *
 * An older version that the app presents is named twice, for its types and for its routes:
 * `client<typeof app, 'v1'>(url, { version: 'v1' })`. Who names the current one stays with it when another follows.
 *
 * Every method rejects with a `ClientError`, `get` of a missing row too (404); only an aborted call rejects with the reason of
 * its signal.
 */
export function client<A extends App>(url: string, options?: AppClientOptions<A['version']>): Api<A>
export function client<A extends App, Version extends VersionOf<A>>(
  url: string,
  options: AppClientOptions<Version> & { readonly version: Version },
): Api<A, Version>
export function client(url: string, { openapi, version, ...options }: AppClientOptions<string> = {}): unknown {
  const session = sessionOf(url, options)
  const path = version === undefined ? '/openapi.json' : `/${version}/openapi.json`
  // What the proxy answers to is known only to the type and to the server.
  return proxy(session, lazyRoutes(session, path, openapi))
}

/** How a client that is typed by its app speaks to the server. */
export interface AppClientOptions<Version> extends ClientOptions {
  /** The server's document of the version, where it is at hand. */
  readonly openapi?: object
  /** The version of the API that is spoken; without it the current one. */
  readonly version?: Version
}

/** The server's routes, asked for with the first call, by all early calls together, and again after a failure. */
function lazyRoutes(session: Session, path: string, given: object | undefined): Routes {
  let routes: ReturnType<Routes> | undefined
  const load = async () => {
    const limit = budget(session.timeoutMs)
    try {
      const request = { method: 'GET', path, isPublic: true } as const
      return routesOf(given ?? (await send(request, session, limit)), session.url)
    } finally {
      limit.end()
    }
  }
  return () => {
    routes ??= load().catch((error) => {
      routes = undefined
      throw error
    })
    return routes
  }
}
