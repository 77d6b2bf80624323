import type { Route } from '../client/route.ts'

/** The names of requests as methods of the client have them, `flights.list`, by method and path. */
export type RequestNames = (method: string, path: string) => string

/** A request that no route fits, which a route of a later version may be, is named by its method and path. */
export function requestNames(routes: Iterable<Route>): RequestNames {
  // Of two that fit, the one without parameters is meant.
  const known = [...routes]
    .map(({ name, method, path }) => ({ name, method, pattern: patternOf(path), isFixed: !path.includes('{') }))
    .toSorted((left, right) => Number(right.isFixed) - Number(left.isFixed))
  return (method, path) =>
    known.find((route) => route.method === method && route.pattern.test(path))?.name ?? `${method} ${path}`
}

function patternOf(path: string): RegExp {
  return new RegExp(
    `^${path
      .split(/\{\w+\}/)
      .map(RegExp.escape)
      .join('[^/]+')}$`,
  )
}
