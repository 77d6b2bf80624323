import type { DatabaseSync } from 'node:sqlite'
import type { Explanation } from '../store.ts'
import type { Stored } from './column.ts'

/** A statement and what is bound to it. */
export interface Compiled {
  readonly sql: string
  readonly values: readonly Stored[]
}

/** Statements that follow one another, with SQLite's own plan of each. What differs in its values only is told once. */
export function explained(database: DatabaseSync, statements: readonly Compiled[]): Explanation {
  const different = [...new Map(statements.map((statement) => [statement.sql, statement])).values()]
  return {
    statement: different.map(({ sql }) => sql).join(';\n'),
    plan: different.flatMap(({ sql, values }) =>
      database
        .prepare(`explain query plan ${sql}`)
        .all(...(values as never[]))
        .map((line) => String(line.detail)),
    ),
  }
}
