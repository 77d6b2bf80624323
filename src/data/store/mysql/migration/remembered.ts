import type { Applied } from '../../../migration/migrator.ts'
import type { StoredModel, StoredTable } from '../../../migration/stored.ts'
import type { Connection } from '../connection.ts'
import { literal } from '../name.ts'

/** The tables of the runtime itself: what is remembered, and what was done. */
export function createSystemTables({ dialect }: Connection): readonly string[] {
  const { collation } = dialect
  const end = `engine = InnoDB default charset = utf8mb4 collate = ${collation}`
  return [
    `create table if not exists _banyan_schema (resource varchar(255) primary key, declaration longtext not null) ${end}`,
    `create table if not exists _banyan_migrations (number bigint auto_increment primary key, "appliedAt" varchar(64) not null, step longtext not null) ${end}`,
    `create table if not exists _banyan_tombstones (resource varchar(64) not null, id varchar(700) not null, version bigint not null, primary key (resource, id)) ${end}`,
  ]
}

/** The model as it is remembered, its indexes too; undefined where nothing was ever kept. */
export async function readModel({ run }: Connection): Promise<StoredModel | undefined> {
  const { rows: found } = await run({
    text: "select count(*) from information_schema.tables where table_schema = database() and table_name = '_banyan_tombstones'",
    values: [],
  })
  if (Number(found[0]![0]) === 0) return undefined
  const { rows } = await run({ text: 'select resource, declaration from _banyan_schema order by resource', values: [] })
  return (rows as [string, string][]).map(([name, declaration]) => ({
    name,
    ...(JSON.parse(declaration) as Omit<StoredTable, 'name'>),
  }))
}

/** What writes those tables of the model that have changed. */
export function writeModel(before: StoredModel, after: StoredModel): readonly string[] {
  const forgotten = before.filter(({ name }) => !after.some((table) => table.name === name))
  const changed = after.filter((table) => !before.includes(table))
  return [
    ...forgotten.map(({ name }) => `delete from _banyan_schema where resource = ${literal(name)}`),
    ...changed.map(
      ({ name, ...remembered }) =>
        `replace into _banyan_schema (resource, declaration) values (${literal(name)}, ${literal(JSON.stringify(remembered))})`,
    ),
  ]
}

export function recordStep(appliedAt: string, step: string): string {
  return `insert into _banyan_migrations ("appliedAt", step) values (${literal(appliedAt)}, ${literal(step)})`
}

export async function readHistory({ run }: Connection): Promise<readonly Applied[]> {
  const { rows } = await run({ text: 'select "appliedAt", step from _banyan_migrations order by number', values: [] })
  return (rows as [string, string][]).map(([appliedAt, step]) => ({ appliedAt, step }))
}
