import { type Addition, type FoundTable, tableText } from '../../../adoption/found.ts'
import { dataErrors } from '../../../errors.ts'
import type { Connection } from '../connection.ts'
import { isServerFailure } from '../errors.ts'
import { quoteName } from '../name.ts'
import { countingTrigger } from './catalog.ts'

/** So long it waits for whoever uses a table, because everybody else then waits behind it. */
const lockWaitMs = 2_000

/**
 * What gives each table a version that every update counts up, whoever makes it, and the time of the last one. Tables that have
 * a column `version` of their own are left out: what it means, only others know.
 */
export function additions(tables: readonly FoundTable[]): readonly Addition[] {
  return tables.flatMap((table) => {
    const { schema, name, kind, columns, isCounted } = table
    const has = (column: string) => columns.some((each) => each.name === column)
    if (kind !== 'table' || isCounted || has('version')) return []
    const at = `${quoteName(schema)}.${quoteName(name)}`
    const timed = has('updatedAt') ? undefined : '"updatedAt"'
    const work = `${quoteName(schema)}.${quoteName(`${countingTrigger} of ${name}`)}`
    const set = timed === undefined ? '' : ` new.${timed} := now();`
    return [
      {
        schema,
        name,
        statements: [
          `alter table ${at} add column "version" bigint not null default 1`,
          ...(timed === undefined ? [] : [`alter table ${at} add column ${timed} timestamptz not null default now()`]),
          `create function ${work}() returns trigger language plpgsql as $banyan$ begin new."version" := old."version" + 1;${set} return new; end $banyan$`,
          `create trigger ${quoteName(countingTrigger)} before update on ${at} for each row execute function ${work}()`,
        ],
      },
    ]
  })
}

export async function add(connection: Connection, all: readonly Addition[]): Promise<void> {
  const statements = all.flatMap((addition) => addition.statements)
  if (statements.length === 0) return
  try {
    await connection.execute(['begin', `set local lock_timeout = ${lockWaitMs}`, ...statements, 'commit'].join(';\n'))
  } catch (cause) {
    if (!isServerFailure(cause) || cause.code !== '55P03') throw cause
    throw dataErrors.STORE_UNAVAILABLE(
      `others have held on to one of ${all.map(tableText).join(', ')} for ${lockWaitMs / 1000} s, and everybody would wait behind it`,
      { cause },
    )
  }
}
