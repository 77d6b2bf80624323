import { adoptedColumn } from '../../../../app/adoption.ts'
import type { Column, ResourceManifest } from '../../../../app/manifest.ts'
import { type ColumnCode, type IdOf, storedAs } from '../column.ts'
import { literal, quoteName } from '../name.ts'
import { type Table, tableWith } from '../table.ts'
import type { PostgresTable } from './catalog.ts'
import { adoptedCode, computedCode } from './code.ts'

/** A table of somebody else's as a resource's: `found` has been seen to fit. */
export function adoptedTable(resource: ResourceManifest, found: PostgresTable, idOf: IdOf): Table {
  const columns = resource.columns.map((column) => codeOf(resource, column, found, idOf))
  const name = `${quoteName(found.schema)}.${quoteName(found.name)}`
  const fieldsOf = (names: readonly string[]) =>
    resource.columns
      .filter((column) => names.includes(columnOf(resource, column.name) ?? ''))
      .map((column) => column.name)
  const version = columns.at(-1)!
  return tableWith(resource, columns, {
    schema: found.schema,
    unquoted: found.name,
    name,
    // Whatever the table is called, nothing else in a statement is called so.
    from: `${name} as t`,
    key: literal(name),
    isAdopted: true,
    version: () => version.selected('t.'),
    counted: resource.adopted!.version === 'column' ? `${version.quoted} = t.${version.quoted} + 1` : undefined,
    wordsOf: quoteName,
    uniqueField: (index) => {
      const names = found.indexes.find((each) => each.name === index)?.columns ?? []
      return fieldsOf(names).join(' and ') || undefined
    },
    isKey: (constraint) => constraint === found.keyName,
    fieldOfReference: (constraint) =>
      fieldsOf(found.references.find((each) => each.name === constraint)?.columns ?? [])[0],
  })
}

function codeOf(resource: ResourceManifest, { name, field }: Column, found: PostgresTable, idOf: IdOf): ColumnCode {
  const { version, key } = resource.adopted!
  const columnName = columnOf(resource, name)
  if (columnName === undefined) return computedCode(name, name === 'version' ? versions[version] : 'null::int8')
  const column = found.columns.find((each) => each.name === columnName)!
  const code = adoptedCode(name, storedAs(field, idOf), column)
  if (field.kind === 'ref') return { ...code, encode: String }
  return name === 'id' && key === 'integer' ? { ...code, isGiven: false } : code
}

function columnOf({ adopted }: ResourceManifest, field: string): string | undefined {
  return adoptedColumn(adopted!, field)
}

/** A number of 32 bits that is another one after every write; and, where nothing else tells it, what follows from all values. */
const versions = {
  xmin: 't.xmin::text::int8',
  column: '',
  none: '(hashtextextended(t::text, 0) & 9007199254740991 | 1)',
} as const
