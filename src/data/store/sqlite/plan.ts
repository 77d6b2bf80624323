import type { DatabaseSync } from 'node:sqlite'
import type { Excess, Explanation } from '../store.ts'
import type { Stored } from './column.ts'

/** A statement and what is bound to it. */
export interface Compiled {
  readonly sql: string
  readonly values: readonly Stored[]
  /** How many members of an index it compares with something, all of which are to be answered by seeking; without it none. */
  readonly comparisons?: number
}

/** Statements that follow one another, with SQLite's own plan of each. What differs in its values only is told once. */
export function explained(database: DatabaseSync, statements: readonly Compiled[]): Explanation {
  const different = [...new Map(statements.map((statement) => [statement.sql, statement])).values()]
  const plans = different.map((compiled) => ({
    plan: planOf(database, compiled),
    comparisons: compiled.comparisons ?? 0,
  }))
  return {
    statement: different.map(({ sql }) => sql).join(';\n'),
    plan: plans.flatMap(({ plan }) => plan),
    excess: [...new Set(plans.flatMap(({ plan, comparisons }) => excessOf(plan, comparisons)))],
  }
}

export function planOf(database: DatabaseSync, { sql, values }: Compiled): readonly string[] {
  const rows = database.prepare(`explain query plan ${sql}`).all(...(values as never[]))
  return rows.map((line) => String(line.detail))
}

/**
 * What a plan reads in vain. It names each comparison that is answered by seeking, as in `SEARCH flights USING INDEX
 * flights(origin,departsAt) (origin=? AND departsAt>?)`; any other is made row by row, and how many rows that are only the data
 * tell. A scan without comparisons reads one page in the order of the index.
 */
export function excessOf(plan: readonly string[], comparisons: number): readonly Excess[] {
  const sought = plan.join().split('?').length - 1
  const isRead = sought < comparisons
  return [
    ...(isRead ? [plan.some((line) => line.startsWith('SCAN')) ? ('scan' as const) : ('filter' as const)] : []),
    ...(plan.some((line) => line.includes('TEMP B-TREE')) ? (['sort'] as const) : []),
  ]
}
