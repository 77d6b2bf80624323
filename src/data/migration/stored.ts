import type { FieldDeclaration } from '../../app/field.ts'
import type { ResourceManifest } from '../../app/manifest.ts'

/**
 * What a store remembers of its tables, whatever its engine. Tables and columns have a name in the engine, and names by which
 * versions of the app know them: a renamed field keeps its column, so that an older version and a newer one read and write the
 * same values.
 */
export type StoredModel = readonly StoredTable[]

interface Named {
  /** In the engine. */
  readonly name: string
  /** By which versions of the app know it, the newest last; none, where no version may find it any more. */
  readonly knownAs: readonly string[]
  /** Names that were given up: a version that knows it by one of these alone is told so. */
  readonly formerNames: readonly string[]
}

export interface StoredTable extends Named {
  /** Whether the version that opened the data last has a resource for it. */
  readonly isUsed: boolean
  readonly ids: 'generated' | 'given'
  /** The column whose value decides the slot of a row. */
  readonly partitionBy: string
  readonly columns: readonly StoredColumn[]
  readonly indexes: readonly StoredIndex[]
  readonly derived: readonly Derived[]
  readonly follows: readonly Follow[]
  /** Many rows come in, or came in until they were cut off: it does without the indexes that only serve reads. */
  readonly isLoading?: true
  /** A fill that was begun: where it goes on. */
  readonly filling?: Filling
}

export interface StoredColumn extends Named {
  /**
   * `used` and `unused` by the version that opened the data last. An `unfinished` one is being filled with values that are made
   * from others: no version has read it yet, and nothing is lost with it.
   */
  readonly state: 'used' | 'unused' | 'unfinished'
  /** As a version that used it declared it last. */
  readonly field: FieldDeclaration
  /** Of an unfinished column: the field that it will be, and what its values are made by. */
  readonly fills?: { readonly field: string; readonly by: string }
}

export interface StoredIndex {
  readonly name: string
  readonly columns: readonly string[]
  readonly isUnique: boolean
}

/**
 * What an engine keeps of rows to answer more than paths can. It follows from the rows, so nothing is lost with it; a version that
 * does not keep it up is not left alone with it.
 */
export interface Derived {
  /** In the engine's own words. */
  readonly kind: string
  readonly name: string
  /** The columns that it follows from. */
  readonly columns: readonly string[]
  /** The table, beside its own, that it leads to. */
  readonly target?: string
  /** What else decides its content. */
  readonly definition: string
}

/** Where an older version writes `sources`, which only it uses, the row's `target` is emptied, to be filled anew. */
export interface Follow {
  readonly sources: readonly string[]
  readonly target: string
}

export interface Filling {
  /** What is filled, and by what: another fill begins at the first row. */
  readonly by: string
  /** The id of the last row that is done; null before the first. */
  readonly after: string | null
  readonly done: number
  readonly startedAt: string
}

export function tableKnownAs(model: StoredModel, name: string): StoredTable | undefined {
  return model.find(({ knownAs }) => knownAs.includes(name))
}

/** Unfinished columns are nobody's yet. */
export function columnKnownAs(table: StoredTable, name: string): StoredColumn | undefined {
  return table.columns.find(({ state, knownAs }) => state !== 'unfinished' && knownAs.includes(name))
}

/** The column that is being filled to be this field. */
export function unfinishedOf(table: StoredTable, field: string): StoredColumn | undefined {
  return table.columns.find(({ state, fills }) => state === 'unfinished' && fills?.field === field)
}

export function columnNamed(table: StoredTable, name: string): StoredColumn {
  return table.columns.find((column) => column.name === name)!
}

export function tableNamed(model: StoredModel, name: string): StoredTable {
  return model.find((table) => table.name === name)!
}

/** The names of a new table or column. One that says what it was called before is known to older versions by that name. */
export function namesOfNew(
  declared: { readonly name: string; readonly renamedFrom?: string | undefined },
  name: string,
): Named {
  const { renamedFrom } = declared
  return { name, knownAs: [...(renamedFrom === undefined ? [] : [renamedFrom]), declared.name], formerNames: [] }
}

/** Where the rows of a resource lie. */
export interface Placement {
  readonly table: string
  columnOf(field: string): string
  /** Those that it has now: a load does without some. The same array as long as it has the same. */
  indexes(): readonly StoredIndex[]
  /** The name of what the engine keeps of these columns. */
  derived(kind: string, columns: readonly string[]): string
}

/** `current` gives the model that holds now; it has been brought to what the app declares. */
export function placementOf(current: () => StoredModel, resource: ResourceManifest): Placement {
  const table = tableKnownAs(current(), resource.name)!
  const columns = new Map(resource.columns.map(({ name }) => [name, columnKnownAs(table, name)!.name]))
  return {
    table: table.name,
    columnOf: (field) => columns.get(field)!,
    indexes: () => tableNamed(current(), table.name).indexes,
    derived: (kind, on) => table.derived.find((each) => each.kind === kind && each.columns.join() === on.join())!.name,
  }
}

/** This name, or with a number behind it if it is taken; engines compare names without regard to case. */
export function freeName(name: string, taken: readonly Named[]): string {
  const lower = new Set(taken.flatMap((each) => [each.name, ...each.knownAs]).map((each) => each.toLowerCase()))
  for (let number = 2, free = name; ; number++) {
    if (!lower.has(free.toLowerCase())) return free
    free = `${name} ${number}`
  }
}
