import { swapsOf } from '../../../migration/after.ts'
import { migrationErrors } from '../../../migration/errors.ts'
import { followersAround } from '../../../migration/followers.ts'
import type { Step } from '../../../migration/step.ts'
import {
  columnNamed,
  type Derived,
  type StoredColumn,
  type StoredModel,
  type StoredTable,
  tableNamed,
} from '../../../migration/stored.ts'
import { sortedCharactersMax } from '../column.ts'
import type { Connection } from '../connection.ts'
import { isServerFailure, tooLongValue } from '../errors.ts'
import { literal, quoteName } from '../name.ts'
import { wordsTable } from '../table.ts'
import { hasWords } from './derived.ts'
import { createFollower, dropFollower } from './follower.ts'
import {
  codeIn,
  columnDefinition,
  defaultOf,
  digestColumn,
  digestDefinition,
  indexesOn,
  indexForm,
  unsortedOf,
} from './form.ts'
import { structureOf, tableComment } from './structure.ts'

/** Brings the tables of a database to what steps ask for. */
export interface Builder {
  /**
   * Does what a step asks of them. Each statement is a commit of its own here, so what was cut off is done again: every part of it
   * looks for what is there already.
   */
  build(step: Step, before: StoredModel, result: StoredModel): Promise<void>
  /** Gives columns the form that they have by the other model, and their indexes with them. */
  reform(before: StoredModel, after: StoredModel): Promise<void>
}

/** What of a step is rows, and is committed with the model that it leaves. */
export function rowStatements(step: Step): readonly string[] {
  switch (step.kind) {
    case 'dropTable':
      return [`delete from _banyan_tombstones where resource = ${literal(step.table)}`]
    case 'renameTable':
      return [renamedTombstones(step.table, step.to)]
    case 'setAsideTable':
      return [renamedTombstones(step.table, step.aside)]
    default:
      return []
  }
}

function renamedTombstones(from: string, to: string): string {
  return `update _banyan_tombstones set resource = ${literal(to)} where resource = ${literal(from)}`
}

/** `onShortened` is told of lists whose order an index does not keep. */
export function builderOn(
  connection: Connection,
  onShortened: (index: string, columns: readonly string[]) => void,
): Builder {
  const structure = structureOf(connection)
  const execute = async (...texts: readonly string[]): Promise<void> => {
    for (const text of texts) await connection.run({ text, values: [] })
  }
  const tableEnd = `engine = InnoDB default charset = utf8mb4 collate = ${connection.dialect.collation} comment = ${literal(tableComment)}`
  /** Several changes of one table are one statement, which is done or not done. */
  const alter = async (table: string, changes: readonly string[]): Promise<void> => {
    if (changes.length > 0) await execute(`alter table ${quoteName(table)} ${changes.join(', ')}`)
  }

  const createTable = async (name: string, definitions: readonly string[]): Promise<void> => {
    const found = await structure.table(name)
    if (found === 'other')
      throw migrationErrors.SCHEMA_REFUSED(
        `there is a table ${name} that this app has not made: give the app a database of its own`,
      )
    // What nobody remembers was cut off before anything was in it.
    if (found === 'own') await execute(`drop table ${quoteName(name)}`)
    await execute(`create table ${quoteName(name)} (${definitions.join(', ')}) ${tableEnd}`)
  }

  const dropTable = (name: string) => execute(`drop table if exists ${quoteName(name)}`)

  const renameTable = async (from: string, to: string): Promise<void> => {
    const pairs = [
      [from, to],
      [wordsTable(from), wordsTable(to)],
    ] as const
    const renames: string[] = []
    for (const [old, now] of pairs)
      if ((await structure.table(old)) === 'own' && (await structure.table(now)) === 'none')
        renames.push(`${quoteName(old)} to ${quoteName(now)}`)
    if (renames.length > 0) await execute(`rename table ${renames.join(', ')}`)
  }

  /** One after the other would leave others without the column in between. */
  const renameColumns = async (table: string, renames: readonly (readonly [from: string, to: string])[]) => {
    const [first] = renames
    if (first === undefined) return
    const [from, to] = first
    // The first name is given up and the last one taken, unless all of it is done.
    const isDone =
      !(await structure.hasColumn(table, from)) || (renames.length > 1 && (await structure.hasColumn(table, to)))
    if (isDone) return
    const changes: string[] = []
    for (const [old, now] of renames) {
      changes.push(`rename column ${quoteName(old)} to ${quoteName(now)}`)
      if (await structure.hasColumn(table, digestColumn(old)))
        changes.push(`rename column ${quoteName(digestColumn(old))} to ${quoteName(digestColumn(now))}`)
    }
    await alter(table, changes)
  }

  const dropColumn = async (table: StoredTable, column: string): Promise<void> => {
    for (const derived of table.derived)
      if (hasWords(derived) && derived.columns.includes(column)) await dropTable(wordsTable(table.name))
    const changes: string[] = []
    for (const index of indexesOn(table, column))
      if (await structure.hasIndex(table.name, index)) changes.push(`drop index ${quoteName(index)}`)
    for (const each of [digestColumn(column), column])
      if (await structure.hasColumn(table.name, each)) changes.push(`drop column ${quoteName(each)}`)
    await alter(table.name, changes)
  }

  const addColumn = async (table: string, column: StoredColumn, definition: string): Promise<void> => {
    if (await structure.hasColumn(table, column.name)) await alter(table, [`drop column ${quoteName(column.name)}`])
    await alter(table, [`add column ${definition}`])
  }

  const createIndex = async (model: StoredModel, table: StoredTable, index: StoredTable['indexes'][number]) => {
    const { definition, digest, shortened } = indexForm(model, table, index)
    await dropIndex(table.name, index.name)
    if (digest !== undefined && !(await structure.hasColumn(table.name, digest)))
      await alter(table.name, [`add column ${digestDefinition(index.columns[0]!)}`])
    await alter(table.name, [`add ${definition}`])
    if (shortened.length > 0 && !index.name.startsWith('_banyan reference')) onShortened(index.name, shortened)
  }

  const dropIndex = async (table: string, name: string): Promise<void> => {
    if (await structure.hasIndex(table, name)) await alter(table, [`drop index ${quoteName(name)}`])
  }

  const dropDerived = async (table: string, derived: Derived): Promise<void> => {
    if (hasWords(derived)) await dropTable(wordsTable(table))
    else await dropIndex(table, derived.name)
  }

  const own = async (step: Step, before: StoredModel, result: StoredModel): Promise<void> => {
    switch (step.kind) {
      case 'createTable': {
        const { name, columns } = step.table
        const definitions = columns.map((column) => columnDefinition(column, defaultOf(column), result))
        return createTable(name, [...definitions, '"slot" smallint not null', 'primary key ("id")'])
      }
      case 'setAsideTable':
        for (const derived of tableNamed(before, step.table).derived) await dropDerived(step.table, derived)
        return renameTable(step.table, step.aside)
      case 'renameTable':
        return step.table === step.to ? undefined : renameTable(step.table, step.to)
      case 'dropTable':
        await dropTable(wordsTable(step.table))
        return dropTable(step.table)
      case 'addColumn':
        return addColumn(step.table, step.column, columnDefinition(step.column, step.default, result))
      case 'setAsideColumn':
        return renameColumns(step.table, [[step.column, step.aside]])
      case 'renameColumn':
        return step.column === step.to ? undefined : renameColumns(step.table, [[step.column, step.to]])
      case 'dropColumn':
        return dropColumn(tableNamed(before, step.table), step.column)
      case 'fill': {
        const columns = step.targets.map(({ column }) => column)
        const swaps = swapsOf(tableNamed(before, step.table), columns)
        return renameColumns(
          step.table,
          swaps.flatMap(({ column, name, old }) => [
            ...(old === undefined ? [] : [[old.column, old.aside] as const]),
            ...(column === name ? [] : [[column, name] as const]),
          ]),
        )
      }
      case 'createIndex': {
        const table = tableNamed(before, step.table)
        const unsorted = step.index.isUnique ? undefined : unsortedOf(table, step.index)
        if (unsorted !== undefined)
          throw migrationErrors.SCHEMA_REFUSED(
            `${step.index.name}: the server cannot sort texts as long as ${unsorted} may be: give it a maxLength of at most ${sortedCharactersMax}`,
          )
        return createIndex(before, table, step.index)
      }
      case 'dropIndex': {
        const { columns, isUnique } = tableNamed(before, step.table).indexes.find(({ name }) => name === step.index)!
        await dropIndex(step.table, step.index)
        const digest = digestColumn(columns[0]!)
        if (isUnique && (await structure.hasColumn(step.table, digest)))
          await alter(step.table, [`drop column ${quoteName(digest)}`])
        return
      }
      case 'makeDerived': {
        const { table, derived } = step
        if (!hasWords(derived)) return createIndex(before, tableNamed(before, table), { ...derived, isUnique: false })
        const id = codeIn(before, columnNamed(tableNamed(before, table), 'id'))
        return createTable(wordsTable(table), [
          '"word" varchar(64) not null',
          '"closeness" integer not null',
          `"id" ${id.type} not null`,
          '"isOther" boolean not null',
          'primary key ("word", "closeness", "id")',
          'index "of row" ("id")',
        ])
      }
      case 'dropDerived':
        return dropDerived(step.table, step.derived)
      case 'beginLoad':
      case 'endLoad':
      case 'nameTable':
      case 'leaveTable':
      case 'nameColumn':
      case 'leaveColumn':
      case 'follow':
      case 'unfollow':
        return
    }
  }

  const reform = async (before: StoredModel, after: StoredModel): Promise<void> => {
    for (const table of after) {
      const was = before.find(({ name }) => name === table.name)
      if (was === undefined) continue
      const changed = table.columns.filter((column) => {
        const old = was.columns.find(({ name }) => name === column.name)
        return old !== undefined && codeIn(before, old).type !== codeIn(after, column).type
      })
      if (changed.length === 0) continue
      const modifications = changed.map(
        (column) => `modify column ${columnDefinition(column, defaultOf(column), after)}`,
      )
      const drops: string[] = []
      const adds: string[] = []
      for (const index of table.indexes) {
        if (!(await structure.hasIndex(table.name, index.name))) continue
        const { definition, digest } = indexForm(after, table, index)
        const old = was.indexes.find(({ name }) => name === index.name)
        if (old !== undefined && indexForm(before, was, old).definition === definition) continue
        drops.push(`drop index ${quoteName(index.name)}`)
        if (digest !== undefined && !(await structure.hasColumn(table.name, digest)))
          await alter(table.name, [`add column ${digestDefinition(index.columns[0]!)}`])
        adds.push(`add ${definition}`)
      }
      try {
        await alter(table.name, [...drops, ...modifications, ...adds])
      } catch (error) {
        // Values that are longer than new ones may be keep their room.
        if (!isServerFailure(error) || error.errno !== tooLongValue) throw error
      }
    }
  }

  return {
    async build(step, before, result) {
      const { removed, made } = followersAround(step, before, result)
      await execute(...removed.map(({ table, follow }) => dropFollower(table, follow.target)))
      await own(step, before, result)
      await reform(before, result)
      for (const { table, follow } of made)
        await execute(dropFollower(table, follow.target), createFollower(table, follow))
    },
    reform,
  }
}
