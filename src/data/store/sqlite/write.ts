import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { FieldDeclaration } from '../../../app/field.ts'
import type { ResourceManifest } from '../../../app/manifest.ts'
import { assert, type BanyanError } from '../../../core/errors.ts'
import { guardHolds, guardRefusal, limitsOf } from '../guard.ts'
import {
  badReference,
  beyondLimit,
  exists,
  type Key,
  missing,
  notUnique,
  referred as referredBy,
  versionConflict,
} from '../refusal.ts'
import type { Commit, Write } from '../store.ts'
import type { Stored } from './column.ts'
import { quoteName } from './column.ts'
import { constraintPrimaryKey, constraintUnique, isSqliteFailure } from './errors.ts'
import type { Compiled } from './plan.ts'
import type { TableStatements } from './table.ts'

type Update = Extract<Write, { kind: 'update' }>
type Insert = Extract<Write, { kind: 'insert' }>
type Delete = Extract<Write, { kind: 'delete' }>

/** A row that is gone, and the write that caused it. */
interface Deleted extends Key {
  readonly cause: Key
}

interface Reference {
  readonly from: ResourceManifest
  readonly field: string
  readonly onDelete: 'restrict' | 'cascade' | 'setNull'
}

/** The writes of all tables. Each throws the portable error; what it then leaves behind is the caller's to undo. */
export function tableWrites(
  database: DatabaseSync,
  resources: readonly ResourceManifest[],
  tableOf: (name: string) => TableStatements,
) {
  const referrers = new Map<string, Reference[]>(resources.map(({ name }) => [name, []]))
  const references = new Map<string, { readonly name: string; readonly target: string; readonly at: number }[]>()
  for (const from of resources) {
    const own: { name: string; target: string; at: number }[] = []
    from.columns.forEach(({ name, field }, at) => {
      if (field.kind !== 'ref') return
      own.push({ name, target: field.target, at })
      referrers.get(field.target)?.push({ from, field: name, onDelete: field.onDelete })
    })
    references.set(from.name, own)
  }
  const bury = database.prepare(
    'insert into _banyan_tombstones (resource, id, version) values (?, ?, ?) on conflict (resource, id) do update set version = excluded.version',
  )

  const insertSql = new Map(
    resources.map((resource) => {
      const { table, columns } = tableOf(resource.name)
      const names = ['"slot"', ...columns.map(({ quoted }) => quoted)]
      return [
        resource.name,
        `insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`,
      ] as const
    }),
  )
  const inserts = new Map<string, StatementSync>([...insertSql].map(([name, sql]) => [name, database.prepare(sql)]))

  const insert = (write: Insert): void => {
    const table = tableOf(write.resource)
    // Generated ids are never used again, so there is nothing to look up for them.
    const last = table.resource.ids === 'given' ? table.lastVersionOf(write.id) : 0
    const version = write.row[table.indexOf('version')] as number
    if (version !== last + 1) {
      if (table.versionOf(write.id) > 0) throw exists(write)
      throw versionConflict(write, last, version - 1)
    }
    const values: Stored[] = [write.slot]
    const { columns } = table
    for (let at = 0; at < columns.length; at++) values.push(columns[at]!.encode(write.row[at]!))
    try {
      inserts.get(write.resource)!.run(...(values as never[]))
    } catch (error) {
      if (isSqliteFailure(error) && table.versionOf(write.id) > 0) throw exists(write)
      throw constraintError(error, write, table) ?? error
    }
    table.words?.note(write.id)
  }

  const update = (write: Update): void => {
    const table = tableOf(write.resource)
    const { sql, values } = updateSql(write, table)
    let changes: number | bigint
    try {
      changes = table.prepared(sql).run(...(values as never[])).changes
    } catch (error) {
      throw constraintError(error, write, table) ?? error
    }
    if (changes === 0) throw whyNotUpdated(write, table)
    if (table.words !== undefined && changed(write).some(table.words.holds)) table.words.note(write.id)
  }

  /** Also carries out cascades, whose `cause` is the write; every row that is taken away is noted in `deleted`. */
  const remove = (write: Delete, deleted: Deleted[], cause: Key = write): void => {
    const table = tableOf(write.resource)
    const version = table.versionOf(write.id)
    if (version === 0) throw missing(write)
    if (write.version !== undefined && write.version !== version) throw versionConflict(write, version, write.version)
    table.prepared(`delete from ${table.table} where "id" = ?`).run(write.id)
    if (table.resource.ids === 'given') bury.run(table.placement.table, write.id, version)
    table.words?.note(write.id)
    deleted.push({ resource: write.resource, id: write.id, cause })
    for (const { from, field, onDelete } of referrers.get(write.resource) ?? []) {
      if (onDelete === 'restrict') continue // Looked at when all writes of the member are made.
      const others = tableOf(from.name)
      if (onDelete === 'setNull') {
        if (others.words?.holds(field)) for (const id of idsWhere(others, field, write.id)) others.words.note(id)
        others.prepared(settingNullSql(others, field)).run(write.deletedAt, write.id)
      } else {
        for (const id of idsWhere(others, field, write.id)) {
          // A cycle of cascades comes back to rows that are gone already.
          if (others.versionOf(id) === 0) continue
          remove({ kind: 'delete', resource: from.name, id, deletedAt: write.deletedAt }, deleted, cause)
        }
      }
    }
  }

  /** Of the state after all writes of a member: what they refer to is there, and nothing refers to what is gone. */
  const checkReferences = (writes: readonly Write[], deleted: readonly Deleted[]): void => {
    for (const write of writes) {
      if (write.kind === 'delete') continue
      for (const { name, target, at } of references.get(write.resource)!) {
        const value = write.kind === 'insert' ? write.row[at] : write.set[name]
        if (value === null || value === undefined || tableOf(target).versionOf(value as string) > 0) continue
        if (deleted.length > 0) {
          // A deletion of the same member may have taken the row away again, or set the reference to null.
          const row = tableOf(write.resource).getOne(write.id)
          if (row === null || row[at] === null) continue
        }
        throw badReference(write, name, target)
      }
    }
    for (const { resource, id, cause } of deleted) {
      if (tableOf(resource).versionOf(id) > 0) continue // Made anew by the same member.
      for (const { from, field } of referrers.get(resource) ?? []) {
        const others = tableOf(from.name)
        if (others.prepared(referringSql(others, field)).get(id) !== undefined)
          throw referredBy({ resource, id }, `${from.name}.${field}`, cause)
      }
    }
  }

  return {
    /** Makes all writes of a member, or throws the first refusal. `progress` counts the writes that were made. */
    run({ writes }: Commit, progress: { made: number }, areReferencesSure: boolean): void {
      if (writes.length > 1) {
        const keys = new KeySet()
        for (const { resource, id } of writes) assert(keys.add(resource, id), 'two writes of one row in one commit')
      }
      const deleted: Deleted[] = []
      for (const write of writes) {
        switch (write.kind) {
          case 'insert':
            insert(write)
            break
          case 'update':
            update(write)
            break
          case 'delete':
            remove(write, deleted)
            break
        }
        progress.made++
      }
      if (!areReferencesSure) checkReferences(writes, deleted)
    },

    /** Whether it is plain before anything is written that whatever the writes refer to will be there. */
    areReferencesSure({ writes }: Commit): boolean {
      const known = new KeySet() // Many rows of an import refer to few.
      const isThere = (target: string, id: string) => {
        if (known.has(target, id)) return true
        const is = tableOf(target).versionOf(id) > 0
        if (is) known.add(target, id)
        return is
      }
      return writes.every(
        (write) =>
          write.kind !== 'delete' &&
          references.get(write.resource)!.every(({ name, target, at }) => {
            const value = write.kind === 'insert' ? write.row[at] : write.set[name]
            return value === null || value === undefined || isThere(target, value as string)
          }),
      )
    },

    sqlOf(write: Write): string {
      if (write.kind === 'insert') return insertSql.get(write.resource)!
      if (write.kind === 'update') return updateSql(write, tableOf(write.resource)).sql
      return `delete from ${tableOf(write.resource).table} where "id" = ?`
    },

    /** What a deletion does with the rows that refer to it. */
    lookupsOf(write: Write): readonly Compiled[] {
      if (write.kind !== 'delete') return []
      return (referrers.get(write.resource) ?? []).map((reference) => {
        const sql = lookupSql(reference, tableOf(reference.from.name))
        return {
          sql,
          values: reference.onDelete === 'setNull' ? [write.deletedAt, write.id] : [write.id],
          comparisons: 1,
        }
      })
    },
  }
}

/** Rows that were met, of any resource. */
class KeySet {
  #ids = new Map<string, Set<string>>()

  has(resource: string, id: string): boolean {
    return this.#ids.get(resource)?.has(id) ?? false
  }

  /** False if it was met before. */
  add(resource: string, id: string): boolean {
    const ids = this.#ids.get(resource)
    if (ids === undefined) {
      this.#ids.set(resource, new Set([id]))
      return true
    }
    const { size } = ids
    return ids.add(id).size > size
  }
}

function lookupSql({ field, onDelete }: Reference, others: TableStatements): string {
  switch (onDelete) {
    case 'restrict':
      return referringSql(others, field)
    case 'cascade':
      return idsSql(others, field)
    case 'setNull':
      return settingNullSql(others, field)
  }
}

function referringSql({ table, columnOf }: TableStatements, field: string): string {
  return `select 1 from ${table} where ${columnOf(field).quoted} = ? limit 1`
}

function idsSql({ table, columnOf }: TableStatements, field: string): string {
  return `select "id" from ${table} where ${columnOf(field).quoted} = ?`
}

function settingNullSql({ table, columnOf }: TableStatements, field: string): string {
  const { quoted } = columnOf(field)
  return `update ${table} set ${quoted} = null, "updatedAt" = ?, "version" = "version" + 1 where ${quoted} = ?`
}

function idsWhere(table: TableStatements, field: string, value: string): readonly string[] {
  const rows = table.prepared(idsSql(table, field)).all(value)
  return (rows as unknown as readonly [string][]).map(([id]) => id)
}

function changed({ set, add }: Update): readonly string[] {
  return [...Object.keys(set), ...Object.keys(add)]
}

const int64Most = 2n ** 63n - 1n
const int64Least = -(2n ** 63n)
const operators = { eq: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

/** One statement that changes the row only if everything expected of it holds. */
function updateSql(
  write: Update,
  table: TableStatements,
): { readonly sql: string; readonly values: readonly Stored[] } {
  const sets: string[] = []
  const conditions = ['"id" = ?']
  const setValues: Stored[] = []
  const whereValues: Stored[] = [write.id]
  for (const name in write.set) {
    const { quoted, encode } = table.columnOf(name)
    sets.push(`${quoted} = ?`)
    setValues.push(encode(write.set[name]!))
  }
  for (const name in write.add) {
    const { quoted, encode } = table.columnOf(name)
    const amount = encode(write.add[name]!) as number | bigint
    sets.push(`${quoted} = ${quoted} + ?`)
    setValues.push(amount)
    const { least, most } = limitsOf(fieldOf(table, name))
    // Written so that nothing overflows: the present value against the limit less the amount.
    conditions.push(amount < 0 ? `${quoted} >= ?` : `${quoted} <= ?`)
    whereValues.push((amount < 0 ? least : most) - BigInt(amount))
  }
  for (const { field, operator, value } of write.guards) {
    const { quoted, encode } = table.columnOf(field)
    const bound = encode(value)
    const beyond = typeof bound === 'bigint' ? (bound > int64Most ? 1 : bound < int64Least ? -1 : 0) : 0
    if (beyond !== 0) {
      // SQLite has no such number, but every number is on one side of it.
      const holds = beyond > 0 ? operator === 'lt' || operator === 'lte' : operator === 'gt' || operator === 'gte'
      conditions.push(holds ? `${quoted} is not null` : '0')
      continue
    }
    conditions.push(`${quoted} ${operators[operator]} ?`)
    whereValues.push(bound)
  }
  if (write.version !== undefined) {
    conditions.push('"version" = ?')
    whereValues.push(write.version)
  }
  sets.push('"updatedAt" = ?', '"version" = "version" + 1')
  setValues.push(write.updatedAt)
  return {
    sql: `update ${table.table} set ${sets.join(', ')} where ${conditions.join(' and ')}`,
    values: [...setValues, ...whereValues],
  }
}

/** Finds out which of the conditions did not hold, in the order: there, at the version, guards, limits. */
function whyNotUpdated(write: Update, table: TableStatements): BanyanError {
  const row = table.getOne(write.id)
  if (row === null) return missing(write)
  const version = row[table.indexOf('version')] as number
  if (write.version !== undefined && version !== write.version) return versionConflict(write, version, write.version)
  for (const guard of write.guards) {
    if (!guardHolds(fieldOf(table, guard.field), row[table.indexOf(guard.field)]!, guard))
      return guardRefusal(write.resource, write.id, guard)
  }
  return beyondLimit(write, Object.keys(write.add).join(' or '))
}

function fieldOf(table: TableStatements, name: string): FieldDeclaration {
  return table.resource.columns[table.indexOf(name)]!.field
}

function constraintError(error: unknown, write: Insert | Update, table: TableStatements): BanyanError | undefined {
  if (!isSqliteFailure(error)) return undefined
  if (error.errcode === constraintPrimaryKey) return exists(write)
  if (error.errcode !== constraintUnique) return undefined
  // "UNIQUE constraint failed: flights.number"
  const column = quoteName(error.message.slice(error.message.lastIndexOf('.') + 1))
  const { name: field } = table.columns.find(({ quoted }) => quoted === column)!
  return notUnique(write, field, error)
}
