import type { DatabaseSync } from 'node:sqlite'
import type { FieldDeclaration } from '../../../app/field.ts'
import type { ResourceManifest } from '../../../app/manifest.ts'
import { storedValue } from '../../../app/row.ts'
import type { Clock } from '../../../core/clock.ts'
import { dataErrors } from '../../errors.ts'
import { columnCode, quoteName, type Stored } from './column.ts'
import { dropIndex, indexSteps } from './indexes.ts'
import { loadedResources } from './load.ts'
import { type Step, takeSteps } from './step.ts'

/**
 * Brings the tables to what the app declares, in one transaction: all steps or none, each recorded. Only adds; a difference
 * that would destroy data is refused with what it would do. Returns the steps taken.
 */
export function bringSchema(
  database: DatabaseSync,
  resources: readonly ResourceManifest[],
  clock: Clock,
): readonly string[] {
  database.exec('begin immediate')
  try {
    database.exec(systemTables)
    const steps = [...additions(database, resources)]
    takeSteps(database, steps, clock)
    const remember = database.prepare(
      'insert into _banyan_schema (resource, declaration) values (?, ?) on conflict (resource) do update set declaration = excluded.declaration',
    )
    for (const resource of resources) remember.run(resource.name, JSON.stringify(remembered(resource)))
    database.exec('commit')
    return steps.map(({ text }) => text)
  } catch (error) {
    if (database.isTransaction) database.exec('rollback')
    throw error
  }
}

const systemTables = `
  create table if not exists _banyan_meta (key text primary key, value any) strict, without rowid;
  create table if not exists _banyan_schema (resource text primary key, declaration text not null) strict, without rowid;
  create table if not exists _banyan_migrations (number integer primary key, appliedAt text not null, step text not null) strict;
  create table if not exists _banyan_tombstones (resource text not null, id text not null, version integer not null, primary key (resource, id)) strict, without rowid;
`

/** What of a resource decides how its rows are stored. */
interface Remembered {
  readonly ids: 'generated' | 'given'
  readonly partitionBy: string
  readonly fields: Readonly<Record<string, FieldDeclaration>>
}

function remembered({ ids, partitionBy, columns }: ResourceManifest): Remembered {
  return { ids, partitionBy, fields: Object.fromEntries(columns.map(({ name, field }) => [name, field])) }
}

function* additions(database: DatabaseSync, resources: readonly ResourceManifest[]): Generator<Step> {
  const before = new Map(
    database
      .prepare('select resource, declaration from _banyan_schema')
      .all()
      .map((row) => [String(row.resource), JSON.parse(String(row.declaration)) as Remembered]),
  )
  for (const [name] of before) {
    if (resources.some((resource) => resource.name === name)) continue
    if (!isEmpty(database, name))
      throw destructive(
        `the app no longer declares ${name}: its table with ${count(database, name)} rows would be dropped`,
      )
  }
  // A load that was cut off goes on without the other indexes, or is finished before anything is served.
  const loading = loadedResources(database)
  for (const resource of resources) {
    const old = before.get(resource.name)
    if (old === undefined) yield createTable(resource)
    else yield* changes(database, resource, old)
    yield* indexSteps(database, resource, { isLoading: loading.has(resource.name) })
  }
}

function createTable(resource: ResourceManifest): Step {
  const columns = resource.columns
    .map(columnCode)
    .map(({ name, type }) => `${quoteName(name)} ${type}${systemColumns.has(name) ? ' not null' : ''}`)
  return {
    text: `create table ${resource.name}`,
    sql: `create table ${quoteName(resource.name)} (${columns.join(', ')}, "slot" integer not null, primary key ("id")) strict, without rowid`,
  }
}

const systemColumns = new Set(['id', 'createdAt', 'updatedAt', 'version'])

function* changes(database: DatabaseSync, resource: ResourceManifest, old: Remembered): Generator<Step> {
  const { name } = resource
  // Whether there are rows is known at once; counting them takes the longer the more there are, so only a refusal does.
  const hasRows = !isEmpty(database, name)
  const rows = () => count(database, name)
  for (const field of Object.keys(old.fields)) {
    if (resource.columns.some((column) => column.name === field)) continue
    const values = Number(database.prepare(`select count(${quoteName(field)}) as n from ${quoteName(name)}`).get()!.n)
    if (values > 0)
      throw destructive(
        `${name} no longer declares the field ${field} (or was it renamed?): its values in ${values} rows would be dropped`,
      )
    // SQLite drops no column that an index needs.
    const using = database
      .prepare(
        "select i.name from sqlite_schema as i, pragma_index_info(i.name) as c where i.type = 'index' and i.tbl_name = ? and c.name = ?",
      )
      .all(name, field)
    for (const index of using) yield dropIndex(String(index.name))
    yield {
      text: `drop the empty column ${name}.${field}`,
      sql: `alter table ${quoteName(name)} drop column ${quoteName(field)}`,
    }
  }
  if (hasRows && old.partitionBy !== resource.partitionBy)
    throw destructive(
      `${name} is partitioned by ${resource.partitionBy} instead of ${old.partitionBy}: ${rows()} rows would change their slots`,
    )
  if (hasRows && old.ids !== resource.ids)
    throw destructive(
      `the ids of ${name} are ${resource.ids} instead of ${old.ids}: ${rows()} rows have ids of the other kind`,
    )

  for (const column of resource.columns) {
    const { field } = column
    const was = old.fields[column.name]
    const place = `${name}.${column.name}`
    const code = columnCode(column)
    if (was === undefined) {
      if (hasRows && !field.optional && field.default === undefined) {
        throw destructive(
          `the new field ${place} is required, but ${rows()} rows have no value for it; declare it optional, or with a default`,
        )
      }
      const value =
        field.default === undefined ? '' : ` default ${literal(code.encode(storedValue(field, field.default)))}`
      yield {
        text: `add column ${place}`,
        sql: `alter table ${quoteName(name)} add column ${quoteName(column.name)} ${code.type}${value}`,
      }
      continue
    }
    const difference = storageDifference(was, field)
    if (difference !== undefined && hasRows)
      throw destructive(`${place} ${difference}: the values in ${rows()} rows would have to be converted`)
    if (difference !== undefined && columnCode({ name: column.name, field: was }).type !== code.type) {
      yield {
        text: `replace the empty column ${place}`,
        sql: `alter table ${quoteName(name)} drop column ${quoteName(column.name)}; alter table ${quoteName(name)} add column ${quoteName(column.name)} ${code.type}`,
      }
    }
    if (was.optional && !field.optional) {
      const nulls = Number(
        database.prepare(`select count(*) as n from ${quoteName(name)} where ${quoteName(column.name)} is null`).get()!
          .n,
      )
      if (nulls > 0) throw destructive(`${place} has become required, but ${nulls} rows have no value for it`)
    }
    if (was.kind === 'enum' && field.kind === 'enum') {
      const gone = was.values.filter((value) => !field.values.includes(value))
      for (const value of gone) {
        const users = Number(
          database
            .prepare(`select count(*) as n from ${quoteName(name)} where ${quoteName(column.name)} = ?`)
            .get(value)!.n,
        )
        if (users > 0)
          throw destructive(`${place} no longer allows ${JSON.stringify(value)}, but ${users} rows have it`)
      }
    }
  }
}

/** In what the stored form of two declarations differs; undefined if old values can stay as they are. */
function storageDifference(was: FieldDeclaration, is: FieldDeclaration): string | undefined {
  const textual = new Set(['text', 'enum', 'ref', 'id'])
  if (was.kind !== is.kind && !(textual.has(was.kind) && textual.has(is.kind) && is.kind === 'text'))
    return `is ${is.kind} instead of ${was.kind}`
  if (was.kind === 'decimal' && is.kind === 'decimal') {
    if (was.scale !== is.scale) return `has ${is.scale} digits after the point instead of ${was.scale}`
    if (was.precision > is.precision) return `has ${is.precision} digits instead of ${was.precision}`
  }
  if (was.kind === 'ref' && is.kind === 'ref' && was.target !== is.target)
    return `refers to ${is.target} instead of ${was.target}`
  return undefined
}

function isEmpty(database: DatabaseSync, table: string): boolean {
  const there = database.prepare("select 1 from sqlite_schema where type = 'table' and name = ?").get(table)
  return there === undefined || database.prepare(`select 1 from ${quoteName(table)} limit 1`).get() === undefined
}

function count(database: DatabaseSync, table: string): number {
  return Number(database.prepare(`select count(*) as n from ${quoteName(table)}`).get()!.n)
}

function literal(value: Stored): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`
  return String(value)
}

function destructive(message: string) {
  return dataErrors.SCHEMA_DESTRUCTIVE(message)
}
