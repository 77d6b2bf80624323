import type { Route } from '../../api/rest/routes.ts'
import type { Asked } from './request.ts'

export interface Match {
  readonly route: Route
  readonly parameters: Readonly<Record<string, string>>
}

/** The route that answers a request, as the server's router finds it: words before parameters, from left to right. */
export function matchRoute(routes: readonly Route[], { method, segments }: Asked): Match | undefined {
  // What answers GET answers HEAD.
  const wanted = method === 'HEAD' ? 'GET' : method
  return routes
    .filter((route) => route.method === wanted)
    .flatMap((route) => {
      const parameters = parametersOf(route, segments)
      return parameters === undefined ? [] : [{ route, parameters }]
    })
    .toSorted((left, right) => (shapeOf(left.route) < shapeOf(right.route) ? -1 : 1))[0]
}

/** Routes that may have been meant, the nearest first: another method of the same path, then paths that look alike. */
export function nearestRoutes(
  routes: readonly Route[],
  { method, segments, path }: Asked,
  count: number,
): readonly Route[] {
  const distance = (route: Route) =>
    (parametersOf(route, segments) === undefined ? 10 * differences(route.path, path) : 0) +
    (route.method === method ? 0 : 1)
  return routes
    .map((route) => ({ route, distance: distance(route) }))
    .toSorted((left, right) => left.distance - right.distance)
    .slice(0, count)
    .map(({ route }) => route)
}

function parametersOf(route: Route, segments: readonly string[]): Record<string, string> | undefined {
  const parts = route.path.split('/')
  if (parts.length !== segments.length) return undefined
  const parameters: Record<string, string> = {}
  for (const [at, part] of parts.entries()) {
    const segment = segments[at]!
    const name = nameOf(part)
    if (name === undefined ? part !== segment : segment === '') return undefined
    if (name !== undefined) parameters[name] = segment
  }
  return parameters
}

/** Sorts a word before a parameter at the first place where two routes differ. */
function shapeOf({ path }: Route): string {
  return path
    .split('/')
    .map((part) => (nameOf(part) === undefined ? '0' : '1'))
    .join('')
}

function nameOf(part: string): string | undefined {
  return /^\{(\w+)\}$/.exec(part)?.[1]
}

/** How many characters have to be put in, taken out or replaced (Levenshtein 1966), in the first hundred. */
function differences(left: string, right: string): number {
  const [from, to] = [left.slice(0, 100), right.slice(0, 100)]
  let row = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (let at = 1; at <= from.length; at++) {
    const next = [at]
    for (let other = 1; other <= to.length; other++) {
      const same = from[at - 1] === to[other - 1] ? 0 : 1
      next.push(Math.min(row[other]! + 1, next[other - 1]! + 1, row[other - 1]! + same))
    }
    row = next
  }
  return row.at(-1)!
}
