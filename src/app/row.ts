import { canonicalDecimal } from './decimal.ts'
import type { FieldDeclaration } from './field.ts'
import type { Column } from './manifest.ts'
import { microsecondsOf, timestampOf } from './timestamp.ts'

/** One stored value, the same on every engine. JSON fields are JSON text; bigints, decimals and bytes are strings. */
export type Value = string | number | boolean | null

/** A stored row: values in the order of the resource's `columns`. Readers never change one: stores may share it. */
export type Row = readonly Value[]

/** A valid value in its one stored form: decimals with all their digits, timestamps in UTC, JSON as text. */
export function storedValue(field: FieldDeclaration, value: unknown): Value {
  if (value === null || value === undefined) return null
  switch (field.kind) {
    case 'decimal':
      return canonicalDecimal(value as string, field.scale)
    case 'timestamp':
      return (field.microseconds ? microsecondsOf : timestampOf)(value as string)!
    case 'json':
      return jsonText(value)
    case 'bytes':
      return Buffer.from(value as string, 'base64url').toString('base64url')
    case 'integer':
      return (value as number) + 0 // There is no negative zero in a store.
    case 'ref':
    case 'id':
    case 'text':
    case 'bigint':
    case 'boolean':
    case 'date':
    case 'enum':
      return value as Value
  }
}

function jsonText(value: unknown): string {
  // A function, say, has none, and only a handler can give one.
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) throw new TypeError(`JSON cannot hold a ${typeof value}`)
  return text
}

/** Object forms of rows, compiled for one list of columns. */
export interface RowFormat {
  /** The row as handlers see it. */
  toObject(row: Row): Record<string, unknown>
  /** The row as it is answered, without private fields, as JSON text. */
  toJson(row: Row): string
}

/** Compiles the forms of a row. Column names are identifiers (`review` sees to that), so they can stand in code. */
export function rowFormat(columns: readonly Column[]): RowFormat {
  const parts = columns.map(
    ({ name, field }, at) =>
      `${JSON.stringify(name)}: ${field.kind === 'json' ? `row[${at}] === null ? null : JSON.parse(row[${at}])` : `row[${at}]`}`,
  )
  const shown = columns.flatMap(({ name, field }, at) =>
    field.private ? [] : [`${JSON.stringify(`${JSON.stringify(name)}:`)} + ${jsonExpression(field, `row[${at}]`)}`],
  )
  return {
    toObject: new Function('row', `return { ${parts.join(', ')} }`) as RowFormat['toObject'],
    toJson: new Function(
      'quote',
      `return (row) => ${["'{'", shown.join(` + ',' + `), "'}'"].filter(Boolean).join(' + ')}`,
    )(quote) as RowFormat['toJson'],
  }
}

/** JSON of a stored value, as code. What cannot hold a character that JSON escapes is not looked through. */
function jsonExpression(field: FieldDeclaration, value: string): string {
  const text = (() => {
    switch (field.kind) {
      case 'integer':
      case 'boolean':
      case 'json':
        return value
      case 'id':
      case 'bigint':
      case 'decimal':
      case 'timestamp':
      case 'date':
      case 'bytes':
        return `'"' + ${value} + '"'`
      case 'text':
      case 'enum':
      case 'ref':
        return `quote(${value})`
    }
  })()
  return field.optional ? `(${value} === null ? 'null' : ${text})` : text
}

// Quotation marks, backslashes, control characters, and lone surrogates, which JSON.stringify escapes.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const escaped = /["\\\u0000-\u001f\ud800-\udfff]/

function quote(text: string): string {
  return text.length < 64 && !escaped.test(text) ? `"${text}"` : JSON.stringify(text)
}
