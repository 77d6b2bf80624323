import type { JsonSchema } from '../../core/json.ts'
import { quoted } from './text-literal.ts'
import type { Member } from './type-text.ts'

export interface SchemaWords {
  /** The type for what nobody knows. */
  readonly unknown: 'Json' | 'unknown'
  /** The name of the type to which a `$ref` leads. */
  nameOf(ref: string): string | undefined
}

/** JSON of the app's own. */
const json: SchemaWords = { unknown: 'Json', nameOf: () => undefined }

/** The values that a JSON Schema (2020-12) allows, as a type; where it says what types cannot, a wider one. */
export function schemaType(schema: unknown, words: SchemaWords = json): string {
  if (schema === false) return 'never'
  if (typeof schema !== 'object' || schema === null) return words.unknown
  const known = schema as JsonSchema
  const { const: constant, enum: values, type, anyOf, oneOf, allOf, $ref } = known
  if (typeof $ref === 'string') return words.nameOf($ref) ?? words.unknown
  if (constant !== undefined) return literalType(constant, words)
  if (Array.isArray(values)) return union(values.map((value) => literalType(value, words)))
  const parts = (list: unknown) => (Array.isArray(list) ? list.map((part) => schemaType(part, words)) : [])
  const either = parts(anyOf ?? oneOf)
  const combined = [...parts(allOf), ...(either.length === 0 ? [] : [union(either)])]
  // A combination says more than that it is some object.
  const isNamed = type !== undefined && (combined.length === 0 || known.properties !== undefined)
  const own = isNamed ? [union([type].flat().map((name) => namedType(String(name), known, words)))] : []
  return intersection([...combined, ...own], words)
}

function namedType(name: string, schema: JsonSchema, words: SchemaWords): string {
  switch (name) {
    case 'string':
    case 'boolean':
    case 'null':
      return name
    case 'integer':
    case 'number':
      return 'number'
    case 'array':
      return arrayType(schema, words)
    case 'object':
      return objectType(schema, words)
    default:
      return words.unknown
  }
}

function arrayType({ prefixItems, items }: JsonSchema, words: SchemaWords): string {
  return `readonly ${prefixItems === undefined ? grouped(schemaType(items, words)) : words.unknown}[]`
}

function objectType(schema: JsonSchema, words: SchemaWords): string {
  const members = objectMembers(schema, words)
  return members.length === 0 ? '{}' : `{ ${members.map(({ text }) => text).join('; ')} }`
}

/** The members of an object, with what may stand beside them. */
export function objectMembers(schema: JsonSchema, words: SchemaWords): readonly Member[] {
  const { properties, required, additionalProperties, patternProperties } = schema
  const own = Object.entries((properties ?? {}) as Readonly<Record<string, unknown>>)
  const needed = Array.isArray(required) ? required : []
  const isOpen =
    own.length === 0 ? additionalProperties !== false : additionalProperties === true || patternProperties !== undefined
  const values =
    own.length === 0 && patternProperties === undefined ? schemaType(additionalProperties, words) : 'unknown'
  return [
    ...own.map(([name, part]) => {
      const { description } = (part ?? {}) as JsonSchema
      const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)
      return {
        text: `readonly ${key}${needed.includes(name) ? '' : '?'}: ${schemaType(part, words)}`,
        ...(typeof description === 'string' ? { doc: description } : {}),
      }
    }),
    ...(isOpen ? [{ text: `readonly [name: string]: ${values}` }] : []),
  ]
}

function literalType(value: unknown, words: SchemaWords): string {
  if (typeof value === 'string') return quoted(value)
  return typeof value === 'object' && value !== null ? words.unknown : String(value)
}

function union(types: readonly string[]): string {
  const each = new Set(types)
  const wide = ['unknown', 'Json'].find((type) => each.has(type))
  return wide ?? [...each].join(' | ')
}

function intersection(types: readonly string[], { unknown }: SchemaWords): string {
  const each = [...new Set(types)].filter((type) => type !== unknown)
  if (each.length < 2) return each[0] ?? unknown
  return each.map(grouped).join(' & ')
}

function grouped(type: string): string {
  return / [|&] /.test(type) ? `(${type})` : type
}
