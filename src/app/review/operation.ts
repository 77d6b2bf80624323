import type { App } from '../app.ts'
import type { AppManifest, OperationManifest } from '../manifest.ts'
import { pathShape } from '../manifest.ts'
import type { AnyOperation } from '../operation.ts'
import { alternatives, reviewOperationAccess } from './access.ts'
import { appFindings } from './codes.ts'
import { reviewFields } from './field.ts'
import type { Finding } from './finding.ts'
import { reviewFieldNames } from './names.ts'

/** The operations of all services: addresses that can be told apart, input that fits into them, and who may call. */
export function reviewOperations(manifest: AppManifest, app: App): readonly Finding[] {
  const resources = new Set(manifest.resources.map(({ name }) => name))
  return [
    ...manifest.services.flatMap(({ name, operations }) =>
      operations.flatMap((operation) => {
        const place = `services/${name}/operations/${operation.name}`
        return [
          ...reviewAddress(place, operation),
          ...reviewFieldNames(`${place}/input`, Object.keys(operation.input)),
          ...reviewFields(`${place}/input`, operation.input, resources),
          ...reviewInput(place, operation),
          ...reviewOutput(place, operation, resources),
          ...reviewOperationAccess(place, operation),
          ...reviewKey(place, operation),
          ...reviewBody(place, operation, app),
          ...reviewClientName(place, operation, resources),
        ]
      }),
    ),
    ...reviewRoutes(manifest),
  ]
}

const methods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
const segment = /^(?!\.\.?$)(?:[A-Za-z0-9._~-]+|\{[^{}]+\})$/

/** The address by itself: a method, words, and parameters that the input has. */
export function reviewAddress(place: string, { method, path, input }: OperationManifest): readonly Finding[] {
  if (!methods.has(method))
    return [appFindings.OPERATION_PATH(`${place}/http`, `${method} is not a method of operations`)]
  const [first, ...segments] = (path ?? '').split('/')
  if (first !== '' || segments.length === 0 || !segments.every((part) => segment.test(part))) {
    return [
      appFindings.OPERATION_PATH(`${place}/http`, `${JSON.stringify(path)} is not a path of words and parameters`),
    ]
  }
  if (method === 'GET' && path === '/openapi.json') {
    return [appFindings.OPERATION_PATH(`${place}/http`, 'this is where each version of the API describes itself')]
  }
  const names = segments.flatMap((part) => (part.startsWith('{') ? [part.slice(1, -1)] : []))
  return names.flatMap((name, at) => {
    const problem = parameterProblem(name, input)
    if (problem !== undefined) return [appFindings.OPERATION_PARAMETER(`${place}/http`, problem)]
    if (names.indexOf(name) === at) return []
    return [appFindings.OPERATION_PARAMETER(`${place}/http`, `the path has {${name}} twice`)]
  })
}

function parameterProblem(name: string, input: OperationManifest['input']): string | undefined {
  const field = Object.hasOwn(input, name) ? input[name] : undefined
  if (field === undefined) return `the path has {${name}}, which is not in the input`
  if (field.optional || field.default !== undefined)
    return `{${name}} may be left out, and a path always has all its parts`
  if (field.kind === 'json' || field.kind === 'bytes')
    return `{${name}} is of the kind ${field.kind}, which no path can carry`
  return undefined
}

/** What is given by the input, as far as it depends on the method. */
export function reviewInput(place: string, { method, input }: OperationManifest): readonly Finding[] {
  const hasQuery = method === 'GET' || method === 'DELETE'
  return Object.entries(input).flatMap(([name, field]) => [
    ...(field.private
      ? [appFindings.OPERATION_PRIVATE_INPUT(`${place}/input/${name}`, 'no client could give it')]
      : []),
    ...(hasQuery && (field.kind === 'json' || field.kind === 'bytes')
      ? [
          appFindings.OPERATION_QUERY(
            `${place}/input/${name}`,
            `the input of a ${method} is its query, which cannot carry the kind ${field.kind}`,
          ),
        ]
      : []),
  ])
}

function reviewOutput(
  place: string,
  { output }: OperationManifest,
  resources: ReadonlySet<string>,
): readonly Finding[] {
  switch (output.kind) {
    case 'none':
      return []
    case 'row':
      if (resources.has(output.resource)) return []
      return [appFindings.OPERATION_OUTPUT(`${place}/output`, `no service of this app owns ${output.resource}`)]
    case 'fields':
      return [
        ...reviewFieldNames(`${place}/output`, Object.keys(output.fields)),
        ...reviewFields(`${place}/output`, output.fields, resources),
      ]
  }
}

function reviewKey(place: string, { idempotent, access }: OperationManifest): readonly Finding[] {
  if (!idempotent || access === undefined) return []
  if (!alternatives(access).some(({ kind }) => kind === 'anyone')) return []
  return [appFindings.OPERATION_KEY(place, 'it is idempotent and open to anyone')]
}

function reviewBody(place: string, { service, name }: OperationManifest, app: App): readonly Finding[] {
  const operations: Readonly<Record<string, AnyOperation>> | undefined = app.services.find(
    (each) => each.name === service && Object.hasOwn(each.operations, name),
  )?.operations
  if (typeof operations?.[name]?.run === 'function') return []
  return [appFindings.OPERATION_WITHOUT_BODY(place, 'it has no function to run')]
}

/** A client shows a resource and the service of its name as one object. */
const clientMethods: ReadonlySet<string> = new Set([
  ...['get', 'list', 'create', 'update', 'replace', 'delete', 'batch', 'pages'],
])

function reviewClientName(
  place: string,
  { service, name }: OperationManifest,
  resources: ReadonlySet<string>,
): readonly Finding[] {
  if (!clientMethods.has(name) || !resources.has(service)) return []
  return [appFindings.OPERATION_CLIENT_NAME(place, `client.${service}.${name} is the generated route of the resource`)]
}

/** Addresses that two operations have. `start`: what stands before their places. */
export function reviewRoutes({ services }: AppManifest, start = ''): readonly Finding[] {
  const owners = new Map<string, OperationManifest>()
  return services.flatMap(({ operations }) =>
    operations.flatMap((operation) => {
      const route = `${operation.method} ${pathShape(operation.path ?? '')}`
      const owner = owners.get(route)
      if (owner === undefined) {
        owners.set(route, operation)
        return []
      }
      return [
        appFindings.OPERATION_ROUTE_TWICE(
          `${start}services/${operation.service}/operations/${operation.name}/http`,
          `${operation.method} ${operation.path} is already the route of ${owner.service}.${owner.name} (${owner.path})`,
        ),
      ]
    }),
  )
}
