import type { FieldDef } from 'pg'
import type { NativeAccess, NativeConnection } from '../../native/native.ts'
import { type ColumnCode, timestampOf } from './column.ts'
import type { Connection } from './connection.ts'
import type { Connections } from './connections.ts'
import { postgresError } from './errors.ts'
import type { Positions } from './position.ts'
import type { Tables } from './tables.ts'

/** How a value is read that the server wrote as text. */
type Read = (text: string) => unknown

/** Lends connections for statements that the app writes itself. */
export function nativeAccess(connections: Connections, tables: Tables, positions: Positions): NativeAccess {
  let columns: Promise<ReadonlyMap<string, Read>> | undefined
  const columnsOf = (connection: Connection) => {
    columns ??= ownColumns(connection, tables).catch((error) => {
      columns = undefined
      throw error
    })
    return columns
  }

  const nativeConnection = (connection: Connection, giveBack: () => void): NativeConnection => ({
    async query(text, values) {
      const own = await columnsOf(connection)
      const answer = connection.query(text, values)
      const [{ command, rowCount, rows, fields }, position] = await Promise.all([
        answer,
        positions.now(connection),
      ]).catch((error) => {
        throw postgresError(error) ?? error
      })
      const reads = fields.map((field) => own.get(columnKey(field.tableID, field.columnID)) ?? readOf(field))
      return {
        command,
        count: rowCount ?? 0,
        rows: rows.map((row) =>
          Object.fromEntries(fields.map(({ name }, at) => [name, row[at] === null ? null : reads[at]!(row[at]!)])),
        ),
        position,
      }
    },
    release(isBroken) {
      if (isBroken) void connection.end().finally(giveBack)
      else giveBack()
    },
  })

  return {
    dialect: 'postgres',
    acquire: (deadline) =>
      new Promise((resolve, reject) => {
        connections
          .alone(
            deadline,
            (connection) => new Promise<void>((giveBack) => resolve(nativeConnection(connection, giveBack))),
          )
          .catch(reject)
      }),
  }
}

/** The app's own columns as the server numbers them, each with how the app has its values. */
async function ownColumns(connection: Connection, tables: Tables): Promise<ReadonlyMap<string, Read>> {
  const found = await connection.run({
    text: `select t.place, a.attrelid, a.attnum, a.attname
      from unnest($1::text[], $2::text[]) with ordinality as t(schema, name, place)
        join pg_namespace as n on n.nspname = coalesce(t.schema, current_schema())
        join pg_class as c on c.relnamespace = n.oid and c.relname = t.name
        join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0`,
    values: [tables.all.map(({ schema }) => schema ?? null), tables.all.map(({ unquoted }) => unquoted)],
  })
  const reads = new Map<string, Read>()
  for (const [place, oid, number, name] of found.rows as string[][]) {
    const code = tables.all[Number(place) - 1]!.columns.find(({ column, isGiven }) => column === name && isGiven)
    if (code !== undefined) reads.set(columnKey(Number(oid), Number(number)), appRead(code))
  }
  return reads
}

function columnKey(table: number, column: number): string {
  return `${table}/${column}`
}

function appRead({ cast, decode }: ColumnCode): Read {
  if (cast === 'json') return JSON.parse
  return decode ?? String
}

/** What is computed has only its type to go by (https://www.postgresql.org/docs/current/catalog-pg-type.html). */
function readOf({ dataTypeID }: FieldDef): Read {
  switch (dataTypeID) {
    case 16:
      return (text) => text === 't'
    case 17:
      return (text) => Buffer.from(text.slice(2), 'hex')
    case 20:
      return (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : text)
    case 21:
    case 23:
    case 26:
    case 700:
    case 701:
      return Number
    case 114:
    case 3802:
      return JSON.parse
    case 1184:
      return timestampOf
    default:
      return String
  }
}
