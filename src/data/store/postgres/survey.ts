import type { Telemetry } from '../../../core/telemetry.ts'
import { dataErrors } from '../../errors.ts'
import type { EngineProblem } from '../store.ts'
import type { Connection } from './connection.ts'
import { look } from './look.ts'
import { literal } from './name.ts'
import type { AtPrimary } from './postgres.ts'
import { askingName, seatsOwner, seatsTaken } from './seats.ts'
import { schemaOf, workName } from './session.ts'

/** What a server says of itself, and what of it is not as it has to be. */
export interface Survey {
  readonly durability: string
  readonly problems: readonly EngineProblem[]
}

export const maxOfAllDefault = 20

/** Looks, and changes nothing. */
export async function survey(connection: Connection, options: AtPrimary): Promise<Survey> {
  const { rows } = await connection.run({ text: question(schemaOf(options)), values: [] })
  const facts = Object.fromEntries(Object.keys(asked('')).map((name, at) => [name, rows[0]![at] ?? ''])) as Facts
  const { durability, weaknesses } = await look(connection)
  return { durability, problems: [...unsuitable(facts, options), ...weaknesses, ...crowded(facts, options)] }
}

/** Throws where a server cannot be used as it is, and tells what else is wrong with it. */
export function refuseUnsuitable({ problems }: Survey, telemetry: Telemetry): void {
  const wrong = problems.filter(({ kind }) => kind === 'unsuitable')
  if (wrong.length > 0)
    throw dataErrors.STORE_UNSUITABLE(
      `PostgreSQL cannot be used as it is: ${wrong.map(({ reason, mend }) => `${reason}. ${mend}`).join(' ')}`,
    )
  for (const { reason, mend } of problems) telemetry.log('warn', `PostgreSQL: ${reason}. ${mend}`)
}

type Facts = Readonly<Record<keyof ReturnType<typeof asked>, string>>

const asked = (schema: string) => ({
  isReplica: 'pg_is_in_recovery()',
  isReadOnly: "current_setting('transaction_read_only')",
  encoding: "current_setting('server_encoding')",
  user: 'current_user',
  database: 'current_database()',
  maxConnections: "current_setting('max_connections')",
  reserved:
    "current_setting('superuser_reserved_connections')::int + coalesce(current_setting('reserved_connections', true), '0')::int",
  others: `(select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()
    and application_name <> '${workName}' and application_name not like '${askingName('banyan %')}'
    and pid not in (select pid from (${seatsTaken(literal(seatsOwner(schema)))}) as taken))`,
  hasSchema: `to_regnamespace(${literal(`"${schema}"`)}) is not null`,
  // Who may make no tables can go on with those that are there.
  mayUse: `coalesce(has_schema_privilege(to_regnamespace(${literal(`"${schema}"`)})::oid, 'usage') and
    (has_schema_privilege(to_regnamespace(${literal(`"${schema}"`)})::oid, 'create') or to_regclass(${literal(`"${schema}"._banyan_meta`)}) is not null), false)`,
  mayMake: "has_database_privilege(current_database(), 'create')",
  closed: `(select string_agg(relname, ', ' order by relname) from pg_class
    where relnamespace = to_regnamespace(${literal(`"${schema}"`)}) and relkind in ('r', 'p')
    and not (has_table_privilege(oid, 'select') and has_table_privilege(oid, 'insert')
      and has_table_privilege(oid, 'update') and has_table_privilege(oid, 'delete'))
    and relname in (select '_banyan_' || name from unnest(array['meta', 'schema', 'migrations', 'tombstones']) as name))`,
  hasProcedures: "exists (select from pg_language where lanname = 'plpgsql')",
})

function question(schema: string): string {
  return `select ${Object.values(asked(schema)).join(', ')}`
}

function unsuitable(facts: Facts, options: AtPrimary): readonly EngineProblem[] {
  const { user, database, encoding, maxConnections, reserved } = facts
  const schema = schemaOf(options)
  const max = options.maxConnections ?? maxOfAllDefault
  const capacity = Number(maxConnections) - Number(reserved)
  const found: (readonly [isWrong: boolean, reason: string, mend: string])[] = [
    [
      facts.isReplica === 't',
      'it takes no writes: it is a replica',
      'Give the address of its primary; where it was to become one, promote it.',
    ],
    [
      facts.isReplica !== 't' && facts.isReadOnly === 'on',
      `it takes no writes: ${user} or ${database} is set to read only`,
      `alter database ${database} set default_transaction_read_only = off, or the same for the role, allows them.`,
    ],
    [
      encoding !== 'UTF8',
      `the database ${database} keeps texts as ${encoding}, which has not all characters`,
      "Make another: create database NAME encoding 'UTF8' template template0.",
    ],
    [
      facts.hasSchema === 'f' && facts.mayMake === 'f',
      `there is no schema ${schema}, and ${user} may not make it`,
      `create schema ${schema} authorization ${user}, as somebody who may.`,
    ],
    [
      facts.hasSchema === 't' && facts.mayUse === 'f',
      `${user} may not make tables in the schema ${schema}`,
      `grant usage, create on schema ${schema} to ${user}, as its owner.`,
    ],
    [
      facts.closed !== '',
      `${user} may not read and write ${facts.closed}`,
      `grant select, insert, update, delete on all tables in schema ${schema} to ${user}, as their owner.`,
    ],
    [
      facts.hasProcedures === 'f',
      `the database ${database} has no plpgsql`,
      'create extension plpgsql, as somebody who may.',
    ],
    [
      max > capacity,
      `the processes of this topology may have ${max} connections together, and the server has ${capacity} for everybody`,
      `Say maxConnections: ${Math.max(capacity - 2, 2)} or less, or raise max_connections of the server, which is ${maxConnections}.`,
    ],
  ]
  return found.flatMap(([isWrong, reason, mend]) => (isWrong ? [{ kind: 'unsuitable', reason, mend } as const] : []))
}

function crowded({ others, maxConnections, reserved }: Facts, options: AtPrimary): readonly EngineProblem[] {
  const max = options.maxConnections ?? maxOfAllDefault
  const capacity = Number(maxConnections) - Number(reserved)
  if (max > capacity || max <= capacity - Number(others)) return []
  return [
    {
      kind: 'crowded',
      reason: `the processes of this topology may have ${max} connections together; of the ${capacity} of the server others have ${others} now`,
      mend: 'Say maxConnections: with less, or raise max_connections of the server.',
    },
  ]
}
