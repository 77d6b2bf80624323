import { swapsOf } from './after.ts'
import type { Condition, Step } from './step.ts'
import { type StoredModel, tableNamed } from './stored.ts'

/** What rows are asked while a plan is made. */
export interface Facts {
  /** How many rows of a table meet a condition. */
  count(table: string, condition: Condition): Promise<number>
  /** Ids of some of them. */
  examples(table: string, condition: Condition): Promise<readonly string[]>
}

/** Facts in the names that tables and columns will have once the steps of a plan are done: `take` tells of each. */
export function plannedFacts(facts: Facts): Facts & { take(step: Step, before: StoredModel): void } {
  // A name that is not in here is what it is called now; null is not there yet.
  const tables = new Map<string, string | null>()
  const columns = new Map<string, string | null>()
  const columnAt = (table: string, column: string) => {
    const key = `${table}\n${column}`
    return columns.has(key) ? columns.get(key)! : column
  }
  const tableAt = (table: string) => (tables.has(table) ? tables.get(table)! : table)
  const renameColumn = (table: string, from: string, to: string) => {
    columns.set(`${table}\n${to}`, columnAt(table, from))
  }
  const renameTable = ({ name, columns: all }: { name: string; columns: readonly { name: string }[] }, to: string) => {
    for (const column of all) columns.set(`${to}\n${column.name}`, columnAt(name, column.name))
    tables.set(to, tableAt(name))
  }
  const now = (table: string, condition: Condition): { table: string; condition: Condition } | number => {
    const at = tableAt(table)
    if (at === null) return 0
    if (condition.kind === 'any') return { table: at, condition }
    const column = columnAt(table, condition.column)
    if (column !== null) return { table: at, condition: { ...condition, column } }
    return condition.kind === 'null' ? { table: at, condition: { kind: 'any' } } : 0
  }
  // Nothing changes while a plan is made, and with many rows each question takes long.
  const counts = new Map<string, Promise<number>>()
  return {
    async count(table, condition) {
      const asked = now(table, condition)
      if (typeof asked === 'number') return asked
      const key = JSON.stringify(asked)
      const count = counts.get(key) ?? facts.count(asked.table, asked.condition)
      counts.set(key, count)
      return count
    },
    async examples(table, condition) {
      const asked = now(table, condition)
      return typeof asked === 'number' ? [] : facts.examples(asked.table, asked.condition)
    },
    take(step, before) {
      switch (step.kind) {
        case 'createTable':
          tables.set(step.table.name, null)
          break
        case 'setAsideTable':
          renameTable(tableNamed(before, step.table), step.aside)
          break
        case 'renameTable':
          renameTable(tableNamed(before, step.table), step.to)
          break
        case 'addColumn':
          columns.set(`${step.table}\n${step.column.name}`, null)
          break
        case 'setAsideColumn':
          renameColumn(step.table, step.column, step.aside)
          break
        case 'renameColumn':
          renameColumn(step.table, step.column, step.to)
          break
        case 'fill':
          for (const { column, name, old } of swapsOf(
            tableNamed(before, step.table),
            step.targets.map((target) => target.column),
          )) {
            if (old !== undefined) renameColumn(step.table, old.column, old.aside)
            renameColumn(step.table, column, name)
          }
          break
        case 'nameTable':
        case 'leaveTable':
        case 'dropTable':
        case 'nameColumn':
        case 'leaveColumn':
        case 'dropColumn':
        case 'createIndex':
        case 'dropIndex':
        case 'beginLoad':
        case 'endLoad':
        case 'makeDerived':
        case 'dropDerived':
        case 'follow':
        case 'unfollow':
          break
      }
    },
  }
}
