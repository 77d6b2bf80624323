import { type Route, routesOf } from '../../api/rest/routes.ts'
import { BanyanError } from '../../core/errors.ts'
import type { GeneratedOperation, GetInput, ListInput } from '../../service/operation.ts'
import { problemOf } from '../../service/problem.ts'
import { cliErrors } from '../errors.ts'
import { declaredFacts } from './declared.ts'
import type { Cost, Explanation, Step } from './explanation.ts'
import { indexFor, listSteps } from './list.ts'
import { type Match, matchRoute, nearestRoutes } from './match.ts'
import { getSteps } from './read.ts'
import { type Asked, askedOf } from './request.ts'
import { versionFacts } from './version.ts'
import { accessWords, counted } from './words.ts'
import { resourceSheet, storeSheet, type World } from './world.ts'
import { writeSteps } from './write.ts'

/** Tells how a request would run, or what it would be refused with. Runs nothing of it. Throws USAGE where there is no route. */
export async function explanationOf(world: World, text: string): Promise<Explanation> {
  const asked = askedOf(text)
  const routes = routesOf(world.runtime.operations)
  const match = matchRoute(routes, asked)
  if (match === undefined) throw mountedRoute(world, asked) ?? noRoute(routes, asked)
  const { route } = match
  const { operation } = route
  const description = operation.kind === 'declared' ? operation.manifest.description : undefined
  const about = {
    request: text.trim(),
    route: `${route.method} ${route.path}`,
    operation: operation.id,
    ...(description === undefined ? {} : { description }),
    access: { rule: operation.access, says: accessWords(operation) },
    facts: {
      ...versionFacts(world, operation),
      ...(operation.kind === 'declared' ? declaredFacts(world, operation) : generatedFacts(world, operation)),
    },
  }
  try {
    const steps = await stepsOf(world, match, asked)
    return { ...about, steps, total: steps.length === 0 ? null : totalOf(steps) }
  } catch (error) {
    if (!(error instanceof BanyanError) || error.kind === 'bug') throw error
    const { requestId: _, ...problem } = problemOf(error, '')
    const mend = mendOf(error, match, asked)
    return { ...about, steps: [], total: null, problem, ...(mend === undefined ? {} : { mend }) }
  }
}

/** Of what is mounted nothing is declared that could be told. */
function mountedRoute({ runtime }: World, { path }: Asked): BanyanError | undefined {
  for (const { name, mounts } of runtime.manifest.services) {
    const mount = mounts.find(({ prefix }) => `${path}/`.startsWith(`${prefix}/`))
    if (mount !== undefined)
      return cliErrors.USAGE(
        `${mount.prefix} is an application that the service ${name} mounts: what its routes do, only its own code knows; banyan routes lists them`,
      )
  }
  return undefined
}

function noRoute(routes: readonly Route[], asked: Asked): BanyanError {
  const near = nearestRoutes(routes, asked, 5).map(({ method, path }) => `    ${method} ${path}`)
  return cliErrors.USAGE(
    near.length === 0
      ? `there is no route ${asked.method} ${asked.path}: the app has none`
      : `there is no route ${asked.method} ${asked.path}; the nearest are\n${near.join('\n')}\n  banyan routes lists them all.`,
  )
}

function generatedFacts(world: World, { view, action }: GeneratedOperation): Readonly<Record<string, string>> {
  const { model } = view
  const store = storeSheet(world, model.storeName)
  const resource = resourceSheet(world, model.name)
  const isRead = action === 'get' || action === 'list'
  return {
    store: `${store.name} (${store.driver})`,
    ...(isRead
      ? { freshness: resource.freshness.says }
      : {
          isolation: resource.isolation.says,
          durability: resource.durability.says,
          repeats: 'with an Idempotency-Key 1 keyed read before, and 1 row more in the same commit',
        }),
  }
}

/** What the operation reads and writes. The route itself reads the request, so that it is judged as the server would. */
async function stepsOf(world: World, { route, parameters }: Match, asked: Asked): Promise<readonly Step[]> {
  const { operation } = route
  const input = inputOf(route, parameters, asked)
  if (operation.kind === 'declared') return []
  const { action, view, access } = operation
  switch (action) {
    case 'get':
      return getSteps(world, view.model, access, input as GetInput)
    case 'list':
      return listSteps(world, view, access, input as ListInput)
    default:
      return writeSteps(world, operation, action, parameters.id ?? '')
  }
}

function inputOf(route: Route, parameters: Match['parameters'], asked: Asked): unknown {
  // Asked about as a pattern, `/v1/flights/{id}`, a request has no values that could be wrong.
  const isPattern = asked.segments.join('/') === route.path
  const isBatch = route.operation.kind === 'generated' && route.operation.action === 'batch'
  const body = isBatch ? { operations: [{ op: 'create', value: {} }] } : {}
  const request = {
    url: asked.url,
    query: asked.query,
    params: isPattern && route.operation.kind === 'declared' ? {} : parameters,
    headers: {},
    body,
  }
  // Routes look at these of a request only.
  return route.read(request as unknown as Parameters<Route['read']>[0]).input
}

function mendOf(error: BanyanError, { route: { operation } }: Match, { query }: Asked): string | undefined {
  if (operation.kind !== 'generated' || operation.action !== 'list') return undefined
  if (error.code !== 'LIST_UNSUPPORTED' && error.code !== 'PARAMETER_UNKNOWN' && error.code !== 'PARAMETER_INVALID')
    return undefined
  const { view, access } = operation
  // A path is declared in the words of now.
  if (view.isOlder) return undefined
  const { model } = view
  const index = indexFor(model.manifest, access, query)
  const isDeclared = model.manifest.paths.some(
    (path) => index === `.index(${path.map((name) => `'${name}'`).join(', ')})`,
  )
  return index === undefined || isDeclared
    ? undefined
    : `Declare ${index} on ${model.name}, and it becomes an access path.`
}

function totalOf(steps: readonly Step[]): Cost {
  const sum = (of: (cost: Cost) => number) => steps.reduce((total, { cost }) => total + of(cost), 0)
  const [seeks, commits] = [sum((cost) => cost.seeks), sum((cost) => cost.commits)]
  const rows = steps.some(({ cost }) => cost.rows === null) ? null : sum((cost) => cost.rows ?? 0)
  const rowWords = rows === null ? 'as many rows as there are' : `${counted(rows, 'row')} at most`
  return {
    seeks,
    rows,
    commits,
    says: `${counted(seeks, 'seek')} and ${rowWords}, ${commits === 0 ? 'no commit' : counted(commits, 'commit')}`,
  }
}
