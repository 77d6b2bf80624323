import type { Adoption } from '../../app/adoption.ts'
import type { FieldDeclaration } from '../../app/field.ts'
import { listParameters } from '../../app/review/resource.ts'
import {
  type FoundColumn,
  type FoundReference,
  type FoundTable,
  isRequired,
  isSameTable,
  tableText,
} from '../../data/adoption/found.ts'
import { camelCase, capitalised, fieldNamer, resourceNamer, singular, variableNamer } from './names.ts'

/** What becomes of the tables that were found. */
export interface Proposal {
  readonly resources: readonly ProposedResource[]
  readonly leftOut: readonly LeftOut[]
}

/** A table, or a part of one, that no resource has. */
export interface LeftOut {
  readonly what: string
  readonly reason: string
  readonly mend?: string
}

export interface ProposedResource {
  readonly name: string
  /** What it is called in the file. */
  readonly variable: string
  readonly table: FoundTable
  readonly fields: Readonly<Record<string, FieldDeclaration>>
  readonly paths: readonly (readonly string[])[]
  readonly adopted: Adoption
  readonly leftOut: readonly LeftOut[]
  /** What a reader of the file has to know. */
  readonly notes: readonly string[]
}

export function proposalOf(found: readonly FoundTable[]): Proposal {
  const refused = found.flatMap((table) => {
    const against = reasonAgainst(table)
    return against === undefined ? [] : [{ table, leftOut: { what: tableText(table), ...against } }]
  })
  const tables = found.filter((table) => !refused.some((each) => each.table === table))
  const [names, variables] = [resourceNamer(), variableNamer()]
  const named = tables.map((table): Named => {
    const plain = camelCase(table.name, 'table')
    const name = names.nameOf(plain, camelCase(`${table.schema} ${table.name}`, 'table'), `${plain}Table`)
    return {
      table,
      name,
      variable: variables.nameOf(capitalised(singular(name)), capitalised(name), `${capitalised(name)}Row`),
    }
  })
  return { resources: named.map((each) => proposed(each, named)), leftOut: refused.map(({ leftOut }) => leftOut) }
}

interface Named {
  readonly table: FoundTable
  readonly name: string
  readonly variable: string
}

/** Why a table cannot be served at all. */
function reasonAgainst({ kind, key, columns, rights }: FoundTable): Omit<LeftOut, 'what'> | undefined {
  if (!rights.includes('select'))
    return { reason: 'this account may not read it', mend: 'Grant select on it, or take another account.' }
  if (kind === 'view' || kind === 'foreign table')
    return {
      reason: `a ${kind} has no key by which rows could be found`,
      mend: 'Serve it by an operation of your own.',
    }
  if (key.length === 0)
    return {
      reason: 'it has no primary key',
      mend: 'Give it one of one column; "generated always as identity" fills it in.',
    }
  if (key.length > 1)
    return {
      reason: `its primary key has ${key.length} columns (${key.join(', ')}), and an id is one value`,
      mend: 'Give it a key of one column beside a unique index on these, or serve it by an operation of your own.',
    }
  const column = columns.find(({ name }) => name === key[0])!
  if (keyKind(column) === undefined)
    return { reason: `its key ${column.name} is ${column.type}`, mend: 'Keys are uuid, texts or whole numbers.' }
  return undefined
}

function keyKind({ field }: FoundColumn): 'uuid' | 'integer' | 'text' | undefined {
  switch (field?.kind) {
    case 'id':
      return 'uuid'
    case 'integer':
    case 'bigint':
      return 'integer'
    case 'text':
      return 'text'
    default:
      return undefined
  }
}

const timeColumns = {
  createdAt: ['created_at', 'createdAt', 'created', 'created_on', 'inserted_at'],
  updatedAt: ['updated_at', 'updatedAt', 'updated', 'modified_at', 'updated_on'],
} as const

function proposed({ table, name, variable }: Named, all: readonly Named[]): ProposedResource {
  const keyColumn = table.columns.find((column) => column.name === table.key[0])!
  const isMade = keyColumn.default.kind === 'computed'
  const kind = keyKind(keyColumn)!
  const fieldNames = fieldNamer()
  const fields: Record<string, FieldDeclaration> = {}
  const columns: Record<string, string> = {}
  const leftOut: LeftOut[] = []
  const notes: string[] = []
  const fieldOf = new Map<string, string>([[keyColumn.name, 'id']])
  const put = (field: string, column: string) => {
    fieldOf.set(column, field)
    if (field !== column || field === 'createdAt' || field === 'updatedAt') columns[field] = column
  }

  put('id', keyColumn.name)
  const key = kind === 'uuid' ? 'uuid' : kind === 'integer' && isMade ? 'integer' : undefined
  if (key === undefined) fields.id = givenId(keyColumn)
  if (key === undefined && isMade)
    notes.push(`clients give the id, although the database could make it (${defaultText(keyColumn)})`)

  const isCounted = table.isCounted && table.columns.some((column) => column.name === 'version' && !column.optional)
  for (const column of table.columns) {
    if (column === keyColumn || (isCounted && column.name === 'version')) continue
    const time = timeOf(column, table)
    if (time !== undefined) {
      put(time, column.name)
      continue
    }
    const what = `${tableText(table)}.${column.name}`
    if (column.field === undefined || (column.default.kind === 'computed' && column.default.isAlways)) {
      leftOut.push({ what, reason: column.leftOut ?? 'only the database gives it a value' })
      continue
    }
    const reference = referenceOf(column, table, all)
    const plain = camelCase(column.name, 'column')
    const short = reference === undefined ? plain : plain.replace(/(?<=[a-z0-9])I[dD]$/, '')
    const field = fieldNames.nameOf(short, plain, `${plain}Column`)
    put(field, column.name)
    fields[field] = declared(column, table, reference)
    for (const note of notesOn(column, table, reference, all)) notes.push(`${field}: ${note}`)
  }
  const { paths, unordered, unlisted } = pathsOf(table, fieldOf, fields)
  const lacks = table.columns.filter(
    (column) => isRequired(column) && !fieldOf.has(column.name) && !(isCounted && column.name === 'version'),
  )
  if (lacks.length > 0)
    notes.push(`no rows can be made: every one needs ${lacks.map((column) => column.name).join(', ')}`)
  for (const { name, reason } of unlisted) notes.push(`the index ${name} serves no lists: ${reason}`)
  for (const index of table.otherIndexes) notes.push(`the index ${index.name} serves no lists: ${index.reason}`)
  const missing = (['insert', 'update', 'delete'] as const).filter((right) => !table.rights.includes(right))
  if (missing.length > 0) notes.push(`this account may not ${missing.join(', ')}`)
  return {
    name,
    variable,
    table,
    fields,
    paths,
    adopted: {
      schema: table.schema,
      table: table.name,
      ...(key === undefined ? {} : { key }),
      columns,
      version: isCounted ? 'column' : table.kind === 'table' ? 'xmin' : 'none',
      unordered,
      lacks: lacks.map((column) => column.name),
    },
    leftOut,
    notes,
  }
}

function givenId({ field, type }: FoundColumn): FieldDeclaration {
  const plain = { optional: false, unique: false, private: false, writeOnce: false } as const
  if (field?.kind === 'text') return { kind: 'text', minLength: 1, maxLength: Math.min(field.maxLength, 128), ...plain }
  if (type === 'uuid') return { kind: 'id', form: 'uuid', ...plain }
  return { kind: 'id', form: 'integer', ...plain }
}

/** Whether a column is what every row of ours has: the first of the names that such columns have. */
function timeOf(
  { name, field, optional }: FoundColumn,
  { columns }: FoundTable,
): 'createdAt' | 'updatedAt' | undefined {
  if (field?.kind !== 'timestamp' || optional) return undefined
  return (['createdAt', 'updatedAt'] as const).find(
    (time) =>
      timeColumns[time].find((known) =>
        columns.some((column) => column.name === known && column.field?.kind === 'timestamp' && !column.optional),
      ) === name,
  )
}

interface Held {
  readonly target: string
  readonly onDelete: 'restrict' | 'cascade' | 'setNull'
}

/** What a column refers to, where that is a resource too, and the rule is one that fields have. */
function referenceOf(column: FoundColumn, { references }: FoundTable, all: readonly Named[]): Held | undefined {
  const held = references.find(({ columns }) => columns.length === 1 && columns[0] === column.name)
  if (held === undefined) return undefined
  const { onDelete } = held
  if (onDelete === 'setDefault' || (onDelete === 'setNull' && !column.optional)) return undefined
  const target = targetOf(held, all)
  return target === undefined ? undefined : { target: target.name, onDelete }
}

function targetOf({ target, targetColumns }: FoundReference, all: readonly Named[]): Named | undefined {
  return all.find(
    ({ table }) => isSameTable(table, target) && targetColumns.length === 1 && table.key[0] === targetColumns[0],
  )
}

function declared(column: FoundColumn, table: FoundTable, reference: Held | undefined): FieldDeclaration {
  const field = column.field!
  const isUnique =
    field.kind !== 'json' &&
    table.indexes.some(({ isUnique, columns }) => isUnique && columns.length === 1 && columns[0] === column.name)
  const common = { optional: column.optional, unique: isUnique, private: false, writeOnce: false }
  const value = column.default.kind === 'constant' && reference === undefined ? { default: column.default.value } : {}
  if (reference !== undefined) return { kind: 'ref', ...reference, ...common }
  return { ...field, ...common, ...value }
}

function notesOn(
  column: FoundColumn,
  { references }: FoundTable,
  reference: Held | undefined,
  all: readonly Named[],
): readonly string[] {
  const computed =
    column.default.kind !== 'computed'
      ? []
      : [
          column.optional
            ? `what is left out is null: the default of the database (${defaultText(column)}) is not used`
            : `clients give it: the default of the database (${defaultText(column)}) is not used`,
        ]
  const untold = references.filter(({ columns }) => reference === undefined && columns.includes(column.name))
  const zone =
    column.type.startsWith('timestamp') && column.type.endsWith('without time zone')
      ? ['its times are taken as UTC']
      : []
  return [
    ...zone,
    ...computed,
    ...untold.map((held) => {
      const target = targetOf(held, all)
      const why =
        target === undefined
          ? 'which is no resource by that key'
          : `on delete ${held.onDelete}, which fields do not have here`
      return `it refers to ${tableText(held.target)}, ${held.columns.length > 1 ? 'with other columns' : why}; the database keeps to that`
    }),
  ]
}

function defaultText({ default: value }: FoundColumn): string {
  return value.kind === 'computed' ? value.expression : ''
}

function pathsOf(
  { indexes, key, columns }: FoundTable,
  fieldOf: ReadonlyMap<string, string>,
  fields: Readonly<Record<string, FieldDeclaration>>,
): {
  readonly paths: readonly (readonly string[])[]
  readonly unordered: readonly string[]
  readonly unlisted: FoundTable['otherIndexes']
} {
  const canBeListed = (field: string | undefined): field is string =>
    field !== undefined &&
    !listParameters.has(field) &&
    fields[field]?.kind !== 'json' &&
    fields[field]?.kind !== 'bytes'
  const found = indexes.flatMap((index) => {
    const names = index.columns.map((column) => fieldOf.get(column))
    const end = names.findIndex((name, at) => !canBeListed(name) || names.indexOf(name) !== at)
    const usable = (end === -1 ? names : names.slice(0, end)) as readonly string[]
    const path = usable.includes('id') ? usable.slice(0, usable.indexOf('id') + 1) : usable
    return path.length === 0 || path[0] === 'id' || index.columns.join() === key.join() ? [] : [path]
  })
  const paths = [...new Map(found.map((path) => [path.join(), path])).values()]
  const named = new Set(paths.flat())
  const unordered = columns
    .filter(({ isOrdered }) => !isOrdered)
    .flatMap(({ name }) => fieldOf.get(name) ?? [])
    .filter((field) => field === 'id' || named.has(field))
  const unlisted = indexes.flatMap(({ name, columns: [first] }) => {
    const field = fieldOf.get(first!)
    if (field === 'id' || canBeListed(field)) return []
    return [{ name, reason: field === undefined ? `${first} is left out` : `lists cannot go by ${field}` }]
  })
  return { paths, unordered, unlisted }
}
