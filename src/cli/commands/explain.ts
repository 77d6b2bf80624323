import { parse } from 'node:querystring'
import { type Route, routesOf } from '../../api/rest/routes.ts'
import type { AccessRule } from '../../app/access.ts'
import type { Principal } from '../../core/context.ts'
import { newRow } from '../../data/change.ts'
import type { ListPlan } from '../../data/list.ts'
import { planList } from '../../data/list.ts'
import type { ResourceModel } from '../../data/model.ts'
import type { OpenStore, StoreOperation, Write } from '../../data/store/store.ts'
import { admission } from '../../identity/access.ts'
import type { Runtime } from '../../runtime/boot.ts'
import type { GeneratedOperation, ListInput } from '../../service/operation.ts'
import { cliErrors } from '../errors.ts'
import { checked, loadProject, loadTopology } from '../project.ts'
import { withScratchRuntime } from '../scratch.ts'
import { described } from './routes.ts'

export interface ExplainOptions {
  readonly topology?: string
  readonly json?: boolean
}

/** One fact about how a request would run. */
type Fact = readonly [label: string, words: string | readonly string[]]

/** Tells how a request would run: route, access, access path, statement, batching and cost. Runs nothing of it. */
export async function explain(request: string, options: ExplainOptions): Promise<void> {
  const project = await loadProject()
  const topology = await loadTopology(options.topology, project)
  await checked(project, topology)
  const facts = await withScratchRuntime(project, topology, (runtime) => factsOf(runtime, request))
  if (options.json) {
    console.log(JSON.stringify(Object.fromEntries(facts), null, 2))
    return
  }
  for (const [label, words] of facts) {
    const lines = typeof words === 'string' ? [words] : words
    lines.forEach((line, at) => {
      console.log(`${(at === 0 ? label : '').padEnd(12)} ${line}`)
    })
  }
}

function factsOf(runtime: Runtime, request: string): readonly Fact[] {
  const match = /^(?:(GET|POST|PUT|PATCH|DELETE) )?(\/\S*)$/.exec(request.trim())
  if (match === null)
    throw cliErrors.USAGE(
      `${JSON.stringify(request)} is not a request; write: banyan explain "GET /v1/flights?origin=SFO"`,
    )
  const [, method = 'GET', target = ''] = match
  const [path = '', query = ''] = target.split('?')
  const all = routesOf(runtime.manifest.version, runtime.operations)
  const found = all
    .map((route) => ({ route, params: paramsOf(route, path) }))
    .find(({ route, params }) => route.method === method && params !== undefined)
  if (found === undefined) {
    const near = all
      .filter((route) => paramsOf(route, path) !== undefined)
      .map((route) => `${route.method} ${route.path}`)
    const known = near.length > 0 ? near : all.map((route) => `${route.method} ${route.path}`)
    throw cliErrors.USAGE(
      `there is no route ${method} ${path}; there are:\n${known.map((line) => `  ${line}`).join('\n')}`,
    )
  }
  const { route, params } = found
  const { operation, access } = described(route)
  return [
    ['route', `${route.method} ${route.path}`],
    ['operation', operation],
    ['access', access],
    ...operationFacts(runtime, route, params!, query),
  ]
}

/** The parameters in a path, or undefined if it is not this route's. */
function paramsOf({ path: pattern }: Route, path: string): Record<string, string> | undefined {
  const names: string[] = []
  const source = pattern
    .split(/(\{\w+\})/)
    .map((part) => {
      if (!part.startsWith('{')) return RegExp.escape(part)
      names.push(part.slice(1, -1))
      return '([^/]+)'
    })
    .join('')
  const match = new RegExp(`^${source}$`).exec(path)
  return match === null
    ? undefined
    : Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(match[at + 1]!)]))
}

function operationFacts(
  runtime: Runtime,
  route: Route,
  params: Record<string, string>,
  query: string,
): readonly Fact[] {
  const { operation } = route
  if (operation.kind === 'declared') {
    const { manifest } = operation
    const { scans, slots } = manifest.transaction
    return [
      [
        'input',
        Object.entries(manifest.input).map(
          ([name, { kind, optional }]) => `${name}: ${kind}${optional ? ', optional' : ''}`,
        ),
      ],
      ['body', 'runs the code of the app; what it reads and writes is not known before'],
      [
        'transaction',
        `optimistic: one conditional commit, rerun on a conflict at most 3 times; ${scans ? 'may list' : 'may not list'}, ${slots === 'many' ? 'many slots' : 'one slot'}`,
      ],
      [
        'idempotency',
        manifest.idempotent
          ? 'a key makes it run once; its row is written in the same commit'
          : 'none: repeating it may repeat its effect',
      ],
      ['batching', 'its commit travels with those of other requests of the same turn, under one fsync'],
    ]
  }
  const { model } = operation
  const engine = runtime.stores.get(model.storeName)!.engine
  switch (operation.action) {
    case 'get':
      return [
        ['path', '(id): one keyed read'],
        ...explained(engine, { kind: 'get', resource: model.name, ids: [params.id!] }),
        ['batching', 'none: a read on this store is cheaper than waiting for others'],
        ['cost', `1 seek, 1 row${includes(query)}`],
      ]
    case 'list':
      return listFacts(runtime, route, operation, query)
    default:
      return [
        ...explained(engine, {
          kind: 'commit',
          writes: sampleWrites(runtime, model, operation.action),
          assertions: [],
        }),
        ['batching', 'its commit travels with those of other requests of the same turn, under one fsync'],
        ['cost', writeCost(operation.action, model)],
      ]
  }
}

function listFacts(runtime: Runtime, route: Route, operation: GeneratedOperation, query: string): readonly Fact[] {
  const { model, access } = operation
  const engine = runtime.stores.get(model.storeName)!.engine
  // The parameters are read by the route itself, so that they are judged as a request's would be.
  const request = { query: parse(query), params: {}, headers: {}, body: undefined }
  const input = route.read(request as unknown as Parameters<Route['read']>[0]).input as ListInput
  const caller: Principal = { id: '<the caller>', roles: rolesIn(access) }
  const admitted = admission(access, caller)
  const filters =
    admitted.kind === 'rows' ? Object.fromEntries(admitted.tests.map(({ field, values }) => [field, values[0]!])) : {}
  const signer = { sign: () => '', verify: () => false }
  const plan: ListPlan = planList(model, { ...input, equal: { ...input.equal, ...filters }, isPublic: true }, signer)
  const { path, equal, range, limit, descending } = plan.scan
  const seeks = equal.reduce<number>((count, value) => (Array.isArray(value) ? value.length : count), 1)
  return [
    ...(admitted.kind === 'rows'
      ? [['filter', `the rule adds ${Object.keys(filters).join(', ')} = the caller's`] as const]
      : []),
    [
      'path',
      `(${path.join(', ')}): equality on ${equal.length === 0 ? 'nothing' : path.slice(0, equal.length).join(', ')}${range === undefined ? '' : `, range on ${path[equal.length]}`}, ${descending ? 'backwards' : 'forwards'}`,
    ],
    ...explained(engine, plan.scan),
    ['batching', 'none: a read on this store is cheaper than waiting for others'],
    [
      'cost',
      `${seeks} index ${seeks === 1 ? 'seek' : 'seeks'}, at most ${seeks * (limit + 1)} rows read${includes(query)}`,
    ],
  ]
}

function includes(query: string): string {
  const { include } = parse(query)
  const names = typeof include === 'string' ? include.split(',') : []
  return names.length === 0
    ? ''
    : `, and 1 read of the rows that ${names.join(', ')} name${names.length === 1 ? 's' : ''}`
}

function explained(engine: OpenStore, operation: StoreOperation): readonly Fact[] {
  const { statement, plan } = engine.explain(operation)
  return [['statement', statement.split('\n')], ...(plan.length === 0 ? [] : [['plan', plan] as const])]
}

function sampleWrites(runtime: Runtime, model: ResourceModel, action: GeneratedOperation['action']): readonly Write[] {
  const id = '00000000-0000-7000-8000-000000000000'
  const { name: resource, manifest } = model
  const common = { resource, id } as const
  switch (action) {
    case 'create':
    case 'batch':
      return [{ kind: 'insert', ...common, slot: 0, row: newRow(model, { id }, runtime).row }]
    case 'delete':
      return [{ kind: 'delete', ...common, deletedAt: runtime.clock.now() }]
    default: {
      const own = manifest.columns.filter(
        ({ name, field }) => manifest.fields[name] !== undefined && name !== 'id' && !field.writeOnce,
      )
      const set = Object.fromEntries(own.map(({ name }) => [name, null]))
      return [{ kind: 'update', ...common, set, add: {}, guards: [], version: 1, updatedAt: runtime.clock.now() }]
    }
  }
}

function writeCost(action: GeneratedOperation['action'], { manifest }: ResourceModel): string {
  const references = manifest.columns.filter(({ field }) => field.kind === 'ref').length
  const indexes = manifest.paths.length + 1
  if (action === 'create')
    return `1 row into ${indexes} indexes, ${references} reference ${references === 1 ? 'check' : 'checks'}, a share of one fsync`
  if (action === 'delete') return `1 row, a look at what refers to it, a share of one fsync`
  if (action === 'batch') return 'a commit for each member, or one for all with "atomic": true; all under one fsync'
  return '1 seek to read the row, 1 conditional update, a share of one fsync'
}

function rolesIn(rule: AccessRule): readonly string[] {
  if (rule.kind === 'role') return [rule.role]
  return rule.kind === 'anyOf' ? rule.rules.flatMap(rolesIn) : []
}
