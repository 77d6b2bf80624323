import type { App } from '../app/app.ts'
import { durationMs } from '../core/duration.ts'
import type { Api } from './api.ts'
import { bookmark } from './bookmark.ts'
import { budget } from './budget.ts'
import { answerOf, type Call, optionsOf, requestOf } from './call.ts'
import { clientErrors } from './error.ts'
import type { ClientOptions } from './options.ts'
import { rowsOf, walk } from './pages.ts'
import { type Route, routesOf } from './routes.ts'
import { type Session, send } from './send.ts'

export type { Api } from './api.ts'
export { ClientError, type Problem } from './error.ts'
export type { CallOptions, ChangeOptions, ClientOptions, WriteOptions } from './options.ts'
export type { BatchOperation, BatchOutcome, Query, Selection } from './resource-api.ts'

/**
 * A client of the app at `url`, typed by the app itself: `client<typeof app>('http://localhost:4000')`. Nothing is generated and
 * none of the app's code comes along: names and addresses are read from the server's `/openapi.json` with the first call.
 *
 * Every method rejects with a `ClientError`, `get` of a missing row too (404); only an aborted call rejects with the reason of
 * its signal.
 */
export function client<A extends App>(url: string, options: ClientOptions = {}): Api<A> {
  const session = sessionOf(url, options)
  const routes = lazyRoutes(session, options.openapi)
  const run = async (call: Call) => {
    const { timeout, signal } = optionsOf(call)
    const limit = budget(timeout === undefined ? session.timeoutMs : durationMs(timeout), signal)
    try {
      const route = routeOf(call, await limit.race(routes(), () => clientErrors.TIMEOUT(`${nameOf(call)}: no routes`)))
      return answerOf(route, await send(requestOf(route, call), session, limit))
    } finally {
      limit.end()
    }
  }
  const api = lazy((group) =>
    lazy((method) => {
      const list = (query: object, ...rest: unknown[]) => run({ group, method: 'list', args: [query, ...rest] })
      if (method === 'pages') return walk(list)
      if (method === 'all') return rowsOf(walk(list))
      return (...args: unknown[]) => run({ group, method, args })
    }),
  )
  sessions.set(api, session)
  return api as Api<A> // What the proxy answers to is known only to the type and to the server.
}

/** What this client has seen and written so far, to be given to another client as its `bookmark`; undefined before its first answer. */
export function bookmarkOf(api: object): string | undefined {
  const session = sessions.get(api)
  if (session === undefined) throw new TypeError('bookmarkOf takes what client(…) returned')
  return session.bookmark.encode()
}

const sessions = new WeakMap<object, Session>()

function sessionOf(url: string, options: ClientOptions): Session {
  return {
    url: url.replace(/\/+$/, ''),
    timeoutMs: durationMs(options.timeout ?? '30s'),
    retries: options.retries ?? 3,
    bookmark: bookmark(options.bookmark),
    token: options.token,
    headers: options.headers ?? {},
    onBookmarkLost: options.onBookmarkLost,
    // Looked up with every call, and called as a function of the global object, which browsers insist on.
    fetch: options.fetch ?? ((address, init) => globalThis.fetch(address, init)),
    random: options.random ?? Math.random,
    sleep: options.sleep,
  }
}

/** The server's routes, asked for with the first call, by all early calls together, and again after a failure. */
function lazyRoutes(session: Session, given: object | undefined): () => Promise<ReadonlyMap<string, Route>> {
  let routes: Promise<ReadonlyMap<string, Route>> | undefined
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

function routeOf(call: Call, routes: ReadonlyMap<string, Route>): Route {
  const name = nameOf(call)
  const route = routes.get(name)
  if (route !== undefined) return route
  const names = [...routes.keys()].filter((known) => known.startsWith(`${call.group}.`))
  const groups = [...new Set([...routes.keys()].map((known) => known.split('.')[0]))]
  throw clientErrors.UNKNOWN_NAME(
    names.length > 0
      ? `the server has no ${name}; it has ${names.join(', ')}`
      : `the server has no resource or service ${call.group}; it has ${groups.join(', ')}`,
  )
}

function nameOf({ group, method }: Call): string {
  return `${group}.${method}`
}

/** An object whose members are made when they are first asked for. */
function lazy<Member>(make: (name: string) => Member): Record<string, Member> {
  return new Proxy<Record<string, Member>>(
    {},
    {
      get(made, name) {
        // `await`, JSON.stringify, loggers and test runners probe what they are given; they must find a plain object.
        if (typeof name === 'string' && !(name in made) && /^[a-z]/i.test(name) && !probed.has(name)) {
          made[name] = make(name)
        }
        return Reflect.get(made, name)
      },
    },
  )
}

const probed = new Set(['then', 'toJSON', 'asymmetricMatch', 'nodeType'])
