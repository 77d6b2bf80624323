import type { FieldDeclaration } from '../../app/field.ts'
import type { FieldRecord, ResourceManifest } from '../../app/manifest.ts'
import { storedValue, type Value } from '../../app/row.ts'
import { valueSchema } from '../../app/schema.ts'
import { searchTermsOf } from '../../app/search.ts'
import { sortOf } from '../../app/sort.ts'
import { compileSchema, type Validator } from '../../app/validator.ts'
import type { Issue } from '../../core/errors.ts'
import type { ListInput } from '../../service/operation.ts'
import { apiErrors } from '../errors.ts'

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>

const filterPattern = /^([A-Za-z][A-Za-z0-9_]*)(?:\[(in|gt|gte|lt|lte|prefix)\])?$/
const inMax = 50

export interface ListParameters extends ListInput {
  readonly fields: readonly string[] | undefined
}

/** Reads the query of a list, or throws everything that is wrong with it. */
export function listParameters(resource: ResourceManifest, query: Query): ListParameters {
  const issues: Issue[] = []
  const unknown: Issue[] = []
  const filterable = filterableOf(resource)
  const equal: Record<string, Value | readonly Value[]> = {}
  let range: { field: string; bounds: Record<string, Value> } | undefined
  let sort: ListParameters['sort']
  let limit = Math.min(20, resource.pageLimit)
  let after: string | undefined
  let search: ListParameters['search']
  let total = false

  for (const name in query) {
    const given = query[name]
    if (name === 'fields' || name === 'include') continue
    if (typeof given !== 'string') {
      issues.push({ parameter: name, detail: 'is given more than once' })
      continue
    }
    switch (name) {
      case 'sort': {
        const read = sortOf(given)
        if (read === undefined)
          issues.push({
            parameter: name,
            detail: 'must have one sign for all names: a path is followed as declared or exactly in reverse',
          })
        else if (read.fields.some((field) => !filterable.has(field)))
          issues.push({
            parameter: name,
            detail: `must name members of a declared path: ${[...filterable].join(', ')}`,
          })
        else sort = read
        continue
      }
      case 'limit': {
        limit = /^\d{1,6}$/.test(given) ? Number(given) : 0
        if (limit < 1 || limit > resource.pageLimit)
          issues.push({ parameter: name, detail: `must be a whole number from 1 to ${resource.pageLimit}` })
        continue
      }
      case 'after':
        after = given
        continue
      case 'search': {
        if (resource.search.length === 0) {
          unknown.push(undeclared(name, `.search(…) on ${resource.name}`))
          continue
        }
        const read = searchTermsOf(given)
        if ('detail' in read) issues.push({ parameter: name, detail: read.detail })
        else search = read
        continue
      }
      case 'total':
        if (resource.total === undefined)
          unknown.push(undeclared(name, `.total('exact') or .total('estimated') on ${resource.name}`))
        else if (given !== 'true' && given !== 'false')
          issues.push({ parameter: name, detail: 'must be true or false' })
        else total = given === 'true'
        continue
    }
    const match = filterPattern.exec(name)
    const field = match === null ? undefined : fieldOf(resource, match[1]!)
    if (match === null || field === undefined || field.private) {
      unknown.push({ parameter: name.slice(0, 128), detail: 'is not a parameter of this route' })
      continue
    }
    const [, fieldName, operator] = match as unknown as [string, string, string | undefined]
    if (!filterable.has(fieldName)) {
      const made = resource.converted?.[fieldName]
      const reason =
        made === undefined ? 'is in no declared path' : `is made of ${made.join(', ')}, and no list goes by it`
      unknown.push({ parameter: name, detail: `${reason}; a list may filter by ${[...filterable].join(', ')}` })
      continue
    }
    const texts = operator === 'in' ? given.split(',') : [given]
    if (texts.length > inMax) {
      issues.push({ parameter: name, detail: `may name at most ${inMax} values` })
      continue
    }
    const values: Value[] = []
    for (const text of texts) {
      const parsed = operator === 'prefix' ? prefixOf(field, text) : parameterValue(field, text)
      if (parsed.detail !== undefined) issues.push({ parameter: name, detail: parsed.detail })
      else values.push(storedValue(field, parsed.value))
    }
    if (values.length < texts.length) continue
    if (operator === undefined || operator === 'in') {
      if (Object.hasOwn(equal, fieldName))
        issues.push({ parameter: name, detail: `${fieldName} is tested for equality twice` })
      equal[fieldName] = operator === undefined ? values[0]! : [...new Set(values)]
    } else if (range !== undefined && range.field !== fieldName) {
      issues.push({ parameter: name, detail: `a list may have one range, and ${range.field} has it already` })
    } else {
      range ??= { field: fieldName, bounds: {} }
      range.bounds[operator] = values[0]!
    }
  }
  const { fields, include } = shapeParameters(resource, query, issues)
  if (unknown.length > 0)
    throw apiErrors.PARAMETER_UNKNOWN(messageOf(unknown), { issues: [...unknown, ...issues].slice(0, 20) })
  if (issues.length > 0) throw apiErrors.PARAMETER_INVALID(messageOf(issues), { issues: issues.slice(0, 20) })
  return {
    equal,
    ...(range === undefined ? {} : { range }),
    ...(sort === undefined ? {} : { sort }),
    limit,
    ...(after === undefined ? {} : { after }),
    ...(search === undefined ? {} : { search }),
    ...(total ? { total } : {}),
    fields,
    include,
  }
}

/** A parameter that lists know, but not those of this resource. */
function undeclared(parameter: string, declaration: string): Issue {
  return { parameter, detail: `is not a parameter of this route; the app would have to declare ${declaration}` }
}

const filterables = new WeakMap<ResourceManifest, ReadonlySet<string>>()

/** What a client may filter and sort by. A private field may lie in a path for handlers, but tells clients nothing. */
function filterableOf(resource: ResourceManifest): ReadonlySet<string> {
  let names = filterables.get(resource)
  if (names === undefined) {
    const isShown = (name: string) => fieldOf(resource, name)?.private === false
    names = new Set(['id', ...resource.paths.flat()].filter(isShown))
    filterables.set(resource, names)
  }
  return names
}

/** Reads the query of a read of one row. */
export function rowParameters(
  resource: ResourceManifest,
  query: Query,
): { readonly fields: readonly string[] | undefined; readonly include: readonly string[] } {
  const issues: Issue[] = []
  const unknown = Object.keys(query)
    .filter((name) => name !== 'fields' && name !== 'include')
    .map((name) => ({ parameter: name.slice(0, 128), detail: 'is not a parameter of this route' }))
  const shape = shapeParameters(resource, query, issues)
  if (unknown.length > 0) throw apiErrors.PARAMETER_UNKNOWN(messageOf(unknown), { issues: unknown.slice(0, 20) })
  if (issues.length > 0) throw apiErrors.PARAMETER_INVALID(messageOf(issues), { issues: issues.slice(0, 20) })
  return shape
}

/** Refuses a query where a route takes none. */
export function noParameters(query: Query): void {
  const unknown = Object.keys(query).map((name) => ({
    parameter: name.slice(0, 128),
    detail: 'is not a parameter of this route',
  }))
  if (unknown.length > 0) throw apiErrors.PARAMETER_UNKNOWN(messageOf(unknown), { issues: unknown.slice(0, 20) })
}

/** The input of an operation from its path and query: texts as the kinds that its fields are of. */
export function inputFromTexts(fields: FieldRecord, texts: Query): Record<string, unknown> {
  const input: Record<string, unknown> = {}
  const unknown: Issue[] = []
  const issues: Issue[] = []
  for (const name in texts) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    const text = texts[name]
    if (field === undefined) {
      unknown.push({ parameter: name.slice(0, 128), detail: 'is not a parameter of this route' })
    } else if (typeof text !== 'string') {
      issues.push({ parameter: name, detail: 'is given more than once' })
    } else {
      const parsed = parameterValue(field, text)
      if (parsed.detail === undefined) input[name] = parsed.value
      else issues.push({ parameter: name, detail: parsed.detail })
    }
  }
  if (unknown.length > 0) throw apiErrors.PARAMETER_UNKNOWN(messageOf(unknown), { issues: unknown.slice(0, 20) })
  if (issues.length > 0) throw apiErrors.PARAMETER_INVALID(messageOf(issues), { issues: issues.slice(0, 20) })
  return input
}

function shapeParameters(resource: ResourceManifest, query: Query, issues: Issue[]) {
  const names = (parameter: 'fields' | 'include'): readonly string[] | undefined => {
    const given = query[parameter]
    if (given === undefined) return undefined
    if (typeof given === 'string') return [...new Set(given.split(','))]
    issues.push({ parameter, detail: 'is given more than once' })
    return undefined
  }
  const fields = names('fields')
  for (const name of fields ?? []) {
    const field = fieldOf(resource, name)
    if (field === undefined || field.private)
      issues.push({
        parameter: 'fields',
        detail: `${JSON.stringify(name.slice(0, 64))} is not a field of ${resource.name}`,
      })
  }
  const include = names('include') ?? []
  for (const name of include) {
    const field = fieldOf(resource, name)
    if (field?.kind !== 'ref' || field.private)
      issues.push({
        parameter: 'include',
        detail: `${JSON.stringify(name.slice(0, 64))} is not a reference of ${resource.name}`,
      })
  }
  return { fields, include }
}

function fieldOf(resource: ResourceManifest, name: string): FieldDeclaration | undefined {
  return resource.columns.find((column) => column.name === name)?.field
}

const validators = new WeakMap<FieldDeclaration, Validator>()

/** A parameter's text as a value of its field, or what is wrong with it. */
function parameterValue(field: FieldDeclaration, text: string): { readonly value?: unknown; readonly detail?: string } {
  const value = fromText(field, text)
  let validator = validators.get(field)
  if (validator === undefined) {
    validator = compileSchema(valueSchema(field))
    validators.set(field, validator)
  }
  const [issue] = validator(value)
  return issue === undefined ? { value } : { detail: issue.detail }
}

function fromText(field: FieldDeclaration, text: string): unknown {
  switch (field.kind) {
    case 'integer':
      return /^-?\d{1,16}$/.test(text) ? Number(text) : text
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text
    default:
      return text
  }
}

function prefixOf(field: FieldDeclaration, text: string): { readonly value?: unknown; readonly detail?: string } {
  const isText =
    field.kind === 'text' || field.kind === 'enum' || (field.kind === 'ref' && field.targetId?.kind === 'text')
  if (!isText) return { detail: `has no [prefix]: it is of kind ${field.kind}` }
  if (text === '' || !text.isWellFormed() || text.includes('\u0000')) return { detail: 'must be some well-formed text' }
  return { value: text }
}

function messageOf(issues: readonly Issue[]): string {
  return issues
    .slice(0, 3)
    .map(({ parameter, detail }) => `${parameter} ${detail}`)
    .join('; ')
}
