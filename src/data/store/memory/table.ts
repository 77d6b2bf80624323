import type { ResourceManifest } from '../../../app/manifest.ts'
import type { Count, CountResult, GetResult, Row, Scan, Search, SearchResult, Value } from '../store.ts'
import { PathIndex } from './path-index.ts'
import { WordSearch } from './word-search.ts'

export type Tables = Map<string, Table>

/** The rows of one resource, and what is looked up in them. */
export class Table {
  readonly resource: ResourceManifest
  readonly #columns: ReadonlyMap<string, number>
  readonly #rows = new Map<string, Row>()
  /** Of client-given ids whose row was deleted: the version it had then. What a row says of itself comes first. */
  readonly #lastVersions = new Map<string, number>()
  /** By unique field: who has which value. Null is nobody's. */
  readonly #owners: ReadonlyMap<string, Map<Value, string>>
  /** By access path, made when it is first scanned. */
  readonly #indexes = new Map<string, PathIndex>()
  readonly #words: WordSearch

  constructor(resource: ResourceManifest) {
    this.resource = resource
    this.#columns = new Map(resource.columns.map(({ name }, at) => [name, at]))
    this.#owners = new Map(
      resource.columns.filter(({ field }) => field.unique).map(({ name }) => [name, new Map<Value, string>()]),
    )
    this.#words = new WordSearch(resource)
  }

  read(ids: readonly string[]): GetResult {
    const rows = ids.map((id) => this.#rows.get(id) ?? null)
    if (this.resource.ids === 'generated') return { rows }
    return { rows, lastVersions: ids.map((id) => (this.#rows.has(id) ? 0 : (this.#lastVersions.get(id) ?? 0))) }
  }

  scan(scan: Scan): readonly Row[] {
    return this.#index(scan.path).scan(scan)
  }

  search(search: Search): SearchResult {
    return this.#words.page(this.#rows.values(), search)
  }

  /** Always exact: an index is a sorted array, in which two places tell how much lies between them. */
  count({ of }: Count): CountResult {
    const count =
      of.kind === 'scan' ? this.#index(of.path).count(of) : this.#words.matches(this.#rows.values(), of).length
    return { count, kind: 'exact' }
  }

  row(id: string): Row | undefined {
    return this.#rows.get(id)
  }

  /** 0 where there is no row. */
  version(id: string): number {
    const row = this.#rows.get(id)
    return row === undefined ? 0 : (this.value(row, 'version') as number)
  }

  lastVersion(id: string): number {
    return this.version(id) || (this.#lastVersions.get(id) ?? 0)
  }

  value(row: Row, field: string): Value {
    return row[this.columnOf(field)]!
  }

  columnOf(field: string): number {
    const at = this.#columns.get(field)
    if (at === undefined) throw new TypeError(`${this.resource.name} has no field ${field}`)
    return at
  }

  /** The row with these values in the place of its own. */
  changed(row: Row, values: Readonly<Record<string, Value>>): Row {
    const changed = [...row]
    for (const [field, value] of Object.entries(values)) changed[this.columnOf(field)] = value
    return changed
  }

  /** The first unique field whose value in this row is another row's already. */
  takenField(id: string, row: Row): string | undefined {
    for (const [field, owners] of this.#owners) {
      const owner = owners.get(this.value(row, field))
      if (owner !== undefined && owner !== id) return field
    }
    return undefined
  }

  idsWhere(field: string, value: Value): readonly string[] {
    return [...this.#rows].filter(([, row]) => this.value(row, field) === value).map(([id]) => id)
  }

  /** Makes this the row of the id, or takes the row away. The function returned undoes it. */
  put(id: string, row: Row | undefined): () => void {
    const before = this.#rows.get(id)
    const lastVersion = this.#lastVersions.get(id)
    if (row === undefined && this.resource.ids === 'given') this.#lastVersions.set(id, this.version(id))
    this.#replace(id, before, row)
    return () => {
      this.#replace(id, row, before)
      // A row that its own commit made and took away again has left a version of which nobody may hear.
      if (lastVersion === undefined) this.#lastVersions.delete(id)
      else this.#lastVersions.set(id, lastVersion)
    }
  }

  #replace(id: string, before: Row | undefined, after: Row | undefined): void {
    if (after === undefined) this.#rows.delete(id)
    else this.#rows.set(id, after)
    for (const index of this.#indexes.values()) {
      if (before !== undefined) index.remove(before)
      if (after !== undefined) index.add(after)
    }
    for (const [field, owners] of this.#owners) {
      if (before !== undefined) owners.delete(this.value(before, field))
      const value = after === undefined ? null : this.value(after, field)
      if (value !== null) owners.set(value, id)
    }
  }

  #index(path: readonly string[]): PathIndex {
    const name = path.join()
    let index = this.#indexes.get(name)
    if (index === undefined) {
      const columns = path.map((field) => this.columnOf(field))
      index = new PathIndex(
        columns.map((at) => ({ at, field: this.resource.columns[at]!.field })),
        this.#rows.values(),
      )
      this.#indexes.set(name, index)
    }
    return index
  }
}
