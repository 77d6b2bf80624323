import { idPattern, uuidPattern } from '../core/id.ts'
import type { JsonSchema } from '../core/json.ts'
import type { FieldDeclaration, IdForm } from './field.ts'
import type { FieldRecord, OutputManifest, ResourceManifest } from './manifest.ts'

/** A field as JSON Schema: the one source for validation and for OpenAPI. Formats and `x-` words of our own are in `validator.ts`. */
export function fieldSchema(field: FieldDeclaration): JsonSchema {
  const schema = valueSchema(field)
  const described = {
    ...schema,
    ...(field.description === undefined ? {} : { description: field.description }),
    ...(field.default === undefined ? {} : { default: field.default }),
  }
  if (field.kind === 'json') {
    return { 'x-max-bytes': field.maxBytes, ...(field.optional ? orNull(described) : notNull(described)) }
  }
  return field.optional ? orNull(described) : described
}

/** Words that say more of a value than its type does, so that adding null to the type would not be enough. */
const narrowing = ['const', '$ref', '$dynamicRef', 'allOf', 'anyOf', 'oneOf', 'not', 'if']

function orNull(schema: JsonSchema): JsonSchema {
  const { type, enum: values } = schema
  if (narrowing.some((word) => word in schema) || (type === undefined && values !== undefined)) {
    const { description, default: value, ...rest } = schema
    return {
      anyOf: [rest, { type: 'null' }],
      ...(description === undefined ? {} : { description }),
      ...(value === undefined ? {} : { default: value }),
    }
  }
  if (type === undefined) return schema
  return {
    ...schema,
    type: [...new Set([type, 'null'].flat())],
    ...(values === undefined ? {} : { enum: [...(values as unknown[]), null] }),
  }
}

/** A required JSON field has a value, and null is none, whatever its own schema says. */
function notNull(schema: JsonSchema): JsonSchema {
  const { type } = schema
  if (type === undefined && Object.keys(schema).every((word) => word === 'description' || word === 'default'))
    return { type: ['object', 'array', 'string', 'number', 'boolean'], ...schema }
  const types = [type ?? 'null'].flat()
  if (!types.includes('null')) return schema
  return { allOf: [schema, { not: { type: 'null' } }] }
}

/** What the formats say already, for readers of the document who check patterns only. */
export const impliedPatterns = {
  'date-time': '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,3})?(Z|[+-][0-9]{2}:[0-9]{2})$',
  date: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
} as const

const microsecondsPattern = impliedPatterns['date-time'].replace('1,3', '1,6')

/** The same without null, description and default: what a parameter or an element of a list may be. */
export function valueSchema(field: FieldDeclaration): JsonSchema {
  switch (field.kind) {
    case 'id':
      return idSchema(field.form)
    case 'text':
      return {
        type: 'string',
        format: 'text',
        ...(field.minLength === undefined ? {} : { minLength: field.minLength }),
        maxLength: field.maxLength,
        ...(field.pattern === undefined ? {} : { pattern: `^(?:${field.pattern})$` }),
      }
    case 'integer':
      return {
        type: 'integer',
        minimum: field.minimum ?? Number.MIN_SAFE_INTEGER,
        maximum: field.maximum ?? Number.MAX_SAFE_INTEGER,
      }
    case 'bigint':
      return {
        type: 'string',
        format: 'bigint',
        pattern: '^(0|-?[1-9][0-9]{0,18})$',
        'x-range': numberRange(field, '-9223372036854775808', '9223372036854775807'),
      }
    case 'decimal': {
      const whole = field.precision - field.scale
      const integral = whole === 0 ? '0' : `(0|[1-9][0-9]{0,${whole - 1}})`
      const fraction = field.scale === 0 ? '' : `(\\.[0-9]{1,${field.scale}})?`
      const most = `${whole === 0 ? '0' : '9'.repeat(whole)}${field.scale === 0 ? '' : `.${'9'.repeat(field.scale)}`}`
      return {
        type: 'string',
        format: 'decimal',
        pattern: `^-?${integral}${fraction}$`,
        // The pattern alone keeps to the digits.
        ...(field.minimum === undefined && field.maximum === undefined
          ? {}
          : { 'x-range': numberRange(field, `-${most}`, most) }),
      }
    }
    case 'boolean':
      return { type: 'boolean' }
    case 'timestamp':
      return {
        type: 'string',
        format: field.microseconds ? 'date-time-micros' : 'date-time',
        pattern: field.microseconds ? microsecondsPattern : impliedPatterns['date-time'],
      }
    case 'date':
      return { type: 'string', format: 'date', pattern: impliedPatterns.date }
    case 'json':
      return field.schema ?? {}
    case 'enum':
      return { type: 'string', enum: field.values }
    case 'ref':
      return field.targetId === undefined
        ? { type: 'string', format: 'text', maxLength: 128 }
        : valueSchema(field.targetId)
    case 'bytes':
      return {
        type: 'string',
        format: 'base64url',
        pattern: '^[A-Za-z0-9_-]*$',
        maxLength: Math.ceil((field.maxBytes * 4) / 3),
      }
  }
}

function idSchema(form: IdForm | undefined): JsonSchema {
  switch (form) {
    case undefined:
      return { type: 'string', format: 'uuid', pattern: idPattern }
    case 'uuid':
      return { type: 'string', format: 'uuid', pattern: uuidPattern }
    case 'integer':
      return valueSchema({ kind: 'bigint', optional: false, unique: false, private: false, writeOnce: false })
  }
}

function numberRange(
  field: { readonly minimum?: string; readonly maximum?: string },
  least: string,
  most: string,
): readonly [string, string] {
  return [field.minimum ?? least, field.maximum ?? most]
}

/** What a client gives to make a row; with `private` what a handler gives. */
export function newRowSchema(
  resource: ResourceManifest,
  include: { readonly private: boolean } = { private: false },
): JsonSchema {
  const given = entries(resource.fields).filter(([, field]) => include.private || !field.private)
  return objectSchema(
    given,
    given.flatMap(([name, field]) => (field.optional || field.default !== undefined ? [] : [name])),
  )
}

/** What a client gives to replace a row: fields left out return to their default or null; write-once ones may be left out. */
export function replacementSchema(resource: ResourceManifest): JsonSchema {
  const given = entries(resource.fields).filter(([, field]) => !field.private)
  return objectSchema(
    given,
    given.flatMap(([name, field]) =>
      name === 'id' || field.optional || field.writeOnce || field.default !== undefined ? [] : [name],
    ),
  )
}

/** A merge patch (RFC 7396): any of the fields that may change. */
export function changeSchema(
  resource: ResourceManifest,
  include: { readonly private: boolean } = { private: false },
): JsonSchema {
  return objectSchema(
    entries(resource.fields).flatMap(([name, { default: _, ...field }]) =>
      name === 'id' || field.writeOnce || (field.private && !include.private)
        ? []
        : [[name, field as FieldDeclaration]],
    ),
    [],
  )
}

/** A row as it is answered: every public field, in the order of the columns. */
export function rowSchema(resource: ResourceManifest): JsonSchema {
  const shown = resource.columns.flatMap(({ name, field }) => (field.private ? [] : [[name, answered(field)] as const]))
  return objectSchema(
    shown,
    shown.map(([name]) => name),
  )
}

/** The input of an operation. */
export function inputSchema(fields: FieldRecord): JsonSchema {
  return objectSchema(
    entries(fields),
    entries(fields).flatMap(([name, field]) => (field.optional || field.default !== undefined ? [] : [name])),
  )
}

/** The output of an operation that answers with fields of its own; rows are described by their resource. */
export function outputSchema(output: Extract<OutputManifest, { kind: 'fields' }>): JsonSchema {
  const shown = entries(output.fields).flatMap(([name, field]) =>
    field.private ? [] : [[name, answered(field)] as const],
  )
  return objectSchema(
    shown,
    shown.map(([name]) => name),
  )
}

function answered({ default: _, ...field }: FieldDeclaration): FieldDeclaration {
  return field as FieldDeclaration
}

function entries(fields: FieldRecord): readonly (readonly [string, FieldDeclaration])[] {
  return Object.entries(fields)
}

function objectSchema(
  fields: readonly (readonly [string, FieldDeclaration])[],
  required: readonly string[],
): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(([name, field]) => [name, fieldSchema(field)])),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  }
}
