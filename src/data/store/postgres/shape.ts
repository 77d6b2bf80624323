import { assert } from '../../../core/errors.ts'
import { limitsOf } from '../guard.ts'
import type { Commit, CommitResult, Row, Write } from '../store.ts'
import { type Stored, stored } from './column.ts'
import type { Statement } from './statement.ts'
import { remembersDeleted, type Table } from './table.ts'
import type { Tables } from './tables.ts'
import { type Delete, type Insert, operators, type Update, unscaled, wordsText } from './write.ts'

/** One statement for all commits that differ in their values only. */
export interface Shape {
  readonly text: string
  /** What a commit was that is carried out, from what stands behind its number. */
  resultOf(values: readonly (string | null)[]): CommitResult
  /** The commits as what is bound to it, an array for each of its columns. */
  bind(commits: readonly Commit[]): Statement['values']
  /**
   * Run behind it, before it is committed, and refused by the server where it must not be. Absent where nothing can be wrong that the
   * statement itself would not see.
   */
  check?(commits: readonly Commit[]): Statement
}

/**
 * What makes commits alike; undefined for one that needs a transaction of its own: it asserts a list, or that a row is not there,
 * for which more than rows has to be locked; it deletes what others may have to follow; or its order matters, because one of its
 * writes may give up a unique value that another takes; or it has very many writes.
 */
export function shapeKey({ writes, assertions }: Commit, tables: Tables): string | undefined {
  if (writes.length > writesMax) return undefined
  let key = ''
  const written = new Set<string>()
  for (const write of writes) {
    const { resource } = write
    const table = tables.of(resource)
    // The key of a row that is new may be made by the database, and one of which nothing is to be changed is only looked at.
    if (table.isAdopted && (write.kind === 'insert' || (write.kind === 'update' && !isChange(write, table))))
      return undefined
    if (table.hasUnique && written.has(resource)) return undefined
    written.add(resource)
    if (write.kind === 'insert') {
      // A row with a generated id is new: anything else is refused.
      if (table.resource.ids === 'generated' && write.row[table.indexOf('version')] !== 1) return undefined
      key += `insert ${resource};`
      continue
    }
    if (write.kind === 'delete' && tables.referrers(resource).some(({ onDelete }) => onDelete !== 'restrict'))
      return undefined
    key += `${write.kind} ${resource}${changeKey(write)};`
  }
  for (const assertion of assertions) {
    if (assertion.kind === 'scan' || assertion.version === 0) return undefined
    key += `is ${assertion.resource};`
  }
  return key
}

function isChange({ set, add }: Update, table: Table): boolean {
  const isTouched = table.counted !== undefined || table.columnOf('updatedAt').isGiven
  return isTouched || Object.keys(set).length > 0 || Object.keys(add).length > 0
}

/** Each write is a part of the statement, and its text grows with them. */
const writesMax = 32

function changeKey(write: Update | Delete): string {
  const version = write.version === undefined ? '' : ' at version'
  if (write.kind === 'delete') return version
  const guards = write.guards.map(({ field, operator }) => `${field} ${operator}`)
  return `${version} set ${Object.keys(write.set)} add ${Object.keys(write.add)} if ${guards}`
}

/**
 * Compiles the statement of a shape. Each commit is a row of `i`. First the rows that it changes or asserts are locked, where they
 * are as it expects; a commit all of whose rows were locked is `ok`, and only those are carried out. It gives the numbers of
 * these. What is missing among them did nothing, and has to be run alone to find out why. A row that somebody else has locked is
 * passed over, so that nobody waits for it who does not need it.
 */
export function shapeOf(sample: Commit, tables: Tables): Shape {
  const columns: Column[] = []
  const input = (cast: string, value: Column['value']): string => {
    columns.push({ cast, value })
    return `i.c${columns.length}`
  }
  const locks: string[] = []
  const written = sample.writes.map((write, at) => {
    const table = tables.of(write.resource)
    const code = table.columnOf('id')
    let bound: string | undefined
    const id = () => {
      bound ??= input(code.cast, ({ writes }) => stored(code, writes[at]!.id))
      return bound
    }
    const parts = { table, at, input, id }
    const lock = lockOf(write, parts)
    if (lock !== undefined) locks.push(lock)
    return { write, parts }
  })
  sample.assertions.forEach((assertion, at) => {
    assert(assertion.kind === 'row', 'a list has no place in a shape')
    const table = tables.of(assertion.resource)
    const { id } = table
    const asserted = ({ assertions }: Commit) => assertions[at] as Extract<typeof assertion, { kind: 'row' }>
    const isRow = `t.${id.quoted} = ${input(id.cast, (commit) => stored(id, asserted(commit).id))}`
    const isVersion = `${table.version('t.')} = ${input('int8', (commit) => String(asserted(commit).version))}`
    locks.push(
      `select i.n from i join ${table.name} as t on ${isRow} where ${isVersion} order by t.${id.quoted} for share of t skip locked`,
    )
  })

  // Where nothing is expected of any row every commit is carried out.
  const ok = locks.length > 0 ? 'ok' : 'i'
  const works = written.flatMap(({ write, parts }, at) => worksOf(write, `w${at}`, { ...parts, ok }))
  const names = columns.map((_, at) => `c${at + 1}`)
  const arrays = columns.map(({ cast }, at) => `$${at + 1}::${cast}[]`)
  const ctes = [
    `i as materialized (select * from unnest(${arrays.join(', ')}) with ordinality as u(${[...names, 'n'].join(', ')}))`,
    ...locks.map((lock, at) => `l${at} as materialized (${lock})`),
    ...(locks.length > 0
      ? [`ok as materialized (select n from i${locks.map((_, at) => ` intersect select n from l${at}`).join('')})`]
      : []),
    ...works,
  ]
  // Of rows of others it also gives what has come of them.
  const made = written.flatMap(({ write, parts: { table } }, at) =>
    table.isAdopted && write.kind === 'update' ? [{ at, table }] : [],
  )
  const joined = made.map(({ at }) => ` left join w${at} on w${at}.n = ${ok}.n`).join('')
  const given = [`${ok}.n`, ...made.flatMap(({ at, table }) => resultNames(table).map((name) => `w${at}.${name}`))]
  return {
    text: `with ${ctes.join(',\n')}\nselect ${given.join(', ')} from ${ok}${joined}`,
    resultOf: (values) => resultOf(values, sample.writes.length, made),
    bind: (commits) => columns.map(({ value }) => commits.map(value)),
    ...checkOf(sample, tables),
  }
}

/**
 * Rows of given ids go on from the last version of their id, which the statement looks up as it was when it began. Others may have
 * made and taken away a row of the id since: that a version is not used twice is seen by a later look only, when nobody else can
 * make the row any more. There is no other way to refuse a statement without a function of one's own than to divide by zero.
 */
function checkOf({ writes }: Commit, tables: Tables): Pick<Shape, 'check'> {
  const given = writes.flatMap((write, at) => {
    const table = tables.of(write.resource)
    return write.kind === 'insert' && table.resource.ids === 'given' ? [{ table, id: table.columnOf('id'), at }] : []
  })
  if (given.length === 0) return {}
  const used = given.map(
    ({ table, id }, at) =>
      `exists (select from unnest($${at + 1}::${id.cast}[]) as i(id) join ${table.name} as t on t."id" = i.id
        join _banyan_tombstones as gone on gone.resource = ${table.key} and gone.id = i.id::text where t."version" <= gone.version)`,
  )
  // Not `then 1 / 0`, which would be computed while the statement is planned.
  const text = `select 1 / case when ${used.join(' or ')} then 0 else 1 end`
  return {
    check: (commits) => ({
      text,
      values: given.map(({ id, at }) => commits.map(({ writes }) => stored(id, writes[at]!.id))),
    }),
  }
}

const committed: CommitResult = { committed: true }

function resultOf(
  values: readonly (string | null)[],
  writes: number,
  made: readonly { readonly at: number; readonly table: Table }[],
): CommitResult {
  if (made.length === 0) return committed
  const rows = new Array<Row | null>(writes).fill(null)
  let from = 0
  for (const { at, table } of made) {
    const row = values.slice(from, from + table.columns.length)
    from += table.columns.length
    if (row[0] !== null) rows[at] = table.read(row)
  }
  return { committed: true, rows }
}

/** Columns of others may be called like those of the statement. */
function resultNames({ columns }: Table): readonly string[] {
  return columns.map((_, at) => `r${at}`)
}

interface Column {
  readonly cast: string
  readonly value: (commit: Commit) => Stored
}

interface Parts {
  readonly table: Table
  /** Which of the writes it is. */
  readonly at: number
  readonly input: (cast: string, value: Column['value']) => string
  /** The id of its row, which is bound once. */
  readonly id: () => string
}

/** What finds and locks the row of a write, if it is as expected; undefined: nothing is expected of it. */
function lockOf(write: Write, { table, at, input, id }: Parts): string | undefined {
  if (write.kind === 'insert') {
    if (table.resource.ids === 'generated') return undefined
    const version = input('int8', ({ writes }) => String((writes[at] as Insert).row[table.indexOf('version')]))
    return `select i.n from i where not exists (select from ${table.name} as t where t.${table.id.quoted} = ${id()})
      and ${version} = 1 + coalesce((select version from _banyan_tombstones where resource = ${table.key} and id = ${id()}::text), 0)`
  }
  const isRow = `t.${table.id.quoted} = ${id()}`
  const conditions: string[] = []
  if (write.version !== undefined)
    conditions.push(`${table.version('t.')} = ${input('int8', ({ writes }) => String((writes[at] as Update).version))}`)
  if (write.kind === 'update') {
    write.guards.forEach(({ field, operator }, guardAt) => {
      const column = table.columnOf(field)
      const cast = column.cast === 'json' ? 'text' : column.cast === 'int8' ? 'numeric' : column.cast
      const bound = input(cast, ({ writes }) => stored(column, (writes[at] as Update).guards[guardAt]!.value))
      const left = column.cast === 'json' ? `t.${column.quoted}::text collate "C"` : `t.${column.quoted}`
      conditions.push(`${left} ${operators[operator]} ${bound}`)
    })
    for (const name of Object.keys(write.add)) {
      const { least, most } = limitsOf(table.resource.columns[table.indexOf(name)]!.field)
      const amount = input('numeric', ({ writes }) => String((writes[at] as Update).add[name]))
      const [low, high] = [least, most].map((limit) => unscaled(table, name, limit))
      conditions.push(`t.${table.columnOf(name).quoted}::numeric + ${amount} between ${low} and ${high}`)
    }
  }
  const where = conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`
  return `select i.n from i join ${table.name} as t on ${isRow}${where} order by t.${table.id.quoted} for update of t skip locked`
}

/** What carries a write out, as parts of the statement of which the first is called so. */
function worksOf(
  write: Write,
  name: string,
  {
    table,
    at,
    input,
    id,
    ok,
  }: Parts & { /** What has the numbers of those that are carried out. */ readonly ok: string },
): readonly string[] {
  const isOk = ok === 'i' ? 'true' : `i.n in (select n from ${ok})`
  switch (write.kind) {
    case 'insert': {
      const values = table.columns.map((column, columnAt) => ({
        name: column.quoted,
        value:
          columnAt === 0
            ? id()
            : input(column.cast, ({ writes }) => stored(column, (writes[at] as Insert).row[columnAt]!)),
      }))
      const slot = { name: '"slot"', value: input('int2', ({ writes }) => String((writes[at] as Insert).slot)) }
      const words = table.resource.search.map((field) => ({
        name: table.wordsOf(field),
        value: `string_to_array(${input('text', ({ writes }) => wordsText((writes[at] as Insert).row[table.indexOf(field)]!))}, ' ')`,
      }))
      const all = [...values, slot, ...words]
      const names = all.map((column) => column.name)
      const given = all.map(({ value }) => value)
      return [
        `${name} as (insert into ${table.name} (${names.join(', ')}) select ${given.join(', ')} from i where ${isOk})`,
      ]
    }
    case 'update': {
      const sets: string[] = []
      for (const name of Object.keys(write.set)) {
        const column = table.columnOf(name)
        sets.push(
          `${column.quoted} = ${input(column.cast, ({ writes }) => stored(column, (writes[at] as Update).set[name]!))}`,
        )
        if (table.resource.search.includes(name)) {
          const text = input('text', ({ writes }) => wordsText((writes[at] as Update).set[name]!))
          sets.push(`${table.wordsOf(name)} = string_to_array(${text}, ' ')`)
        }
      }
      for (const name of Object.keys(write.add)) {
        const { quoted, cast } = table.columnOf(name)
        sets.push(`${quoted} = t.${quoted} + ${input(cast, ({ writes }) => String((writes[at] as Update).add[name]))}`)
      }
      const { isGiven, quoted, cast } = table.columnOf('updatedAt')
      if (isGiven) sets.push(`${quoted} = ${input(cast, ({ writes }) => (writes[at] as Update).updatedAt)}`)
      if (table.counted !== undefined) sets.push(table.counted)
      const isRow = `t.${table.id.quoted} = ${id()}`
      const work = `update ${table.name} as t set ${sets.join(', ')} from i where ${isRow} and ${isOk}`
      if (!table.isAdopted) return [`${name} as (${work})`]
      return [`${name}(n, ${resultNames(table).join(', ')}) as (${work} returning i.n, ${table.selected('t.')})`]
    }
    case 'delete': {
      const isRow = `t.${table.id.quoted} = ${id()}`
      const deletion = `delete from ${table.name} as t using i where ${isRow} and ${isOk}`
      if (!remembersDeleted(table)) return [`${name} as (${deletion})`]
      return [
        `${name} as (${deletion} returning t."id", t."version")`,
        `${name}t as (insert into _banyan_tombstones (resource, id, version)
          select ${table.key}, "id"::text, "version" from ${name} on conflict (resource, id) do update set version = excluded.version)`,
      ]
    }
  }
}
