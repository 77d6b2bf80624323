import { clientErrors } from './error.ts'
import type { ChangeOptions } from './options.ts'
import { inputQuery, listQuery } from './query.ts'
import type { Route } from './route.ts'
import type { Outgoing } from './send.ts'

/** A method of the client as it was called: `api.bookings.book(…)`. */
export interface Call {
  readonly group: string
  readonly method: string
  readonly args: readonly unknown[]
}

type Values = Readonly<Record<string, unknown>>

/** The options of a call: they follow the id and the value of a change, and the one argument of everything else. */
export function optionsOf({ method, args }: Call): ChangeOptions {
  const hasValue = (method === 'update' || method === 'replace') && typeof args[0] === 'string'
  return (args[hasValue ? 2 : 1] ?? {}) as ChangeOptions
}

/** The call as HTTP has it. Throws INVALID_CALL where it cannot be sent. */
export function requestOf(route: Route, call: Call): Outgoing {
  const { path, query, body } = partsOf(route, call)
  const { version, idempotencyKey } = optionsOf(call)
  const search = query?.toString()
  return {
    method: route.method,
    path: search ? `${path}?${search}` : path,
    headers: {
      ...(body === undefined ? {} : { 'content-type': route.contentType ?? 'application/json' }),
      ...(version === undefined ? {} : { 'if-match': `"v${version}"` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    isKeyed: route.isKeyed,
    idempotencyKey,
  }
}

/** What the method gives for what the server answered. */
export function answerOf(route: Route, answer: unknown): unknown {
  switch (route.generated) {
    case 'list': {
      const { data, page } = answer as { data: unknown; page: object }
      return { data, ...page }
    }
    case 'batch':
      return (answer as { outcomes: unknown }).outcomes
    case 'get':
    case 'create':
    case 'replace':
    case 'update':
    case 'delete':
    case undefined:
      return answer
  }
}

interface Parts {
  readonly path: string
  readonly query?: URLSearchParams
  readonly body?: unknown
}

function partsOf(route: Route, { args }: Call): Parts {
  const [first, second] = args
  const path = () => fill(route, { id: first })
  switch (route.generated) {
    case 'list':
      return { path: route.path, query: listQuery((first ?? {}) as Values) }
    case 'get': {
      const { fields, include } = (second ?? {}) as Values
      return { path: path(), query: listQuery({ fields, include }) }
    }
    case 'create':
      return { path: route.path, body: first }
    case 'replace':
    case 'update':
      return { path: path(), body: second }
    case 'delete':
      return { path: path() }
    case 'batch': {
      const { atomic = false } = (second ?? {}) as Values
      return { path: route.path, body: { atomic, operations: first } }
    }
    case undefined:
      return operationParts(route, (first ?? {}) as Values)
  }
}

/** Path parameters are filled from the input; the rest goes where the method has its place for it. */
function operationParts(route: Route, input: Values): Parts {
  const rest = Object.entries(input).filter(([name]) => !route.path.includes(`{${name}}`))
  const others = Object.fromEntries(rest)
  const path = fill(route, input)
  if (route.method === 'GET' || route.method === 'DELETE') return { path, query: inputQuery(others) }
  return route.contentType === undefined && rest.length === 0 ? { path } : { path, body: others }
}

function fill({ path, name }: Route, values: Values): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => {
    const value = values[parameter]
    const text = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? `${value}` : ''
    // Dots would be taken for steps of the path, even when they are escaped.
    if (text !== '' && text !== '.' && text !== '..') return encodeURIComponent(text)
    throw clientErrors.INVALID_CALL(`${name}: ${JSON.stringify(value)} cannot be the ${parameter} in ${path}`)
  })
}
