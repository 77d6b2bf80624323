import type { FieldDeclaration } from '../field.ts'
import { fieldSchema } from '../schema.ts'
import { compileSchema } from '../validator.ts'

/** What is wrong with a declared value of a field, as the end of a sentence; undefined if nothing is. */
export function valueProblem(field: FieldDeclaration, value: unknown): string | undefined {
  // The validator takes longer to load than the rest of a start-up, and nearly every declared value is plainly right.
  if (isPlainlyRight(field, value)) return undefined
  const { default: _, ...bare } = field
  return compileSchema(fieldSchema(bare as FieldDeclaration))(value)[0]?.detail
}

function isPlainlyRight(field: FieldDeclaration, value: unknown): boolean {
  if (value === null) return field.optional
  switch (field.kind) {
    case 'boolean':
      return typeof value === 'boolean'
    case 'enum':
      return field.values.includes(value as string)
    case 'integer': {
      const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = field
      return Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum
    }
    case 'text': {
      const { minLength = 0, maxLength, pattern } = field
      if (typeof value !== 'string' || pattern !== undefined || !/^[ -~]*$/.test(value)) return false
      return value.length >= minLength && value.length <= maxLength
    }
    case 'json':
      return field.schema === undefined
    case 'id':
    case 'bigint':
    case 'decimal':
    case 'timestamp':
    case 'date':
    case 'ref':
    case 'bytes':
      return false
  }
}
