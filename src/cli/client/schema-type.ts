import type { JsonSchema } from '../../core/json.ts'
import { quoted } from './text-literal.ts'

/** The values that a JSON Schema (2020-12) allows, as a type; where it says what types cannot, a wider one. */
export function schemaType(schema: unknown): string {
  if (schema === false) return 'never'
  if (typeof schema !== 'object' || schema === null) return 'Json'
  const known = schema as JsonSchema
  const { const: constant, enum: values, type, anyOf, oneOf, allOf, $ref, $dynamicRef } = known
  if ($ref !== undefined || $dynamicRef !== undefined || allOf !== undefined) return 'Json'
  if (constant !== undefined) return literalType(constant)
  if (Array.isArray(values)) return union(values.map(literalType))
  const either = anyOf ?? oneOf
  if (type === undefined && Array.isArray(either)) return union(either.map(schemaType))
  if (type === undefined) return 'Json'
  return union([type].flat().map((name) => namedType(String(name), known)))
}

function namedType(name: string, schema: JsonSchema): string {
  switch (name) {
    case 'string':
    case 'boolean':
    case 'null':
      return name
    case 'integer':
    case 'number':
      return 'number'
    case 'array':
      return arrayType(schema)
    case 'object':
      return objectType(schema)
    default:
      return 'Json'
  }
}

function arrayType({ prefixItems, items }: JsonSchema): string {
  return prefixItems === undefined ? `readonly ${grouped(schemaType(items))}[]` : 'readonly Json[]'
}

function objectType({ properties, required, additionalProperties, patternProperties }: JsonSchema): string {
  const own = Object.entries((properties ?? {}) as Readonly<Record<string, unknown>>)
  const needed = Array.isArray(required) ? required : []
  const isOpen = additionalProperties !== false || patternProperties !== undefined
  if (own.length === 0) return isOpen ? '{ readonly [name: string]: unknown }' : '{}'
  const members = own.map(
    ([name, part]) =>
      `readonly ${/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)}${needed.includes(name) ? '' : '?'}: ${schemaType(part)}`,
  )
  return `{ ${members.join('; ')}${isOpen ? '; readonly [name: string]: unknown' : ''} }`
}

function literalType(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  return typeof value === 'object' && value !== null ? 'Json' : String(value)
}

function union(types: readonly string[]): string {
  const each = new Set(types)
  return each.has('Json') ? 'Json' : [...each].join(' | ')
}

function grouped(type: string): string {
  return type.includes(' | ') ? `(${type})` : type
}
