import type { DatabaseSync } from 'node:sqlite'
import type { ResourceManifest } from '../../../app/manifest.ts'
import { quoteName } from './column.ts'
import { sampleIndexes } from './sample.ts'
import type { Step } from './step.ts'

/** What brings the indexes of a table to those that its resource needs. While it is loaded those that only serve reads wait. */
export function* indexSteps(
  database: DatabaseSync,
  resource: ResourceManifest,
  { isLoading }: { readonly isLoading: boolean },
): Generator<Step> {
  const there = namesOf(database, resource)
  const wanted = wantedBy(resource)
  for (const [name, { sql, isKept }] of wanted)
    if (!there.has(name) && (isKept || !isLoading)) yield { text: `create index ${name}`, sql }
  for (const name of there) if (!wanted.has(name)) yield dropIndex(name)
}

/** What takes away the indexes that a load does without. */
export function* indexesOfReading(database: DatabaseSync, resource: ResourceManifest): Generator<Step> {
  const wanted = wantedBy(resource)
  for (const name of namesOf(database, resource)) if (!wanted.get(name)?.isKept) yield dropIndex(name)
}

export function dropIndex(name: string): Step {
  return { text: `drop index ${name}`, sql: `drop index if exists ${quoteName(name)}` }
}

function namesOf(database: DatabaseSync, { name }: ResourceManifest): ReadonlySet<string> {
  const rows = database.prepare("select name from sqlite_schema where type = 'index' and tbl_name = ?").all(name)
  // SQLite's own stand for keys.
  return new Set(rows.map((row) => String(row.name)).filter((index) => !index.startsWith('sqlite_')))
}

interface Index {
  readonly sql: string
  /** It stays while the table is loaded: it refuses rows, or holds so few of them that it costs next to nothing. */
  readonly isKept: boolean
}

/** The table as a scan along a path names it: with the index of the path, where that is not the primary key. */
export function tablesAlong(resource: ResourceManifest): (path: readonly string[]) => string {
  const table = quoteName(resource.name)
  const hints = new Map(
    resource.paths.map((path) => [
      endedById(path).join(),
      `${table} indexed by ${quoteName(indexName(resource, path))}`,
    ]),
  )
  return (path) => hints.get(path.join()) ?? table
}

/** A declared path as operations name it. */
function endedById(path: readonly string[]): readonly string[] {
  return path.includes('id') ? path.slice(0, path.indexOf('id') + 1) : [...path, 'id']
}

function indexName({ name }: Pick<ResourceManifest, 'name'>, path: readonly string[]): string {
  return `${name}(${path.join(',')})`
}

function wantedBy(manifest: ResourceManifest): ReadonlyMap<string, Index> {
  const { name: resource, paths, columns } = manifest
  const wanted = new Map<string, Index>()
  const add = (names: readonly string[], more: '' | ' unique' | ' reference') => {
    const isUnique = more === ' unique'
    const name = `${indexName(manifest, names)}${more}`
    const sql = `create${isUnique ? ' unique' : ''} index ${quoteName(name)} on ${quoteName(resource)} (${names.map(quoteName).join(', ')})`
    wanted.set(name, { sql, isKept: isUnique })
  }
  // The primary key stands at the end of every index by itself.
  for (const path of paths) add(path, '')
  for (const [name, sql] of sampleIndexes(manifest)) wanted.set(name, { sql, isKept: true })
  for (const { name, field } of columns) {
    if (field.unique) add([name], ' unique')
    else if (field.kind === 'ref' && !paths.some(([first]) => first === name)) add([name], ' reference')
  }
  return wanted
}
