import type { JsonSchema } from '../../core/json.ts'
import type { Method } from '../operation.ts'
import type { ExternalCall, ExternalManifest, ExternalParameter } from './manifest.ts'
import { ownSchema } from './schema.ts'

/** An OpenAPI document (3.0 or 3.1) as calls. What cannot be called is told, not thrown. */
export function readExternal(name: string, document: unknown): ExternalManifest {
  const { openapi, swagger, paths, components } = (document ?? {}) as Document
  const nothing = { name, calls: {}, leftOut: {}, schemas: {} }
  if (typeof openapi !== 'string' || !/^3\.[01]\./.test(openapi)) {
    const found = openapi ?? swagger
    return {
      ...nothing,
      problem: `it is not OpenAPI 3.0 or 3.1${found === undefined ? '' : ` but ${JSON.stringify(found)}`}`,
    }
  }
  const schemas: Record<string, JsonSchema> = Object.fromEntries(
    Object.entries(components?.schemas ?? {}).map(([key, schema]) => [key, ownSchema(schema) as JsonSchema]),
  )
  const calls: Record<string, ExternalCall> = {}
  const leftOut: Record<string, string> = {}
  for (const [path, item] of Object.entries(paths ?? {})) {
    if (item?.$ref !== undefined) leftOut[path] = `it stands in ${item.$ref}; bundle the document first`
    for (const method of methods) {
      const operation = item?.[method.toLowerCase() as Lowercase<Method>]
      if (operation === undefined) continue
      try {
        const call = callName(operation.operationId ?? `${method} ${path}`)
        if (Object.hasOwn(calls, call)) throw new Unsupported(`its name ${call} is that of another operation`)
        const declared = callOf(document as Document, method, path, item, operation)
        reviewReferences([declared.input, ...Object.values(declared.answers)], { components: { schemas } })
        calls[call] = declared
      } catch (error) {
        leftOut[`${method} ${path}`] = error instanceof Unsupported ? error.message : 'it is not well formed'
      }
    }
  }
  const problem = Object.keys(calls).length === 0 ? 'it has no operation that can be called' : undefined
  return { name, problem, calls, leftOut, schemas }
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const satisfies readonly Method[]

/** Why an operation cannot be called. */
class Unsupported extends Error {}

/** An operationId as a method has it: `list-quotes` is `listQuotes`, and so is `GET /quotes` `getQuotes`. */
function callName(operationId: string): string {
  const [first = '', ...rest] = operationId.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
  const head = first === first.toUpperCase() ? first.toLowerCase() : first.charAt(0).toLowerCase() + first.slice(1)
  const name = [head, ...rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('')
  // An object with a member `then` is taken for a promise.
  return /^[a-z]/.test(name) && name !== 'then' ? name : `call${name.charAt(0).toUpperCase()}${name.slice(1)}`
}

function callOf(document: Document, method: Method, path: string, item: Item, operation: Operation): ExternalCall {
  const declared = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map((each) => resolved(document, each))
  // An operation's own parameter goes before that of its path.
  const parameters = [...new Map(declared.map((each) => [`${each.in} ${each.name.toLowerCase()}`, each])).values()]
  const taken = parameters.filter(isTaken)
  reviewPath(path, taken)
  const body = bodyOf(
    document,
    operation,
    taken.map(({ name }) => name),
  )
  return {
    method,
    path,
    description: operation.summary ?? operation.description,
    parameters: taken.map(externalParameter),
    body: body.kind,
    input: inputSchema(taken, body),
    answers: answersOf(document, operation),
    takesKey: parameters.some(({ in: place, name }) => place === 'header' && name.toLowerCase() === 'idempotency-key'),
  }
}

/** What stands behind the address must lie below it: without its slash a path would be more of the host. */
function reviewPath(path: string, parameters: readonly Parameter[]): void {
  if (!/^\/[^?#]*$/.test(path)) throw new Unsupported('its path is none: it begins with a slash and has no query')
  for (const [, name] of path.matchAll(/\{([^}]*)\}/g)) {
    if (!parameters.some((parameter) => parameter.in === 'path' && parameter.name === name))
      throw new Unsupported(`its path has {${name}}, which is no parameter of it`)
  }
}

/** What the runtime sends by itself, and what OpenAPI says to ignore. */
const ownHeaders: ReadonlySet<string> = new Set([
  ...['accept', 'content-type', 'authorization', 'idempotency-key', 'traceparent', 'tracestate', 'x-request-id'],
])

function isTaken({ in: place, name, required = false }: Parameter): boolean {
  if (place === 'header') return !ownHeaders.has(name.toLowerCase())
  if (place === 'cookie' && required) throw new Unsupported(`it needs the cookie ${name}`)
  return place !== 'cookie'
}

const usualStyles: Readonly<Record<string, string>> = { path: 'simple', query: 'form', header: 'simple' }

function externalParameter({ name, in: place, style, explode, schema, content }: Parameter): ExternalParameter {
  if (!Object.hasOwn(usualStyles, place)) throw new Unsupported(`the parameter ${name} stands in ${place}`)
  if (content !== undefined || schema === undefined) throw new Unsupported(`the parameter ${name} is not a plain value`)
  if (style !== undefined && style !== usualStyles[place])
    throw new Unsupported(`the parameter ${name} has the style ${style}`)
  if ((schema as JsonSchema).type === 'object') throw new Unsupported(`the parameter ${name} is an object`)
  return { name, in: place as ExternalParameter['in'], explode: explode ?? place === 'query' }
}

type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'whole'; readonly required: boolean; readonly schema: JsonSchema | boolean }
  | { readonly kind: 'members'; readonly required: boolean; readonly schema: JsonSchema }

function bodyOf(document: Document, { requestBody }: Operation, names: readonly string[]): Body {
  if (requestBody === undefined) return { kind: 'none' }
  const { content = {}, required = false } = resolved(document, requestBody)
  const [, media] = Object.entries(content).find(([type]) => isJson(type)) ?? []
  if (media === undefined) {
    if (!required) return { kind: 'none' }
    throw new Unsupported(`its body is ${Object.keys(content).join(' or ') || 'nothing known'}, not JSON`)
  }
  const target = resolved(document, (media.schema ?? {}) as JsonSchema & Reference)
  const schema = ownSchema(target)
  const properties = Object.keys((typeof schema === 'object' && (schema.properties as object)) || {})
  const isPlain =
    typeof schema === 'object' &&
    schema.type === 'object' &&
    !['allOf', 'anyOf', 'oneOf', 'not', 'if', 'patternProperties', 'minProperties'].some((word) => word in schema)
  if (isPlain && properties.length > 0 && !properties.some((name) => names.includes(name)))
    return { kind: 'members', required, schema: withoutReadOnly(schema, target) }
  if (names.includes('body')) throw new Unsupported('it has a parameter named body beside its body')
  return { kind: 'whole', required, schema: ownSchema(media.schema) }
}

/** What only answers have is not given; what only requests have is required of them. */
function withoutReadOnly(schema: JsonSchema, { properties, required }: JsonSchema): JsonSchema {
  const parts = properties as Readonly<Record<string, JsonSchema>>
  const isGiven = (name: string) => parts[name]?.readOnly !== true
  const given = Object.entries(schema.properties as object).filter(([name]) => isGiven(name))
  return {
    ...schema,
    properties: Object.fromEntries(given),
    required: Array.isArray(required) ? (required as string[]).filter(isGiven) : [],
  }
}

function inputSchema(parameters: readonly Parameter[], body: Body): JsonSchema {
  const own = parameters.map(({ name, schema, description }) => [
    name,
    { ...(ownSchema(schema) as JsonSchema), ...(description === undefined ? {} : { description }) },
  ])
  const needed = parameters.filter(({ required, in: place }) => required === true || place === 'path')
  const properties = {
    ...Object.fromEntries(own),
    ...(body.kind === 'members' ? (body.schema.properties as object) : {}),
    ...(body.kind === 'whole' ? { body: body.schema } : {}),
  }
  const required = [
    ...needed.map(({ name }) => name),
    ...(body.kind === 'members' && body.required ? ((body.schema.required ?? []) as string[]) : []),
    ...(body.kind === 'whole' && body.required ? ['body'] : []),
  ]
  const isOpen = body.kind === 'members' && body.schema.additionalProperties !== false
  return {
    type: 'object',
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: isOpen ? (body.schema.additionalProperties ?? true) : false,
  }
}

/** Successes, and what stands for any status. Others are problems, whatever they look like. */
function answersOf(document: Document, { responses = {} }: Operation): ExternalCall['answers'] {
  const answers = Object.entries(responses)
    .filter(([status]) => /^2(\d\d|XX)$/i.test(status) || status === 'default')
    .map(([status, given]) => {
      const { content = {} } = resolved(document, given)
      const types = Object.keys(content)
      const json = types.find(isJson)
      if (json === undefined && types.length > 0 && status !== 'default')
        throw new Unsupported(`it answers with ${types.join(' or ')}, not JSON`)
      return [status.toUpperCase(), json === undefined ? null : schemaOf(content[json])] as const
    })
  const successes = answers.filter(([status]) => status.startsWith('2'))
  // A default beside a success describes failures.
  const told = successes.length > 0 ? successes : answers.map(([, schema]) => ['DEFAULT', schema] as const)
  if (told.length === 0) throw new Unsupported('it does not say how it answers')
  return Object.fromEntries(told)
}

function schemaOf(media: Media | undefined): JsonSchema {
  const schema = ownSchema(media?.schema)
  return typeof schema === 'boolean' ? {} : schema
}

function isJson(type: string): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\b/i.test(type)
}

function resolved<Value extends object>(document: Document, value: Value & Reference): Value {
  let found: Value & Reference = value
  for (let steps = 0; found.$ref !== undefined; steps++) {
    if (steps > 20) throw new Unsupported(`${found.$ref} refers to itself`)
    found = pointed(document, found.$ref) as Value & Reference
  }
  return found
}

function pointed(root: object, ref: string): object {
  if (!ref.startsWith('#/')) throw new Unsupported(`${ref} lies in another file; bundle the document first`)
  const names = ref
    .slice(2)
    .split('/')
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
  let target: unknown = root
  for (const name of names) target = (target as Readonly<Record<string, unknown>> | undefined)?.[name]
  if (typeof target !== 'object' || target === null) throw new Unsupported(`${ref} leads nowhere`)
  return target
}

/** Everything that schemas refer to is there, also through one another: found out here, and not when an answer is read. */
function reviewReferences(parts: unknown, root: object, seen = new Set<string>()): void {
  if (typeof parts !== 'object' || parts === null) return
  const { $ref } = parts as { readonly $ref?: unknown }
  if (typeof $ref === 'string' && !seen.has($ref)) {
    seen.add($ref)
    reviewReferences(pointed(root, $ref), root, seen)
  }
  for (const part of Object.values(parts)) reviewReferences(part, root, seen)
}

// As much of OpenAPI as is read here.
interface Document {
  readonly openapi?: unknown
  readonly swagger?: unknown
  readonly paths?: Readonly<Record<string, Item>>
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> }
}

interface Item extends Readonly<Partial<Record<Lowercase<Method>, Operation>>> {
  readonly $ref?: string
  readonly parameters?: readonly (Parameter & Reference)[]
}

interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly description?: string
  readonly parameters?: readonly (Parameter & Reference)[]
  readonly requestBody?: { readonly required?: boolean; readonly content?: Content } & Reference
  readonly responses?: Readonly<Record<string, { readonly content?: Content } & Reference>>
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly description?: string
  readonly style?: string
  readonly explode?: boolean
  readonly schema?: unknown
  readonly content?: unknown
}

interface Media {
  readonly schema?: unknown
}

type Content = Readonly<Record<string, Media>>

interface Reference {
  readonly $ref?: string
}
