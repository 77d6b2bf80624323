import type { BanyanError } from '../../../core/errors.ts'
import { dataErrors } from '../../errors.ts'
import { badReference, exists, type Key, missing, referred as referredBy, versionConflict } from '../refusal.ts'
import type { Assertion, Commit, Row, Write } from '../store.ts'
import { whyNotUpdated } from '../update.ts'
import { stored } from './column.ts'
import type { Connection, Result } from './connection.ts'
import { isServerFailure, mayRunAgain } from './errors.ts'
import { scanStatement } from './scan.ts'
import { fits, type Statement } from './statement.ts'
import type { Table, Tables } from './table.ts'
import { changedRow, lastVersions, versionIn } from './together.ts'
import { deleteWords, holdsWordsOf, insertWords } from './words.ts'
import {
  buryStatement,
  changeOf,
  constraintRefusal,
  type Delete,
  deleteStatement,
  type Insert,
  idsIn,
  insertStatement,
  type Update,
  updateStatement,
} from './write.ts'

/** A row that is gone, and the write that caused it. */
interface Deleted extends Key {
  readonly cause: Key
}

/**
 * One commit in a transaction of its own, a step after the other: for what cannot share one, and to find out why a commit was
 * refused. Every row that it looks at stays locked until its end, so that what it found still holds then; so does the place where
 * a row is not, if that or a list is asserted. Throws the first refusal; whatever it throws, nothing was done.
 */
export async function runTransaction(connection: Connection, commit: Commit, tables: Tables): Promise<Result> {
  const { dialect } = connection
  const run = (text: string, ...values: Statement['values']) => connection.run({ text, values })
  const one = async (statement: Statement) => (await connection.run(statement)).rows[0]
  const of = (name: string) => tables.of(name)

  const locked = async (table: Table, id: string): Promise<Row | null> => {
    const { text, values } = idsIn(table, [id])
    const row = await one({ text: `select ${table.selected} from ${table.name} where ${text} for update`, values })
    return row === undefined ? null : table.read(row)
  }
  const versionOf = async (name: string, id: string): Promise<number> => {
    const table = of(name)
    const { text, values } = idsIn(table, [id])
    const row = await one({
      text: `select "version" from ${table.name} where ${text} ${isWritten({ resource: name, id }) ? 'for update' : dialect.forShare}`,
      values,
    })
    return row === undefined ? 0 : Number(row[0])
  }
  // Whoever reads a row before writing it would otherwise wait for the others who do.
  const isWritten = (key: Key) => commit.writes.some(({ resource, id }) => resource === key.resource && id === key.id)

  const check = async (assertion: Assertion): Promise<void> => {
    if (assertion.kind === 'row') {
      const version = await versionOf(assertion.resource, assertion.id)
      if (version !== assertion.version) throw versionConflict(assertion, version, assertion.version)
      return
    }
    const { scan, found } = assertion
    const table = of(scan.resource)
    const { rows } = await connection.run(scanStatement(table, scan, dialect.forShare))
    const same =
      rows.length === found.length &&
      rows
        .map((row) => table.read(row))
        .every((row, at) => row[0] === found[at]![0] && versionIn(table, row) === found[at]![1])
    if (!same) throw dataErrors.STORE_SCAN_CONFLICT(`a list of ${scan.resource} has changed since it was read`)
  }

  const insert = async (write: Insert): Promise<void> => {
    const table = of(write.resource)
    const expected = versionIn(table, write.row)
    // Generated ids are never used again, so there is nothing to look up for them.
    const checkVersion = async () => {
      const isGiven = table.resource.ids === 'given'
      const last = isGiven ? ((await lastVersions(connection, table, [write.id])).get(write.id) ?? 0) : 0
      if (expected !== last + 1) throw versionConflict(write, last, expected - 1)
    }
    if ((await versionOf(write.resource, write.id)) > 0) throw exists(write)
    await checkVersion()
    try {
      await connection.run(insertStatement(table, [write]))
    } catch (error) {
      throw constraintRefusal(table, write, error) ?? error
    }
    // Once more, because the insertion may have waited for somebody who was taking a row of this id away.
    if (table.resource.ids === 'given') await checkVersion()
    await enterWords(table, [write.row])
  }

  /** Many rows of one table by one statement; false, and nothing, where one of them is refused. */
  const insertAll = async (writes: readonly Insert[]): Promise<boolean> => {
    const table = of(writes[0]!.resource)
    const isNew = writes.every(({ row }) => versionIn(table, row) === 1)
    const statement = insertStatement(table, writes)
    if (table.resource.ids === 'given' || !isNew || !fits(statement)) return false
    try {
      // A statement that is refused did nothing.
      await connection.run(statement)
    } catch (error) {
      if (!isServerFailure(error) || mayRunAgain(error)) throw error
      return false
    }
    await enterWords(
      table,
      writes.map(({ row }) => row),
    )
    return true
  }

  const enterWords = async (table: Table, rows: readonly Row[]): Promise<void> => {
    if (table.resource.search.length === 0) return
    for (const statement of insertWords(table, rows)) await connection.run(statement)
  }

  const update = async (write: Update): Promise<void> => {
    const table = of(write.resource)
    const row = await locked(table, write.id)
    const why = whyNotUpdated(table, write, row)
    if (why !== undefined) throw why
    try {
      await connection.run(updateStatement(table, [changeOf(table, write, row!)]))
    } catch (error) {
      throw constraintRefusal(table, write, error) ?? error
    }
    if (!holdsWordsOf(table, Object.keys(write.set))) return
    await connection.run(deleteWords(table, [write.id]))
    await enterWords(table, [changedRow(table, row!, write)])
  }

  /** Also carries out cascades, whose `cause` is the write; every row that is taken away is noted in `deleted`. */
  const remove = async (write: Delete, deleted: Deleted[], cause: Key = write): Promise<void> => {
    const table = of(write.resource)
    const row = await locked(table, write.id)
    if (row === null) throw missing(write)
    const version = versionIn(table, row)
    if (write.version !== undefined && write.version !== version) throw versionConflict(write, version, write.version)
    await connection.run(deleteStatement(table, [write.id]))
    if (table.resource.ids === 'given') await connection.run(buryStatement(table, [[write.id, version]]))
    if (table.resource.search.length > 0) await connection.run(deleteWords(table, [write.id]))
    deleted.push({ resource: write.resource, id: write.id, cause })
    for (const { from, field, onDelete } of tables.referrers(write.resource)) {
      if (onDelete === 'restrict') continue // Looked at when all writes are made.
      const others = of(from)
      const { quoted } = others.columnOf(field)
      const id = stored(table.columnOf('id'), write.id)
      if (onDelete === 'setNull') {
        const updatedAt = stored(others.columnOf('updatedAt'), write.deletedAt)
        await run(
          `update ${others.name} set ${quoted} = null, "updatedAt" = ?, "version" = "version" + 1 where ${quoted} = ?`,
          updatedAt,
          id,
        )
      } else {
        const { rows } = await run(`select "id" from ${others.name} where ${quoted} = ? order by "id" for update`, id)
        for (const [found] of rows) {
          const other = others.idOf(found)
          // A cycle of cascades comes back to rows that are gone already.
          if ((await versionOf(from, other)) === 0) continue
          await remove({ kind: 'delete', resource: from, id: other, deletedAt: write.deletedAt }, deleted, cause)
        }
      }
    }
  }

  /** Of the state after all writes: what they refer to is there, and nothing refers to what is gone. */
  const checkReferences = async (deleted: readonly Deleted[]): Promise<void> => {
    const isThere = await targets()
    for (const write of commit.writes) {
      if (write.kind === 'delete') continue
      const table = of(write.resource)
      for (const { field, target } of tables.references(write.resource)) {
        const value = write.kind === 'insert' ? write.row[table.indexOf(field)] : write.set[field]
        if (value === null || value === undefined || isThere(target, value as string)) continue
        if (deleted.length > 0) {
          // A deletion of the same commit may have taken the row away again, or set the reference to null.
          const row = await locked(table, write.id)
          if (row === null || row[table.indexOf(field)] === null) continue
        }
        throw badReference(write, field, target)
      }
    }
    for (const { resource, id, cause } of deleted) {
      if ((await versionOf(resource, id)) > 0) continue // Made anew by the same commit.
      for (const { from, field } of tables.referrers(resource)) {
        const others = of(from)
        const { rows } = await run(
          `select 1 from ${others.name} where ${others.columnOf(field).quoted} = ? limit 1 ${dialect.forShare}`,
          stored(of(resource).columnOf('id'), id),
        )
        if (rows.length > 0) throw referredBy({ resource, id }, `${from}.${field}`, cause)
      }
    }
  }

  /** Which of the rows that writes refer to are there. They stay: who takes one away would have to lock it first. */
  const targets = async (): Promise<(target: string, id: string) => boolean> => {
    const asked = new Map<string, Set<string>>()
    for (const write of commit.writes) {
      if (write.kind === 'delete') continue
      const table = of(write.resource)
      for (const { field, target } of tables.references(write.resource)) {
        const value = write.kind === 'insert' ? write.row[table.indexOf(field)] : write.set[field]
        if (value === null || value === undefined) continue
        asked.set(target, (asked.get(target) ?? new Set()).add(value as string))
      }
    }
    const there = new Set<string>()
    for (const [name, ids] of [...asked].sort(([left], [right]) => (left < right ? -1 : 1))) {
      const { text, values } = idsIn(of(name), [...ids])
      const { rows } = await connection.run({
        text: `select "id" from ${of(name).name} where ${text} ${dialect.forShare}`,
        values,
      })
      for (const [id] of rows) there.add(`${name}/${of(name).idOf(id)}`)
    }
    return (target, id) => there.has(`${target}/${id}`)
  }

  const deleted: Deleted[] = []
  // Only then places where no row is are locked too, which others would wait for.
  if (commit.assertions.some((one) => one.kind === 'scan' || one.version === 0))
    await run('set transaction isolation level repeatable read')
  await run('begin')
  try {
    for (const assertion of commit.assertions) await check(assertion)
    for (const part of runsOf(commit.writes)) {
      if (part.length > 1 && (await insertAll(part as readonly Insert[]))) continue
      for (const write of part) {
        if (write.kind === 'insert') await insert(write)
        else if (write.kind === 'update') await update(write)
        else await remove(write, deleted)
      }
    }
    await checkReferences(deleted)
  } catch (error) {
    await run('rollback').catch(() => {}) // Whoever lost the connection has rolled back.
    throw error
  }
  try {
    return await run('commit')
  } catch (cause) {
    throw unknownOutcome(cause)
  }
}

/** Writes in their order; inserts of one table that follow one another stand together, as many as one statement may have. */
function runsOf(writes: readonly Write[]): readonly (readonly Write[])[] {
  const runs: Write[][] = []
  for (const write of writes) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    const isNext = write.kind === 'insert' && last?.kind === 'insert' && last.resource === write.resource
    if (isNext && run!.length < runMax) run!.push(write)
    else runs.push([write])
  }
  return runs
}

const runMax = 500

export function unknownOutcome(cause: unknown): BanyanError {
  return dataErrors.STORE_COMMIT_UNKNOWN('the connection was lost in the middle of the commit', { cause })
}
