import { clientErrors } from './error.ts'
import type { Generated, Route } from './route.ts'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** The generated routes. */
const shapes = {
  list: { method: 'GET', suffix: '' },
  create: { method: 'POST', suffix: '' },
  batch: { method: 'POST', suffix: ':batch' },
  get: { method: 'GET', suffix: '/{id}' },
  replace: { method: 'PUT', suffix: '/{id}' },
  update: { method: 'PATCH', suffix: '/{id}' },
  delete: { method: 'DELETE', suffix: '/{id}' },
} as const satisfies Readonly<Record<Generated, { readonly method: Route['method']; readonly suffix: string }>>

/** The routes by name, as the server's OpenAPI document has them. An operation that bears the name of a generated method goes before it. */
export function routesOf(document: unknown, url: string): ReadonlyMap<string, Route> {
  const { paths, components } = (document ?? {}) as Document
  if (typeof paths !== 'object' || paths === null) {
    throw clientErrors.NOT_BANYAN(`${url}/openapi.json is not an OpenAPI document`)
  }
  const routes = Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const entry = item[method.toLowerCase() as Lowercase<Route['method']>]
      if (entry?.operationId === undefined) return []
      const parameters = [...(item.parameters ?? []), ...(entry.parameters ?? [])]
      return [
        routeOf(
          path,
          method,
          entry,
          parameters.map((parameter) => resolve(parameter, components)),
        ),
      ]
    }),
  )
  return new Map(routes.sort((a, b) => Number(!a.generated) - Number(!b.generated)).map((route) => [route.name, route]))
}

function routeOf(path: string, method: Route['method'], entry: Entry, parameters: readonly Parameter[]): Route {
  const name = entry.operationId!
  const types = Object.keys(entry.requestBody?.content ?? {})
  const generated = generatedAt(name, method, path, entry)
  return {
    name,
    method,
    path,
    generated,
    isKeyed:
      (generated !== undefined && method !== 'GET') ||
      parameters.some((parameter) => parameter.in === 'header' && parameter.name?.toLowerCase() === 'idempotency-key'),
    contentType: types[0],
  }
}

/** An operation may stand at a generated method's address under its name; then the document marks it. */
function generatedAt(name: string, method: string, path: string, entry: Entry): Generated | undefined {
  const [group, word] = name.split('.') as [string, Generated]
  const shape = Object.hasOwn(shapes, word) ? shapes[word] : undefined
  const isGenerated = shape?.method === method && path.endsWith(`/${group}${shape.suffix}`)
  return isGenerated && entry['x-banyan-operation'] === undefined ? word : undefined
}

function resolve(parameter: Parameter, components: Document['components']): Parameter {
  const name = parameter.$ref?.split('/').at(-1)
  return name === undefined ? parameter : (components?.parameters?.[name] ?? {})
}

// As much of OpenAPI 3.1 as is read here.
interface Document {
  readonly paths?: Readonly<Record<string, Item>>
  readonly components?: { readonly parameters?: Readonly<Record<string, Parameter>> }
}

interface Item extends Readonly<Partial<Record<Lowercase<Route['method']>, Entry>>> {
  readonly parameters?: readonly Parameter[]
}

interface Entry {
  readonly operationId?: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content?: Readonly<Record<string, unknown>> }
  readonly 'x-banyan-operation'?: unknown
}

interface Parameter {
  readonly $ref?: string
  readonly in?: string
  readonly name?: string
}
