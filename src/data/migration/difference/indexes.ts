import type { ResourceManifest } from '../../../app/manifest.ts'
import type { Change } from '../step.ts'
import {
  columnKnownAs,
  columnNamed,
  freeName,
  type StoredIndex,
  type StoredModel,
  type StoredTable,
} from '../stored.ts'
import { placed, type Wanted } from './wanted.ts'

/** Past so many rows a start would be held up by making an index of them. */
export const rowsIndexedAtStart = 1_000_000

/** The rules that unfinished columns are to keep. */
export function uniqueIndexes(model: StoredModel, wanted: Wanted): readonly Change[] {
  return placed(model, wanted).flatMap(({ resource, table }) =>
    table.columns.flatMap(({ name, state, fills }): readonly Change[] => {
      const field = state === 'unfinished' ? resource.fields[fills!.field] : undefined
      const isThere = table.indexes.some((index) => isSame(index, [name], true))
      if (field?.unique !== true || isThere) return []
      return [{ kind: 'createIndex', table: table.name, index: newIndex(table, [name], true) }]
    }),
  )
}

/** Indexes are known by what they are on: their names say what that was called once. */
export function indexes(model: StoredModel, wanted: Pick<Wanted, 'resources'>): readonly Change[] {
  return placed(model, wanted).flatMap(({ resource, table }) => {
    const all = wantedIndexes(resource, table)
    return [
      ...table.indexes.flatMap((index): readonly Change[] =>
        all.some(({ columns, isUnique }) => isSame(index, columns, isUnique)) ? [] : dropped(table, index),
      ),
      ...all.flatMap(({ columns, isUnique }): readonly Change[] => {
        // What only serves reads waits for the end of a load.
        if (table.isLoading && !isUnique) return []
        return table.indexes.some((index) => isSame(index, columns, isUnique)) ? [] : made(table, columns, isUnique)
      }),
    ]
  })
}

/** Those that the version which uses the table does not need. */
export function needlessIndexes(resource: ResourceManifest, table: StoredTable): readonly StoredIndex[] {
  const all = wantedIndexes(resource, table)
  return table.indexes.filter((index) => !all.some(({ columns, isUnique }) => isSame(index, columns, isUnique)))
}

function wantedIndexes(resource: ResourceManifest, table: StoredTable): readonly Omit<StoredIndex, 'name'>[] {
  const columnOf = (field: string) => columnKnownAs(table, field)!.name
  const paths = resource.paths.map((path) => ({ columns: path.map(columnOf), isUnique: false }))
  const ofFields = resource.columns.flatMap(({ name, field }) => {
    if (field.unique) return [{ columns: [columnOf(name)], isUnique: true }]
    const isFirst = resource.paths.some(([first]) => first === name)
    return field.kind === 'ref' && !isFirst ? [{ columns: [columnOf(name)], isUnique: false }] : []
  })
  return [...paths, ...ofFields]
}

function made(table: StoredTable, columns: readonly string[], isUnique: boolean): readonly Change[] {
  const index = newIndex(table, columns, isUnique)
  const create = { kind: 'createIndex', table: table.name, index } as const
  if (!isUnique) return [create]
  const [column] = columns as [string]
  const name = columnNamed(table, column).knownAs.at(-1) ?? column
  const refusal = {
    kind: 'refusal',
    place: `${table.knownAs.at(-1) ?? table.name}.${name}`,
    reason: 'it is to be unique, and {rows} have a value that another row has too',
    mend: 'Give these rows values of their own with a version that does not declare it unique.',
  } as const
  const condition = { kind: 'repeated', column } as const
  return [{ kind: 'when', table: table.name, condition, some: [refusal], none: [create] }]
}

function dropped(table: StoredTable, index: StoredIndex): readonly Change[] {
  const drop = { kind: 'dropIndex', table: table.name, index: index.name } as const
  // It would refuse rows that this version may write.
  const isInTheWay =
    index.isUnique &&
    index.columns.some((name) => {
      const { state, field } = columnNamed(table, name)
      return state === 'used' || field.default !== undefined
    })
  if (isInTheWay) return [drop]
  const condition = { kind: 'any' } as const
  // To make it again would hold up the start of an older version.
  return [{ kind: 'when', table: table.name, condition, atLeast: rowsIndexedAtStart + 1, some: [], none: [drop] }]
}

function newIndex(table: StoredTable, columns: readonly string[], isUnique: boolean): StoredIndex {
  const names = columns.map((column) => columnNamed(table, column).knownAs.at(-1) ?? column)
  const name = `${table.knownAs.at(-1) ?? table.name}(${names.join(',')})${isUnique ? ' unique' : ''}`
  const taken = table.indexes.map((index) => ({ name: index.name, knownAs: [], formerNames: [] }))
  return { name: freeName(name, taken), columns, isUnique }
}

function isSame(index: StoredIndex, columns: readonly string[], isUnique: boolean): boolean {
  return index.isUnique === isUnique && index.columns.join() === columns.join()
}
