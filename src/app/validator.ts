import { createRequire } from 'node:module'
import type { Ajv2020, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import type { Issue } from '../core/errors.ts'
import { uuidPattern } from '../core/id.ts'
import type { JsonSchema } from '../core/json.ts'
import { compareDecimals } from './decimal.ts'
import { impliedPatterns } from './schema.ts'
import { isDate, microsecondsOf, timestampOf } from './timestamp.ts'

/** Tells what is wrong with a value; nothing if it is valid. */
export type Validator = (value: unknown) => readonly Issue[]

const issuesMax = 20
const none: readonly Issue[] = []

/** A validator for a schema. It is compiled when first used, and so is Ajv loaded, which would be a third of the start-up. */
export function compileSchema(schema: JsonSchema): Validator {
  let first: ValidateFunction | undefined
  let every: ValidateFunction | undefined
  return (value) => {
    first ??= ajv(false).compile(withoutImplied(schema))
    if (first(value)) return none
    // Telling all that is wrong makes one object per fault, so a hostile body is told its first fault only.
    if (!isSmall(value)) return issuesOf(first.errors)
    every ??= ajv(true).compile(schema)
    every(value)
    return issuesOf(every.errors)
  }
}

/** Without the patterns that say no more than their format: each would be a regular expression a value. */
function withoutImplied(schema: JsonSchema): JsonSchema {
  const { properties } = schema as { readonly properties?: Readonly<Record<string, JsonSchema>> }
  if (properties === undefined) return schema
  const implied = (property: JsonSchema) =>
    property.pattern !== undefined && property.pattern === impliedPatterns[property.format as 'date']
  const left = Object.entries(properties).map(([name, property]) => {
    const { pattern: _, ...rest } = property
    return [name, implied(property) ? rest : property]
  })
  return { ...schema, properties: Object.fromEntries(left) }
}

let instances: readonly [Ajv2020, Ajv2020] | undefined

function ajv(allErrors: boolean): Ajv2020 {
  instances ??= load()
  return instances[allErrors ? 1 : 0]
}

function load(): readonly [Ajv2020, Ajv2020] {
  const { Ajv2020: Ajv } = createRequire(import.meta.url)('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js')
  const make = (allErrors: boolean) => {
    const instance = new Ajv({ allErrors, strict: false, verbose: true, addUsedSchema: false })
    for (const [name, validate] of Object.entries(formats)) instance.addFormat(name, validate)
    instance.addKeyword({
      keyword: 'x-range',
      type: 'string',
      error: { message: ({ schema }) => `must lie from ${schema[0]} to ${schema[1]}` },
      // What is longer than any field's digits is refused by its pattern, and big integers of it would take seconds.
      validate: ([least, most]: readonly [string, string], value: string) =>
        value.length > 64 ||
        !/^-?\d+(\.\d+)?$/.test(value) ||
        (compareDecimals(value, least) >= 0 && compareDecimals(value, most) <= 0),
    })
    instance.addKeyword({
      keyword: 'x-max-bytes',
      schemaType: 'number',
      error: { message: ({ schema }) => `must be at most ${schema} bytes of JSON` },
      validate: (bytesMax: number, value: unknown) => Buffer.byteLength(JSON.stringify(value)) <= bytesMax,
    })
    // Ajv compares each item with each; by their canonical text they are looked up.
    instance.removeKeyword('uniqueItems')
    instance.addKeyword({
      keyword: 'uniqueItems',
      type: 'array',
      schemaType: 'boolean',
      error: { message: 'must not have two equal items' },
      validate: (isAsked: boolean, items: readonly unknown[]) =>
        !isAsked || new Set(items.map(canonicalJson)).size === items.length,
    })
    return instance
  }
  return [make(false), make(true)]
}

const formats: Readonly<Record<string, true | ((text: string) => boolean)>> = {
  // What no engine keeps: half a surrogate pair, and NUL, which Postgres refuses.
  text: (text) => text.isWellFormed() && !text.includes('\u0000'),
  uuid: true,
  bigint: true,
  decimal: true,
  'date-time': (text) => timestampOf(text) !== undefined,
  'date-time-micros': (text) => microsecondsOf(text) !== undefined,
  date: isDate,
  base64url: (text) => text.length % 4 !== 1,
}

/** The same text for values that JSON Schema calls equal: members in the order of their names. */
function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`
}

function isSmall(value: unknown): boolean {
  let left = 200
  const visit = (part: unknown): void => {
    if (typeof part === 'object' && part !== null) {
      for (const key in part) {
        if (--left < 0) return
        visit((part as Record<string, unknown>)[key])
      }
    }
  }
  visit(value)
  return left >= 0
}

function issuesOf(errors: readonly ErrorObject[] | null | undefined): readonly Issue[] {
  // What `then` and its like say of a condition follows from other faults.
  const issues = (errors ?? [])
    .filter(({ keyword }) => keyword !== 'if')
    .slice(0, issuesMax)
    .map(issueOf)
  // A pattern and a format say the same of a value that is neither.
  return issues.filter(
    ({ pointer, detail }, at) =>
      issues.findIndex((other) => other.pointer === pointer && other.detail === detail) === at,
  )
}

function issueOf(error: ErrorObject): Issue & { readonly pointer: string } {
  switch (error.keyword) {
    case 'false schema':
      return { pointer: error.instancePath, detail: 'is not a field that can be given here' }
    case 'additionalProperties':
      return {
        pointer: pointerTo(error, error.params.additionalProperty),
        detail: 'is not a field that can be given here',
      }
    case 'required':
      return { pointer: pointerTo(error, error.params.missingProperty), detail: 'is required' }
    case 'enum':
      return {
        pointer: error.instancePath,
        detail: `must be one of ${(error.params.allowedValues as unknown[]).map((value) => JSON.stringify(value)).join(', ')}`,
      }
    case 'format':
      return {
        pointer: error.instancePath,
        detail: formatDetails[error.params.format as string] ?? `must be a ${error.params.format}`,
      }
    case 'pattern':
      return { pointer: error.instancePath, detail: patternDetail(error) }
    default:
      return { pointer: error.instancePath, detail: error.message ?? 'is not valid' }
  }
}

function pointerTo(error: ErrorObject, property: unknown): string {
  return `${error.instancePath}/${String(property).slice(0, 128).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

const formatDetails: Readonly<Record<string, string>> = {
  text: 'must be well-formed Unicode without U+0000',
  uuid: 'must be an id: a UUID of version 7 in lower case',
  bigint: 'must be a whole number of up to 64 bits, as a string: "9007199254740993"',
  decimal: 'must be a decimal, as a string: "199.90"',
  'date-time': 'must be a timestamp with at most milliseconds (RFC 3339): "2030-01-01T08:00:00.000Z"',
  'date-time-micros': 'must be a timestamp with at most microseconds (RFC 3339): "2030-01-01T08:00:00.000000Z"',
  date: 'must be a date of the calendar: "2030-01-31"',
  base64url: 'must be bytes in base64url, without padding',
}

function patternDetail(error: ErrorObject): string {
  const format = (error.parentSchema as JsonSchema | undefined)?.format as string | undefined
  const pattern = String(error.params.pattern)
  if (format === 'uuid' && pattern === uuidPattern) return 'must be a UUID in lower case'
  if (format === 'decimal') return `${formatDetails.decimal} (pattern ${pattern})`
  return (format === 'text' ? undefined : formatDetails[format ?? '']) ?? `must match ${pattern}`
}
