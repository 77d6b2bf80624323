import type { DatabaseSync } from 'node:sqlite'
import type { FieldDeclaration } from '../../../../app/field.ts'
import type { StoredIndex, StoredModel, StoredTable } from '../../../migration/stored.ts'

/** The tables of the runtime itself: what is remembered, and what was done. */
export function createSystemTables(database: DatabaseSync): void {
  database.exec(`
    begin immediate;
    create table if not exists _banyan_meta (key text primary key, value any) strict, without rowid;
    create table if not exists _banyan_schema (resource text primary key, declaration text not null) strict, without rowid;
    create table if not exists _banyan_migrations (number integer primary key, appliedAt text not null, step text not null) strict;
    create table if not exists _banyan_tombstones (resource text not null, id text not null, version integer not null, primary key (resource, id)) strict, without rowid;
    commit;
  `)
}

/** The model as it is remembered, with the indexes that the engine has. */
export function readModel(database: DatabaseSync): StoredModel {
  if (!hasTable(database, '_banyan_schema')) return []
  const indexes = indexesByTable(database)
  return database
    .prepare('select resource, declaration from _banyan_schema')
    .all()
    .map(({ resource, declaration }) => {
      const name = String(resource)
      const remembered = JSON.parse(String(declaration)) as Remembered | Early
      const table = 'fields' in remembered ? ofEarly(name, remembered) : remembered
      return { ...table, name, indexes: indexes.get(name) ?? [] }
    })
}

/** Writes those tables of the model that have changed; within the caller's transaction. */
export function writeModel(database: DatabaseSync, before: StoredModel, after: StoredModel): void {
  const write = database.prepare(
    'insert into _banyan_schema (resource, declaration) values (?, ?) on conflict (resource) do update set declaration = excluded.declaration',
  )
  const forget = database.prepare('delete from _banyan_schema where resource = ?')
  for (const { name } of before) if (!after.some((table) => table.name === name)) forget.run(name)
  for (const table of after) {
    if (before.includes(table)) continue
    const { name, indexes: _, ...remembered } = table
    write.run(name, JSON.stringify(remembered satisfies Remembered))
  }
}

export function hasTable(database: DatabaseSync, name: string): boolean {
  return database.prepare("select 1 from sqlite_schema where type = 'table' and name = ?").get(name) !== undefined
}

type Remembered = Omit<StoredTable, 'name' | 'indexes'>

/** What was remembered before tables and columns had names of their own. */
interface Early {
  readonly ids: 'generated' | 'given'
  readonly partitionBy: string
  readonly fields: Readonly<Record<string, FieldDeclaration>>
}

function ofEarly(name: string, { ids, partitionBy, fields }: Early): Remembered {
  return {
    knownAs: [name],
    formerNames: [],
    isUsed: true,
    ids,
    partitionBy,
    columns: Object.entries(fields).map(([column, field]) => ({
      name: column,
      knownAs: [column],
      formerNames: [],
      state: 'used',
      field,
    })),
    derived: [],
    follows: [],
  }
}

function indexesByTable(database: DatabaseSync): ReadonlyMap<string, readonly StoredIndex[]> {
  const members = database
    .prepare(
      `select s.tbl_name as "table", s.name as name, l."unique" as isUnique, i.name as "column"
       from sqlite_schema as s, pragma_index_list(s.tbl_name) as l, pragma_index_info(s.name) as i
       where s.type = 'index' and l.name = s.name and l.origin = 'c' and not l.partial order by s.name, i.seqno`,
    )
    .all()
  const indexes = [...Map.groupBy(members, ({ name }) => String(name))].map(([name, columns]) => ({
    table: String(columns[0]!.table),
    index: { name, columns: columns.map(({ column }) => String(column)), isUnique: columns[0]!.isUnique === 1 },
  }))
  return new Map(
    [...Map.groupBy(indexes, ({ table }) => table)].map(([table, all]) => [table, all.map(({ index }) => index)]),
  )
}
