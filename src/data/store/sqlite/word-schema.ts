import type { DatabaseSync } from 'node:sqlite'
import type { ResourceManifest } from '../../../app/manifest.ts'
import { searchFilters } from '../../../app/search.ts'
import { wordIndex } from './word-index.ts'
import { createWordTables, dropWordTables } from './word-tables.ts'

/**
 * Brings the word indexes to what the app declares, once the tables are: an index is made anew where something that decides its
 * content has changed, and dropped where it is no longer declared. Nothing is lost with it, because all of it follows from the
 * rows. Whatever changes rows other than by `commit` has to delete the resource's line in `_banyan_search`. Returns the steps
 * taken.
 */
export function bringWordIndexes(database: DatabaseSync, resources: readonly ResourceManifest[]): readonly string[] {
  const searched = new Map(
    resources.filter(({ search }) => search.length > 0).map((resource) => [resource.name, resource]),
  )
  const steps: string[] = []
  database.exec('begin immediate')
  try {
    database.exec(systemTable)
    const remembered = new Map(
      database
        .prepare('select resource, declaration from _banyan_search')
        .all()
        .map((row) => [String(row.resource), String(row.declaration)]),
    )
    for (const name of remembered.keys()) {
      if (searched.has(name)) continue
      forget(database, name)
      steps.push(`drop the words of ${name}`)
    }
    for (const [name, resource] of searched) {
      const declaration = declarationOf(resource)
      if (remembered.get(name) === declaration) continue
      forget(database, name)
      database.exec(createWordTables(resource))
      wordIndex(database, resource).fill()
      database.prepare('insert into _banyan_search (resource, declaration) values (?, ?)').run(name, declaration)
      steps.push(`enter the words of ${name}(${resource.search.join(',')})`)
    }
    database.exec('commit')
    return steps
  } catch (error) {
    if (database.isTransaction) database.exec('rollback')
    throw error
  }
}

const systemTable =
  'create table if not exists _banyan_search (resource text primary key, declaration text not null) strict, without rowid'

function forget(database: DatabaseSync, name: string): void {
  database.exec(dropWordTables({ name }))
  database.prepare('delete from _banyan_search where resource = ?').run(name)
}

/** Everything that decides what stands in the index. Another version of Unicode has other letters. */
function declarationOf(resource: ResourceManifest): string {
  const filters = searchFilters(resource).map((name) => {
    const { field } = resource.columns.find((column) => column.name === name)!
    return [name, field.kind, field.kind === 'decimal' ? field.scale : 0]
  })
  return JSON.stringify({ form: 1, unicode: process.versions.unicode, search: resource.search, filters })
}
