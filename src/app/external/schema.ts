import type { JsonSchema } from '../../core/json.ts'

/**
 * A schema of somebody's OpenAPI document as JSON Schema 2020-12 has it, with what Banyan's validator understands: what 3.0 wrote
 * otherwise is rewritten, and notes and formats are left out, whose meaning is not agreed on.
 */
export function ownSchema(schema: unknown): JsonSchema | boolean {
  if (typeof schema === 'boolean') return schema
  if (typeof schema !== 'object' || schema === null) return {}
  const kept = Object.entries(schema).flatMap(([word, value]) => {
    if (maps.has(word)) return [[word, mapped(value)] as const]
    if (lists.has(word)) return [[word, Array.isArray(value) ? value.map(ownSchema) : []] as const]
    if (singles.has(word)) return [[word, ownSchema(value)] as const]
    return plain.has(word) ? [[word, value] as const] : []
  })
  return nullable(exclusive(required(Object.fromEntries(kept), schema as JsonSchema)), schema as JsonSchema)
}

const maps = new Set(['properties', 'patternProperties', '$defs', 'dependentSchemas'])
const lists = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems'])
const singles = new Set([
  ...['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames'],
  ...['unevaluatedProperties', 'unevaluatedItems'],
])
const plain = new Set([
  ...['$ref', 'type', 'enum', 'const', 'description', 'required', 'dependentRequired', 'pattern'],
  ...['minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minItems', 'maxItems', 'uniqueItems', 'minContains', 'maxContains', 'minProperties', 'maxProperties'],
])

function mapped(value: unknown): JsonSchema {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, ownSchema(part)]))
}

/** What is only given is not required of answers. */
function required(schema: JsonSchema, { properties }: JsonSchema): JsonSchema {
  if (!Array.isArray(schema.required)) return schema
  const parts = (properties ?? {}) as Readonly<Record<string, JsonSchema | undefined>>
  return { ...schema, required: (schema.required as string[]).filter((name) => parts[name]?.writeOnly !== true) }
}

/** In 3.0 `exclusiveMinimum: true` made `minimum` exclusive. */
function exclusive({ exclusiveMinimum, exclusiveMaximum, minimum, maximum, ...rest }: JsonSchema): JsonSchema {
  const bound = (word: string, limit: unknown, isExclusive: unknown) => {
    const exclusiveWord = `exclusive${word.charAt(0).toUpperCase()}${word.slice(1)}`
    if (isExclusive === true) return limit === undefined ? {} : { [exclusiveWord]: limit }
    return {
      ...(limit === undefined ? {} : { [word]: limit }),
      ...(typeof isExclusive === 'number' ? { [exclusiveWord]: isExclusive } : {}),
    }
  }
  return { ...rest, ...bound('minimum', minimum, exclusiveMinimum), ...bound('maximum', maximum, exclusiveMaximum) }
}

/** In 3.0 null was said beside the type. */
function nullable(schema: JsonSchema, { nullable: isNullable }: JsonSchema): JsonSchema {
  if (isNullable !== true) return schema
  const { description, ...rest } = schema
  return { ...(description === undefined ? {} : { description }), anyOf: [rest, { type: 'null' }] }
}
