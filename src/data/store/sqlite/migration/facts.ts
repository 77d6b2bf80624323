import type { DatabaseSync } from 'node:sqlite'
import type { Facts } from '../../../migration/facts.ts'
import type { Condition } from '../../../migration/step.ts'
import { quoteName } from '../column.ts'

/** Asks the rows. `read` runs a question on a database: the one that is open, or one opened for it. */
export function sqliteFacts(read: <Answer>(question: (database: DatabaseSync) => Answer) => Answer): Facts {
  return {
    count: async (table, condition) =>
      read((database) => {
        const { sql, values } = where(table, condition)
        return Number(database.prepare(`select count(*) as n from ${quoteName(table)}${sql}`).get(...values)!.n)
      }),
    examples: async (table, condition) =>
      read((database) => {
        const { sql, values } = where(table, condition)
        return database
          .prepare(`select "id" from ${quoteName(table)}${sql} limit 3`)
          .all(...values)
          .map(({ id }) => String(id))
      }),
  }
}

function where(table: string, condition: Condition): { readonly sql: string; readonly values: readonly string[] } {
  if (condition.kind === 'any') return { sql: '', values: [] }
  const column = quoteName(condition.column)
  switch (condition.kind) {
    case 'null':
      return { sql: ` where ${column} is null`, values: [] }
    case 'value':
      return { sql: ` where ${column} is not null`, values: [] }
    case 'otherThan':
      return {
        sql: ` where ${column} not in (${condition.values.map(() => '?').join(', ')})`,
        values: condition.values,
      }
    case 'moreDigits': {
      const least = 10n ** BigInt(condition.digits)
      return { sql: ` where ${column} >= ${least} or ${column} <= -${least}`, values: [] }
    }
    case 'repeated': {
      const repeated = `select ${column} from ${quoteName(table)} where ${column} is not null group by ${column} having count(*) > 1`
      return { sql: ` where ${column} in (${repeated})`, values: [] }
    }
  }
}
