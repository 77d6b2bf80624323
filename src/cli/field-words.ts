import type { FieldDeclaration } from '../app/field.ts'

/** What a field may hold, in words. */
export function fieldWords(field: FieldDeclaration): string {
  const may = field.optional
    ? ', optional'
    : field.default === undefined
      ? ''
      : `, ${JSON.stringify(field.default)} if left out`
  return `${kindWords(field)}${may}`
}

function kindWords(field: FieldDeclaration): string {
  switch (field.kind) {
    case 'text':
      return `text of up to ${field.maxLength} characters`
    case 'integer':
    case 'bigint':
      return `${field.kind}${rangeWords(field)}`
    case 'decimal':
      return `decimal(${field.precision}, ${field.scale})${rangeWords(field)}`
    case 'enum':
      return `one of ${field.values.join(', ')}`
    case 'ref':
      return `the id of a row of ${field.target}`
    case 'bytes':
    case 'json':
    case 'id':
    case 'boolean':
    case 'timestamp':
    case 'date':
      return field.kind
  }
}

function rangeWords({
  minimum,
  maximum,
}: {
  readonly minimum?: string | number
  readonly maximum?: string | number
}): string {
  return `${minimum === undefined ? '' : ` from ${minimum}`}${maximum === undefined ? '' : ` to ${maximum}`}`
}
