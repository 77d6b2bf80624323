import type { FieldDeclaration } from '../../app/field.ts'
import { fieldWords } from '../field-words.ts'
import { schemaType } from '../typescript/schema-type.ts'
import { unionOf } from '../typescript/text-literal.ts'
import { type Member, typedMember } from '../typescript/type-text.ts'

/** A field as a member: its type, and in words what the type cannot say. */
export function fieldMember(name: string, field: FieldDeclaration, mayBeLeftOut: boolean): Member {
  return {
    text: typedMember(`${name}${mayBeLeftOut ? '?' : ''}`, fieldType(field)),
    doc: [fieldWords(field), field.description].filter((words) => words !== undefined).join('. '),
  }
}

/** What a field holds. */
export function fieldType(field: FieldDeclaration): string {
  return field.optional ? `${valueType(field)} | null` : valueType(field)
}

/** The same where it is not null. */
export function valueType(field: FieldDeclaration): string {
  switch (field.kind) {
    case 'id':
    case 'text':
    case 'bigint':
    case 'decimal':
    case 'timestamp':
    case 'date':
    case 'ref':
    case 'bytes':
      return 'string'
    case 'integer':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'enum':
      return unionOf(field.values)
    case 'json':
      return field.schema === undefined ? 'Json' : schemaType(field.schema)
  }
}
