import type { App } from '../app/app.ts'
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
 * Every method rejects with a `ClientError`, `get` of a missing row too (404); only an aborted call rejects with the reason of
 * its signal.
 */
export function client<A extends App>(
  url: string,
  { openapi, ...options }: ClientOptions & { readonly openapi?: object } = {},
): Api<A> {
  const session = sessionOf(url, options)
  return proxy(session, lazyRoutes(session, openapi)) as Api<A> // What the proxy answers to is known only to the type and to the server.
}

/** The server's routes, asked for with the first call, by all early calls together, and again after a failure. */
function lazyRoutes(session: Session, given: object | undefined): Routes {
  let routes: ReturnType<Routes> | undefined
  const load = async () => {
    const limit = budget(session.timeoutMs)
    try {
      const request = { method: 'GET', path: '/openapi.json', isPublic: true } as const
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
