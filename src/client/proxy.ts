import { durationMs } from '../core/duration.ts'
import { budget } from './budget.ts'
import { answerOf, type Call, optionsOf, requestOf } from './call.ts'
import { clientErrors } from './error.ts'
import { rowsOf, walk } from './pages.ts'
import type { Route } from './route.ts'
import { send } from './send.ts'
import type { Session } from './session.ts'

/** By name; may be asked for with every call. */
export type Routes = () => Promise<ReadonlyMap<string, Route>>

/** A client as a value: it has every group and every method that it is asked for, and the routes say where each goes. */
export function proxy(session: Session, routes: Routes): object {
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
  return api
}

/** What this client has seen and written so far, to be given to another client as its `bookmark`; undefined before its first answer. */
export function bookmarkOf(api: object): string | undefined {
  const session = sessions.get(api)
  if (session === undefined) throw new TypeError('bookmarkOf takes what client(…) returned')
  return session.bookmark.encode()
}

const sessions = new WeakMap<object, Session>()

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
