import type { BanyanError } from '../../../core/errors.ts'
import { dataErrors } from '../../errors.ts'
import { badReference, exists, type Key, missing, referred as referredBy, versionConflict } from '../refusal.ts'
import type { Assertion, Commit, CommitResult, Row, Write } from '../store.ts'
import { whyNotUpdated } from '../update.ts'
import { adoptedRefusal } from './adoption/refusal.ts'
import { type Stored, stored } from './column.ts'
import type { Connection } from './connection.ts'
import { isServerFailure, mayRunAgain } from './errors.ts'
import { scanStatement } from './scan.ts'
import { shapeKey, shapeOf } from './shape.ts'
import type { Statement } from './statement.ts'
import { remembersDeleted, type Table } from './table.ts'
import type { Tables } from './tables.ts'
import { constraintRefusal, type Delete, type Insert, insertStatement, type Update, updateStatement } from './write.ts'

/** A row that is gone, and the write that caused it. */
interface Deleted extends Key {
  readonly cause: Key
}

/**
 * One commit in a transaction of its own, a step after the other: for what cannot share a statement, and to find out why a commit
 * was refused. Every row that it looks at stays locked until its end, so that what it found still holds then. Throws the first
 * refusal; whatever it throws, nothing was done.
 */
export async function runTransaction(connection: Connection, commit: Commit, tables: Tables): Promise<CommitResult> {
  const one = async (statement: Statement) => (await connection.run(statement)).rows[0]
  const of = (name: string) => tables.of(name)

  const rowOf = async (table: Table, id: string): Promise<Row | null> => {
    const text = `select ${table.selected('')} from ${table.from} where ${table.id.quoted} = $1::${table.id.cast} for update`
    const row = await one(sql(text, stored(table.id, id)))
    return row === undefined ? null : table.read(row)
  }
  const versionOf = async (name: string, id: string, lock: 'for share' | 'for key share' | ''): Promise<number> => {
    const table = of(name)
    const text = `select ${table.version('')} from ${table.from} where ${table.id.quoted} = $1::${table.id.cast} ${lock}`
    const row = await one(sql(text, stored(table.id, id)))
    return row === undefined ? 0 : Number(row[0])
  }
  const lastVersionOf = async (name: string, id: string): Promise<number> => {
    const row = await one(
      sql(
        `select version from _banyan_tombstones where resource = ${of(name).key} and id = $1`,
        stored(of(name).columnOf('id'), id),
      ),
    )
    return row === undefined ? 0 : Number(row[0])
  }

  const check = async (assertion: Assertion): Promise<void> => {
    if (assertion.kind === 'row') {
      const version = await versionOf(assertion.resource, assertion.id, 'for share')
      if (version !== assertion.version) throw versionConflict(assertion, version, assertion.version)
      return
    }
    const { scan, found } = assertion
    const table = of(scan.resource)
    const versionAt = table.indexOf('version')
    const statement = scanStatement(table, scan)
    const rows = statement === undefined ? [] : (await connection.run(statement)).rows
    const same =
      rows.length === found.length &&
      rows
        .map((row) => table.read(row))
        .every((row, at) => row[0] === found[at]![0] && row[versionAt] === found[at]![1])
    if (!same) throw dataErrors.STORE_SCAN_CONFLICT(`a list of ${scan.resource} has changed since it was read`)
  }

  const insert = async (write: Insert): Promise<void> => {
    const table = of(write.resource)
    if (table.isAdopted) return insertAdopted(table, write)
    const expected = write.row[table.indexOf('version')] as number
    // Generated ids are never used again, so there is nothing to look up for them.
    const checkVersion = async () => {
      const last = table.resource.ids === 'given' ? await lastVersionOf(write.resource, write.id) : 0
      if (expected !== last + 1) throw versionConflict(write, last, expected - 1)
    }
    if ((await versionOf(write.resource, write.id, '')) > 0) throw exists(write)
    await checkVersion()
    try {
      if ((await connection.run(insertStatement(table, write))).count === 0) throw exists(write)
    } catch (error) {
      throw constraintRefusal(table, write, error) ?? error
    }
    // Once more, because the insertion may have waited for somebody who was taking a row of this id away.
    if (table.resource.ids === 'given') await checkVersion()
  }

  const insertAdopted = async (table: Table, write: Insert): Promise<void> => {
    try {
      const row = await one(insertStatement(table, write))
      if (row === undefined) throw exists(write)
      made.set(write, table.read(row))
    } catch (error) {
      throw constraintRefusal(table, write, error) ?? error
    }
  }
  /** What adopted tables have made of what was written. */
  const made = new Map<Write, Row>()

  /** Many rows of one table by one statement; false, and nothing, where one of them is refused. */
  const insertAll = async (writes: readonly Insert[]): Promise<boolean> => {
    const members = writes.map((write): Commit => ({ kind: 'commit', writes: [write], assertions: [] }))
    if (members.some((member) => shapeKey(member, tables) === undefined)) return false
    const { text, bind, check: checkAll } = shapeOf(members[0]!, tables)
    return tried(async () => {
      const { count } = await connection.run({ text, values: bind(members) })
      if (checkAll !== undefined) await connection.run(checkAll(members))
      return count === writes.length
    })
  }

  /** What it does stays only if it says so. A refusal of the server is one too. */
  const tried = async (work: () => Promise<boolean>): Promise<boolean> => {
    await connection.run(sql('savepoint tried'))
    let isKept = false
    try {
      isKept = await work()
    } catch (error) {
      if (!isServerFailure(error) || mayRunAgain(error)) throw error
    }
    await connection.run(sql(isKept ? 'release savepoint tried' : 'rollback to savepoint tried'))
    return isKept
  }

  const update = async (write: Update): Promise<void> => {
    const table = of(write.resource)
    const statement = updateStatement(table, write)
    try {
      if (await changed(table, write, statement)) return
    } catch (error) {
      throw constraintRefusal(table, write, error) ?? error
    }
    const why = whyNotUpdated(table, write, await rowOf(table, write.id))
    if (why !== undefined) throw why
    // Somebody made it hold meanwhile, and it is locked now.
    await changed(table, write, statement)
  }
  const changed = async (table: Table, write: Update, statement: Statement): Promise<boolean> => {
    const { rows, count } = await connection.run(statement)
    if (table.isAdopted && rows.length > 0) made.set(write, table.read(rows[0]!))
    return count > 0
  }

  /** Also carries out cascades, whose \`cause\` is the write; every row that is taken away is noted in \`deleted\`. */
  const remove = async (write: Delete, deleted: Deleted[], cause: Key = write): Promise<void> => {
    const table = of(write.resource)
    const row = await rowOf(table, write.id)
    if (row === null) throw missing(write)
    const version = row[table.indexOf('version')] as number
    if (write.version !== undefined && write.version !== version) throw versionConflict(write, version, write.version)
    const { cast } = table.id
    const id = stored(table.id, write.id)
    for (const { from, field, onDelete } of tables.referrers(write.resource)) {
      if (onDelete === 'restrict') continue // Looked at when all writes are made.
      const others = of(from)
      const { quoted } = others.columnOf(field)
      const where = `${quoted} = $1::${cast}`
      if (onDelete === 'setNull') {
        const text = `update ${others.name} set ${quoted} = null, "updatedAt" = $2::timestamptz, "version" = "version" + 1 where ${where}`
        await connection.run(sql(text, id, write.deletedAt))
      } else {
        const { rows } = await connection.run(sql(`select "id" from ${others.name} where ${where} for update`, id))
        for (const [other] of rows as [string][]) {
          const otherId = others.columnOf('id').decode?.(other) ?? other
          // A cycle of cascades comes back to rows that are gone already, and to this one.
          const isOpen = from === write.resource && otherId === write.id
          if (isOpen || pending.has(`${from}/${otherId}`)) continue
          if ((await versionOf(from, otherId as string, '')) === 0) continue
          pending.add(`${write.resource}/${write.id}`)
          await remove(
            { kind: 'delete', resource: from, id: otherId as string, deletedAt: write.deletedAt },
            deleted,
            cause,
          )
        }
      }
    }
    await connection.run(sql(`delete from ${table.name} where ${table.id.quoted} = $1::${cast}`, id))
    if (remembersDeleted(table)) {
      // What cascades came back to this row may have counted its version up.
      await connection.run(
        sql(
          `insert into _banyan_tombstones (resource, id, version) values (${table.key}, $1, $2) on conflict (resource, id) do update set version = excluded.version`,
          id,
          String(version),
        ),
      )
    }
    deleted.push({ resource: write.resource, id: write.id, cause })
  }
  const pending = new Set<string>()

  /** Of the state after all writes: what they refer to is there, and nothing refers to what is gone. */
  const checkReferences = async (deleted: readonly Deleted[]): Promise<void> => {
    for (const write of commit.writes) {
      if (write.kind === 'delete') continue
      const table = of(write.resource)
      for (const { field, target } of tables.references(write.resource)) {
        const value = write.kind === 'insert' ? write.row[table.indexOf(field)] : write.set[field]
        if (value === null || value === undefined) continue
        if ((await versionOf(target, value as string, 'for key share')) > 0) continue
        if (deleted.length > 0) {
          // A deletion of the same commit may have taken the row away again, or set the reference to null.
          const row = await rowOf(table, write.id)
          if (row === null || row[table.indexOf(field)] === null) continue
        }
        throw badReference(write, field, target)
      }
    }
    for (const { resource, id, cause } of deleted) {
      if ((await versionOf(resource, id, '')) > 0) continue // Made anew by the same commit.
      const { cast } = of(resource).columnOf('id')
      for (const { from, field } of tables.referrers(resource)) {
        const text = `select 1 from ${of(from).name} where ${of(from).columnOf(field).quoted} = $1::${cast} limit 1`
        if ((await one(sql(text, stored(of(resource).columnOf('id'), id)))) !== undefined)
          throw referredBy({ resource, id }, `${from}.${field}`, cause)
      }
    }
  }

  /** The server looks at all references at once; which one is broken is found out only where it says that one is. */
  const holdReferences = async (deleted: readonly Deleted[]): Promise<void> => {
    const areHeld = await tried(async () => {
      await connection.run(sql('set constraints all immediate'))
      return true
    })
    if (areHeld) return
    await connection.run(sql('set constraints all deferred'))
    await checkReferences(deleted)
    await connection.run(sql('set constraints all immediate'))
  }

  const deleted: Deleted[] = []
  await connection.run(sql('begin'))
  try {
    await connection.run(sql('set constraints all deferred'))
    for (const { name, mode } of locksOf(commit, tables))
      await connection.run(sql(`lock table ${of(name).name} in ${mode} mode`))
    for (const assertion of commit.assertions) await check(assertion)
    for (const run of runsOf(commit.writes)) {
      if (run.length > 1 && (await insertAll(run as readonly Insert[]))) continue
      for (const write of run) {
        if (write.kind === 'insert') await insert(write)
        else if (write.kind === 'update') await update(write)
        else await remove(write, deleted)
      }
    }
    await holdReferences(deleted)
  } catch (error) {
    await connection.run(sql('rollback')).catch(() => {}) // Whoever lost the connection has rolled back.
    throw adoptedRefusal(error, commit, tables) ?? error
  }
  try {
    await connection.run(sql('commit'))
  } catch (cause) {
    throw unknownOutcome(cause)
  }
  return made.size === 0 ? committed : { committed: true, rows: commit.writes.map((write) => made.get(write) ?? null) }
}

const committed: CommitResult = { committed: true }

/**
 * The locks of tables, in one order, so that no two commits wait for each other. Nobody else may write a table of which a list, or
 * the absence of a row, is asserted: no lock of rows keeps others from adding to it. The others are those that it may write.
 */
function locksOf(
  { writes, assertions }: Commit,
  tables: Tables,
): readonly { readonly name: string; readonly mode: string }[] {
  const whole = assertions.flatMap((assertion) => {
    if (assertion.kind === 'scan') return [assertion.scan.resource]
    return assertion.version === 0 ? [assertion.resource] : []
  })
  const modes = new Map(whole.map((name) => [name, 'share row exclusive']))
  const add = (name: string) => {
    if (!modes.has(name)) modes.set(name, 'row exclusive')
  }
  const followed = new Set<string>()
  const follow = (name: string) => {
    if (followed.has(name)) return
    followed.add(name)
    for (const { from, onDelete } of tables.referrers(name)) {
      if (onDelete === 'restrict') continue
      add(from)
      if (onDelete === 'cascade') follow(from)
    }
  }
  for (const { kind, resource } of writes) {
    add(resource)
    if (kind === 'delete') follow(resource)
  }
  return [...modes].map(([name, mode]) => ({ name, mode })).toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

/** Writes in their order; inserts of one table that follow one another stand together. */
function runsOf(writes: readonly Write[]): readonly (readonly Write[])[] {
  const runs: Write[][] = []
  for (const write of writes) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (write.kind === 'insert' && last?.kind === 'insert' && last.resource === write.resource) run!.push(write)
    else runs.push([write])
  }
  return runs
}

function sql(text: string, ...values: Stored[]): Statement {
  return { text, values }
}

export function unknownOutcome(cause: unknown): BanyanError {
  return dataErrors.STORE_COMMIT_UNKNOWN('the connection was lost in the middle of the commit', { cause })
}
