import type { FastifyRequest } from 'fastify'
import { coreErrors } from '../../core/errors.ts'
import { dependsOnCaller } from '../../identity/access.ts'
import type { BatchInput } from '../../service/batch.ts'
import type {
  ChangeInput,
  CreateInput,
  DeclaredOperation,
  DeleteInput,
  GeneratedOperation,
  GetInput,
  ListInput,
  Operation,
} from '../../service/operation.ts'
import type { View } from '../../service/view.ts'
import { apiErrors } from '../errors.ts'
import { batchInput } from './batch-body.ts'
import { ifMatchVersion } from './headers.ts'
import { inputFromTexts, listParameters, noParameters, type Query, rowParameters } from './parameters.ts'

/** One address of the API: how a request becomes the input of an operation, and how its answer is shaped. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With `{name}` for parameters: `/v1/flights/{id}`. */
  readonly path: string
  readonly operation: Operation
  readonly takesKey: boolean
  /** Whether answers depend on who asks. */
  readonly isPrivate: boolean
  /** Whether it is of an older version. */
  readonly isOlder: boolean
  readonly media: readonly string[]
  readonly read: (request: FastifyRequest) => RouteInput
}

export interface RouteInput {
  readonly input: unknown
  /** Exactly these fields of a row, where the caller named them. */
  readonly fields?: readonly string[] | undefined
}

const json = ['application/json'] as const
const patch = ['application/merge-patch+json', 'application/json'] as const

/** Every route of the app, in the order of the operations. A declared operation takes the place of a generated one. */
export function routesOf(operations: readonly Operation[]): readonly Route[] {
  const declared = operations.filter((operation) => operation.kind === 'declared').map(declaredRoute)
  const taken = new Set(declared.map(({ method, path }) => `${method} ${path}`))
  const generated = operations
    .filter((operation) => operation.kind === 'generated')
    .map(generatedRoute)
    .filter(({ method, path }) => !taken.has(`${method} ${path}`))
  return [...generated, ...declared]
}

function generatedRoute(operation: GeneratedOperation): Route {
  const { view, version, action, access } = operation
  const many = `/${version}/${view.manifest.name}`
  const one = `${many}/{id}`
  const route = {
    operation,
    isPrivate: dependsOnCaller(access),
    isOlder: view.isOlder,
    takesKey: true,
    media: json,
  } as const
  switch (action) {
    case 'list':
      return { ...route, method: 'GET', path: many, takesKey: false, read: (request) => readList(view, request) }
    case 'get':
      return { ...route, method: 'GET', path: one, takesKey: false, read: (request) => readOne(view, request) }
    case 'create':
      return {
        ...route,
        method: 'POST',
        path: many,
        read: readNew,
      }
    case 'replace':
      return { ...route, method: 'PUT', path: one, read: readChange }
    case 'update':
      return { ...route, method: 'PATCH', path: one, media: patch, read: readChange }
    case 'delete':
      return { ...route, method: 'DELETE', path: one, read: readDelete }
    case 'batch':
      return {
        ...route,
        method: 'POST',
        path: `${many}:batch`,
        read: (request) => {
          noParameters(queryOf(request))
          return { input: batchInput(request.body) satisfies BatchInput }
        },
      }
  }
}

function declaredRoute(operation: DeclaredOperation): Route {
  const { manifest, version, access } = operation
  const names = [...manifest.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)
  const inPath = Object.fromEntries(names.map((name) => [name, manifest.input[name]!]))
  const elsewhere = Object.fromEntries(Object.entries(manifest.input).filter(([name]) => !names.includes(name)))
  const takesBody = manifest.method !== 'GET' && manifest.method !== 'DELETE'
  return {
    method: manifest.method,
    path: `/${version}${manifest.path}`,
    operation,
    takesKey: manifest.idempotent,
    isPrivate: dependsOnCaller(access),
    isOlder: operation.isOlder,
    media: manifest.method === 'PATCH' ? patch : json,
    read: (request) => {
      const fromPath = names.length === 0 ? {} : inputFromTexts(inPath, request.params as Query)
      if (!takesBody) return { input: { ...inputFromTexts(elsewhere, queryOf(request)), ...fromPath } }
      noParameters(queryOf(request))
      const body = request.body === undefined ? {} : objectBody(request)
      const twice = names.find((name) => Object.hasOwn(body, name))
      if (twice !== undefined)
        throw coreErrors.INVALID(`${twice} is given by the path`, {
          issues: [{ pointer: `/${twice}`, detail: 'is given by the path, not by the body' }],
        })
      return { input: { ...body, ...fromPath } }
    },
  }
}

function readList(view: View, request: FastifyRequest): RouteInput {
  const { fields, ...input } = listParameters(view.manifest, queryOf(request))
  return { input: view.listOf(input) satisfies ListInput, fields }
}

function readOne(view: View, request: FastifyRequest): RouteInput {
  const { fields, include } = rowParameters(view.manifest, queryOf(request))
  return { input: { id: idOf(request), include: view.fieldsOf(include) } satisfies GetInput, fields }
}

function readNew(request: FastifyRequest): RouteInput {
  noParameters(queryOf(request))
  return { input: { value: objectBody(request) } satisfies CreateInput }
}

function readChange(request: FastifyRequest): RouteInput {
  noParameters(queryOf(request))
  const version = ifMatchVersion(request)
  return {
    input: {
      id: idOf(request),
      value: objectBody(request),
      ...(version === undefined ? {} : { version }),
    } satisfies ChangeInput,
  }
}

function readDelete(request: FastifyRequest): RouteInput {
  noParameters(queryOf(request))
  const version = ifMatchVersion(request)
  return { input: { id: idOf(request), ...(version === undefined ? {} : { version }) } satisfies DeleteInput }
}

function queryOf({ url, query }: FastifyRequest): Query {
  const at = url.indexOf('?')
  // The parser leaves what it cannot decode as it is, which would be looked for as it is.
  if (at !== -1 && url.includes('%', at) && !isWellEncoded(url.slice(at)))
    throw apiErrors.MALFORMED_REQUEST('the query is not well encoded')
  return query as Query
}

function isWellEncoded(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

function idOf({ params }: FastifyRequest): string {
  return (params as { readonly id: string }).id
}

function objectBody({ body }: FastifyRequest): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw coreErrors.INVALID('the body must be a JSON object', {
      issues: [{ pointer: '', detail: 'must be a JSON object' }],
    })
  }
  return body as Readonly<Record<string, unknown>>
}

/** A path with `{name}` in the router's own form: parameters as `:name`, a colon as `::`. */
export function routerPath(path: string): string {
  return path.replaceAll(':', '::').replaceAll(/\{(\w+)\}/g, ':$1')
}
