import type { JsonSchema } from '../../core/json.ts'

/** A value that a JSON Schema probably allows: whoever asks tests it. */
export function sampleOf(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return 'anything'
  const { const: constant, enum: values, default: given, examples, type, anyOf, oneOf } = schema as JsonSchema
  if (constant !== undefined) return constant
  if (given !== undefined) return given
  if (Array.isArray(examples) && examples.length > 0) return examples[0]
  if (Array.isArray(values)) return values[0]
  const alternatives = anyOf ?? oneOf
  if (Array.isArray(alternatives)) return sampleOf(alternatives[0])
  return sampleOfType(Array.isArray(type) ? type[0] : type, schema as JsonSchema)
}

function sampleOfType(type: unknown, schema: JsonSchema): unknown {
  switch (type) {
    case 'array': {
      const count = Math.max(1, Number(schema.minItems ?? 1))
      return Array.from({ length: count }, () => sampleOf(schema.items ?? { type: 'string' }))
    }
    case 'string':
      return 'example'.padEnd(Number(schema.minLength ?? 0), 'x').slice(0, Number(schema.maxLength ?? 1000))
    case 'integer':
    case 'number':
      return Number(schema.minimum ?? schema.maximum ?? 1)
    case 'boolean':
      return true
    case 'null':
      return null
    default: {
      const properties = Object.entries((schema.properties ?? {}) as Readonly<Record<string, unknown>>)
      if (properties.length === 0 && type === undefined) return { any: 'JSON' }
      return Object.fromEntries(properties.map(([name, property]) => [name, sampleOf(property)]))
    }
  }
}
