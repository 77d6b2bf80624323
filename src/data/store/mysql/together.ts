import type { BanyanError } from '../../../core/errors.ts'
import { exists, type Key, versionConflict } from '../refusal.ts'
import type { Commit, Row } from '../store.ts'
import { whyNotUpdated } from '../update.ts'
import type { Connection, Result } from './connection.ts'
import { fits, type Statement } from './statement.ts'
import type { Table, Tables } from './table.ts'
import { deleteWords, holdsWordsOf, insertWords } from './words.ts'
import {
  buryStatement,
  type Change,
  changeOf,
  deleteStatement,
  type Insert,
  idsIn,
  insertStatement,
  type Update,
  updateStatement,
} from './write.ts'

/** What became of a commit among others: it is part of the transaction, it is refused, or it has to run alone. */
export type Together = 'done' | 'alone' | BanyanError

/**
 * Whether a commit can share a transaction; not one that asserts a list, or that a row is not there, for which more than rows has
 * to be locked; nor one that deletes what others refer to; nor one whose order matters, because one of its writes may give up a
 * unique value that another takes; nor one with very many writes.
 */
export function canShare({ writes, assertions }: Commit, tables: Tables): boolean {
  if (writes.length > writesMax) return false
  const written = new Set<string>()
  for (const write of writes) {
    const { resource } = write
    const table = tables.of(resource)
    if (table.hasUnique && written.has(resource)) return false
    written.add(resource)
    // A row with a generated id is new: anything else is refused.
    if (write.kind === 'insert' && table.resource.ids === 'generated' && versionIn(table, write.row) !== 1) return false
    if (write.kind === 'delete' && tables.referrers(resource).length > 0) return false
  }
  return assertions.every((assertion) => assertion.kind === 'row' && assertion.version > 0)
}

const writesMax = 32

/**
 * Many commits as one transaction. The rows that they change, assert or refer to are locked first, those of one table by one
 * statement, and passed over where somebody else has locked them, so that nobody waits for them who does not need them. Whoever
 * finds its rows as it expects is then carried out, again many by one statement. `result`: of what committed them; undefined where
 * nothing was done. Throws where the server refuses one of the statements: then nothing was done either.
 */
export async function runTogether(
  connection: Connection,
  members: readonly Commit[],
  tables: Tables,
): Promise<{ readonly fates: readonly Together[]; readonly result: Result | undefined }> {
  const plan = planOf(members, tables)
  if (plan.isOneStatement) {
    const inserts = members.map(({ writes }) => writes[0] as Insert)
    const table = tables.of(inserts[0]!.resource)
    const statement = insertStatement(table, inserts)
    if (!fits(statement)) return { fates: members.map(() => 'alone'), result: undefined }
    return { fates: members.map(() => 'done'), result: await connection.run(statement) }
  }
  await connection.run(sql('begin'))
  try {
    const found = await lockRows(connection, plan, tables)
    const fates = members.map((member, at) => (plan.isApart[at] ? 'alone' : fateOf(member, found, tables)))
    const done = members.filter((_, at) => fates[at] === 'done')
    if (done.length === 0) {
      await connection.run(sql('rollback'))
      return { fates, result: undefined }
    }
    for (const statement of worksOf(done, found, tables)) {
      if (!fits(statement)) throw new NotTogether()
      await connection.run(statement)
    }
    await checkVersions(connection, done, tables)
    return { fates, result: await connection.run(sql('commit')) }
  } catch (error) {
    await connection.run(sql('rollback')).catch(() => {}) // Whoever lost the connection has rolled back.
    throw error
  }
}

/** Thrown where what was looked at before has changed since, or all of it is too much for one statement. */
export class NotTogether extends Error {}

type Ids = Map<string, Set<string>>

interface Plan {
  /** By resource, the ids of rows that are changed, of those that must stay as they are, and of those that may not be there. */
  readonly changed: Ids
  readonly kept: Ids
  readonly made: Ids
  /** Who meets another member at a row, and has to wait for it. */
  readonly isApart: readonly boolean[]
  readonly isOneStatement: boolean
}

function planOf(members: readonly Commit[], tables: Tables): Plan {
  const [changed, kept, made]: Ids[] = [new Map(), new Map(), new Map()]
  const isApart = members.map((member) => {
    const writes = member.writes.map(({ resource, id }) => ({ resource, id }))
    const reads = [
      ...member.assertions.flatMap((one) => (one.kind === 'row' ? [one] : [])),
      ...targetsOf(member, tables),
    ]
    const others = reads.filter(({ resource, id }) => !writes.some((key) => key.resource === resource && key.id === id))
    const isWritten = (key: Key) => has(changed!, key) || has(made!, key)
    if (writes.some((key) => isWritten(key) || has(kept!, key)) || others.some(isWritten)) return true
    for (const { kind, resource, id } of member.writes) add(kind === 'insert' ? made! : changed!, { resource, id })
    for (const key of others) add(kept!, key)
    return false
  })
  const [first] = members
  const resource = first?.writes[0]?.resource
  const isOneStatement =
    resource !== undefined &&
    changed!.size === 0 &&
    kept!.size === 0 &&
    tables.of(resource).resource.ids === 'generated' &&
    tables.of(resource).resource.search.length === 0 &&
    !isApart.includes(true) &&
    members.every(({ writes }) => writes.length === 1 && writes[0]!.resource === resource)
  return { changed: changed!, kept: kept!, made: made!, isApart, isOneStatement }
}

/** The rows that a commit's writes refer to. */
function targetsOf({ writes }: Commit, tables: Tables): readonly Key[] {
  return writes.flatMap((write) => {
    if (write.kind === 'delete') return []
    const table = tables.of(write.resource)
    return tables.references(write.resource).flatMap(({ field, target }) => {
      const value = write.kind === 'insert' ? write.row[table.indexOf(field)] : write.set[field]
      return value === null || value === undefined ? [] : [{ resource: target, id: value as string }]
    })
  })
}

interface Found {
  /** Those that are locked; undefined where there is none, or somebody else has it. */
  row(key: Key): Row | undefined
  /** The version of one that must stay. */
  version(key: Key): number | undefined
  isThere(key: Key): boolean
}

async function lockRows(connection: Connection, { changed, kept, made }: Plan, tables: Tables): Promise<Found> {
  const rows = new Map<string, Row>()
  const versions = new Map<string, number>()
  const there = new Set<string>()
  const names = [...new Set([...changed.keys(), ...kept.keys(), ...made.keys()])].sort()
  for (const name of names) {
    const table = tables.of(name)
    const select = async (what: string, ids: Set<string> | undefined, lock: string) => {
      if (ids === undefined || (what === '"id"' && table.resource.ids === 'generated')) return []
      const { text, values } = idsIn(table, [...ids])
      const found = await connection.run({ text: `select ${what} from ${table.name} where ${text}${lock}`, values })
      return found.rows
    }
    for (const row of await select(table.selected, changed.get(name), ' for update skip locked')) {
      const read = table.read(row)
      rows.set(`${name}/${read[0]}`, read)
    }
    const share = ` ${connection.dialect.forShare} skip locked`
    for (const [one, version] of await select('"id", "version"', kept.get(name), share))
      versions.set(`${name}/${table.idOf(one)}`, Number(version))
    for (const [one] of await select('"id"', made.get(name), '')) there.add(`${name}/${table.idOf(one)}`)
  }
  const keyOf = ({ resource, id }: Key) => `${resource}/${id}`
  return {
    row: (key) => rows.get(keyOf(key)),
    version: (key) => versions.get(keyOf(key)),
    isThere: (key) => there.has(keyOf(key)),
  }
}

/** A refusal is told at once where it is the only thing that could have been refused; the order of several is found out alone. */
function fateOf(member: Commit, found: Found, tables: Tables): Together {
  const { writes, assertions } = member
  const isOnly = writes.length + assertions.length === 1
  for (const assertion of assertions) {
    if (assertion.kind === 'scan') return 'alone'
    const row = found.row(assertion)
    const version = row === undefined ? found.version(assertion) : versionIn(tables.of(assertion.resource), row)
    if (version === undefined) return 'alone'
    if (version !== assertion.version) return isOnly ? versionConflict(assertion, version, assertion.version) : 'alone'
  }
  for (const write of writes) {
    const table = tables.of(write.resource)
    if (write.kind === 'insert') {
      if (found.isThere(write)) return isOnly ? exists(write) : 'alone'
      continue
    }
    const row = found.row(write)
    if (row === undefined) return 'alone'
    const refusal =
      write.kind === 'update'
        ? whyNotUpdated(table, write, row)
        : conflictOf(write, versionIn(table, row), write.version)
    if (refusal !== undefined) return isOnly ? refusal : 'alone'
  }
  const isMade = ({ resource, id }: Key) =>
    writes.some((write) => write.resource === resource && write.id === id && write.kind !== 'delete')
  const areTargetsThere = targetsOf(member, tables).every((key) => found.version(key) !== undefined || isMade(key))
  return areTargetsThere ? 'done' : 'alone'
}

function conflictOf(key: Key, version: number, expected: number | undefined): BanyanError | undefined {
  return expected === undefined || expected === version ? undefined : versionConflict(key, version, expected)
}

/** What carries commits out, many writes by one statement. */
function worksOf(members: readonly Commit[], found: Found, tables: Tables): readonly Statement[] {
  const inserts = new Map<string, Insert[]>()
  const updates = new Map<string, { readonly resource: string; readonly changes: Change[] }>()
  const deletions = new Map<string, string[]>()
  const unworded = new Map<string, string[]>()
  const worded = new Map<string, Row[]>()
  for (const write of members.flatMap(({ writes }) => writes)) {
    const { kind, resource } = write
    const table = tables.of(resource)
    const isSearched = table.resource.search.length > 0
    switch (kind) {
      case 'insert':
        listed(inserts, resource).push(write)
        if (isSearched) listed(worded, resource).push(write.row)
        break
      case 'update': {
        const row = found.row(write)!
        const change = changeOf(table, write, row)
        const key = `${resource}: ${Object.keys(change.values)}`
        const group = updates.get(key) ?? { resource, changes: [] }
        updates.set(key, group)
        group.changes.push(change)
        if (holdsWordsOf(table, Object.keys(write.set))) {
          listed(unworded, resource).push(write.id)
          listed(worded, resource).push(changedRow(table, row, write))
        }
        break
      }
      case 'delete':
        listed(deletions, resource).push(write.id)
        if (isSearched) listed(unworded, resource).push(write.id)
        break
    }
  }
  return [
    ...[...inserts].map(([name, writes]) => insertStatement(tables.of(name), writes)),
    ...[...updates.values()].map(({ resource, changes }) => updateStatement(tables.of(resource), changes)),
    ...[...deletions].flatMap(([name, ids]) => {
      const table = tables.of(name)
      const gone = ids.map((id) => [id, versionIn(table, found.row({ resource: name, id })!)] as const)
      return [deleteStatement(table, ids), ...(table.resource.ids === 'given' ? [buryStatement(table, gone)] : [])]
    }),
    ...[...unworded].map(([name, ids]) => deleteWords(tables.of(name), ids)),
    ...[...worded].flatMap(([name, rows]) => insertWords(tables.of(name), rows)),
  ]
}

/** Ids that are used again go on with the version after their last, which somebody may have moved on until they were locked. */
async function checkVersions(connection: Connection, members: readonly Commit[], tables: Tables): Promise<void> {
  const given = new Map<string, Insert[]>()
  for (const write of members.flatMap(({ writes }) => writes))
    if (write.kind === 'insert' && tables.of(write.resource).resource.ids === 'given')
      listed(given, write.resource).push(write)
  for (const [name, writes] of given) {
    const table = tables.of(name)
    const last = await lastVersions(
      connection,
      table,
      writes.map(({ id }) => id),
    )
    if (writes.some(({ id, row }) => versionIn(table, row) !== (last.get(id) ?? 0) + 1)) throw new NotTogether()
  }
}

/** Of ids whose rows are gone. Nobody moves them on until the transaction ends. */
export async function lastVersions(
  { run, dialect }: Connection,
  table: Table,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { text, values } = idsIn(table, ids)
  const { rows } = await run({
    text: `select "id", version from _banyan_tombstones where resource = ${table.key} and ${text} ${dialect.forShare}`,
    values,
  })
  return new Map(rows.map(([one, version]) => [table.idOf(one), Number(version)]))
}

export function changedRow({ resource }: Table, row: Row, { set }: Update): Row {
  return row.map((value, at) => {
    const { name } = resource.columns[at]!
    return Object.hasOwn(set, name) ? set[name]! : value
  })
}

export function versionIn(table: Table, row: Row): number {
  return row[table.indexOf('version')] as number
}

function has(ids: Ids, { resource, id }: Key): boolean {
  return ids.get(resource)?.has(id) ?? false
}

function add(ids: Ids, { resource, id }: Key): void {
  const known = ids.get(resource)
  if (known === undefined) ids.set(resource, new Set([id]))
  else known.add(id)
}

function listed<Value>(lists: Map<string, Value[]>, name: string): Value[] {
  const list = lists.get(name) ?? []
  lists.set(name, list)
  return list
}

function sql(text: string): Statement {
  return { text, values: [] }
}
