import type { DatabaseSync } from 'node:sqlite'
import type { ResourceManifest } from '../../../app/manifest.ts'
import type { Clock } from '../../../core/clock.ts'
import { quoteName } from './column.ts'
import { readingCacheKb, setCache } from './database.ts'
import { sqliteError } from './errors.ts'
import { indexesOfReading, indexSteps } from './indexes.ts'
import { takeSteps } from './step.ts'

/** Loads of many rows: a table does without the indexes that only serve reads, and they are built behind the last row. */
export interface Loader {
  begin(resource: ResourceManifest, rows: number): void
  finish(resources: readonly ResourceManifest[], onStep: (step: string) => Promise<void>): Promise<void>
}

/** Below this building indexes anew costs more than it saves. */
const rowsMin = 10_000

/** Rows that only come need few pages, and an import needs its memory for them. Sorting for an index takes as much again. */
const loadingCacheKb = 16_000

export function loader(database: DatabaseSync, clock: Clock): Loader {
  return {
    begin(resource, rows) {
      const loading = loadedResources(database)
      if (!loading.has(resource.name)) {
        // Where most of the rows are there already, keeping their indexes is cheaper than building them again.
        if (rows < rowsMin || holdsMoreThan(database, resource, rows)) return
        atomically(database, () => {
          remember(database, [...loading, resource.name])
          takeSteps(database, [...indexesOfReading(database, resource)], clock)
        })
      }
      setCache(database, loadingCacheKb)
    },
    async finish(resources, onStep) {
      for (const name of loadedResources(database)) {
        const resource = resources.find((each) => each.name === name)
        const steps = resource === undefined ? [] : [...indexSteps(database, resource, { isLoading: false })]
        for (const step of steps) {
          await onStep(step.text)
          atomically(database, () => takeSteps(database, [step], clock))
        }
        remember(
          database,
          [...loadedResources(database)].filter((other) => other !== name),
        )
      }
      setCache(database, readingCacheKb)
    },
  }
}

/** The resources whose loads are not finished; part of the data, so that the next process knows. */
export function loadedResources(database: DatabaseSync): ReadonlySet<string> {
  const row = database.prepare("select value from _banyan_meta where key = 'loading'").get()
  return new Set(row === undefined ? [] : (JSON.parse(String(row.value)) as string[]))
}

function remember(database: DatabaseSync, resources: readonly string[]): void {
  database
    .prepare(
      "insert into _banyan_meta (key, value) values ('loading', ?) on conflict (key) do update set value = excluded.value",
    )
    .run(JSON.stringify(resources))
}

function holdsMoreThan(database: DatabaseSync, { name }: ResourceManifest, rows: number): boolean {
  return database.prepare(`select 1 from ${quoteName(name)} limit 1 offset ?`).get(rows) !== undefined
}

function atomically(database: DatabaseSync, work: () => void): void {
  try {
    database.exec('begin immediate')
    work()
    database.exec('commit')
  } catch (error) {
    if (database.isTransaction) database.exec('rollback')
    throw sqliteError(error) ?? error
  }
}
