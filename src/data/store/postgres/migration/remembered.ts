import type { Applied } from '../../../migration/migrator.ts'
import type { StoredModel, StoredTable } from '../../../migration/stored.ts'
import type { Connection } from '../connection.ts'
import { literal, quoteName } from '../name.ts'

/** The tables of the runtime itself: what is remembered, and what was done. */
export function createSystemTables(schema: string): string {
  // Who may not make schemas may still use one that is there, and would be refused even so.
  const missing = `to_regnamespace(${literal(quoteName(schema))}) is null`
  return `do $$ begin if ${missing} then create schema ${quoteName(schema)}; end if; end $$;
    create table if not exists _banyan_meta (key text primary key, value text);
    create table if not exists _banyan_schema (resource text collate "C" primary key, declaration text not null);
    create table if not exists _banyan_migrations (number int8 generated always as identity primary key, "appliedAt" text not null, step text not null);
    create table if not exists _banyan_tombstones (resource text collate "C" not null, id text collate "C" not null, version int8 not null, primary key (resource, id))`
}

/** The model as it is remembered, its indexes too; undefined where nothing was ever kept. */
export async function readModel({ run }: Connection): Promise<StoredModel | undefined> {
  if (!(await hasSystemTables({ run }))) return undefined
  const { rows } = await run({ text: 'select resource, declaration from _banyan_schema order by resource', values: [] })
  return rows.map(([resource, declaration]) => ({
    name: resource!,
    ...(JSON.parse(declaration!) as Omit<StoredTable, 'name'>),
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
        `insert into _banyan_schema (resource, declaration) values (${literal(name)}, ${literal(JSON.stringify(remembered))}) on conflict (resource) do update set declaration = excluded.declaration`,
    ),
  ]
}

export function recordStep(appliedAt: string, step: string): string {
  return `insert into _banyan_migrations ("appliedAt", step) values (${literal(appliedAt)}, ${literal(step)})`
}

export async function readHistory({ run }: Connection): Promise<readonly Applied[]> {
  const { rows } = await run({ text: 'select "appliedAt", step from _banyan_migrations order by number', values: [] })
  return rows.map(([appliedAt, step]) => ({ appliedAt: appliedAt!, step: step! }))
}

async function hasSystemTables({ run }: Pick<Connection, 'run'>): Promise<boolean> {
  const { rows } = await run({ text: "select to_regclass('_banyan_schema') is not null", values: [] })
  return rows[0]![0] === 't'
}
