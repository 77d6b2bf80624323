import { type AskedTables, type FoundReference, type FoundTable, isSameTable } from '../../../adoption/found.ts'
import type { Connection } from '../connection.ts'
import { type CatalogColumn, foundColumn, type PostgresColumn } from './type.ts'

/** A table as PostgreSQL describes it. */
export interface PostgresTable extends FoundTable {
  readonly columns: readonly PostgresColumn[]
  /** The name of its primary key. */
  readonly keyName: string | undefined
}

/** Reads what the catalogs say of tables. */
export async function readTables(
  { run }: Pick<Connection, 'run'>,
  asked: AskedTables,
): Promise<readonly PostgresTable[]> {
  const { rows } = await run({ text: question, values: [] })
  return rows
    .map(([json]) => JSON.parse(json!) as CatalogTable)
    .filter(
      (table) =>
        (asked.schemas === undefined || asked.schemas.includes(table.schema)) &&
        (asked.tables === undefined || asked.tables.some((each) => isSameTable(each, table))),
    )
    .map(foundTable)
}

interface CatalogTable {
  readonly schema: string
  readonly name: string
  readonly kind: 'r' | 'p' | 'f' | 'v' | 'm'
  readonly columns: readonly CatalogColumn[]
  readonly indexes: readonly CatalogIndex[]
  readonly references: readonly CatalogReference[]
  readonly rights: readonly FoundTable['rights'][number][]
  readonly isCounted: boolean
}

interface CatalogIndex {
  readonly name: string
  readonly method: string
  readonly isUnique: boolean
  readonly isKey: boolean
  readonly isPartial: boolean
  /** Null for an expression. */
  readonly columns: readonly (IndexColumn | null)[]
}

export interface IndexColumn {
  readonly name: string
  readonly isByCodePoint: boolean
  readonly isDescending: boolean
  readonly isNullsFirst: boolean
}

interface CatalogReference extends Omit<FoundReference, 'onDelete'> {
  readonly onDelete: 'a' | 'r' | 'c' | 'n' | 'd'
}

const kinds = { r: 'table', p: 'partitioned table', f: 'foreign table', v: 'view', m: 'view' } as const
const rules = { a: 'restrict', r: 'restrict', c: 'cascade', n: 'setNull', d: 'setDefault' } as const

function foundTable({
  schema,
  name,
  kind,
  columns,
  indexes,
  references,
  rights,
  isCounted,
}: CatalogTable): PostgresTable {
  const usable = indexes.filter((index) => reasonAgainst(index) === undefined)
  const key = indexes.find(({ isKey }) => isKey)
  const placesOf = (column: string) =>
    usable.flatMap((index) => index.columns.filter((each): each is IndexColumn => each?.name === column))
  return {
    schema,
    name,
    kind: kinds[kind],
    columns: columns.map((column) => foundColumn(column, placesOf(column.name))),
    key: key === undefined ? [] : key.columns.map((column) => column!.name),
    keyName: key?.name,
    indexes: usable.map((index) => ({
      name: index.name,
      columns: index.columns.map((column) => column!.name),
      isUnique: index.isUnique,
    })),
    otherIndexes: indexes.flatMap((index) => {
      const reason = reasonAgainst(index)
      return reason === undefined ? [] : [{ name: index.name, reason }]
    }),
    references: references.map((reference) => ({ ...reference, onDelete: rules[reference.onDelete] })),
    rights,
    isCounted,
  }
}

function reasonAgainst({ method, isPartial, columns }: CatalogIndex): string | undefined {
  if (method !== 'btree') return `a ${method} index has no order`
  if (columns.includes(null)) return 'it is on an expression'
  return isPartial ? 'it has some of the rows only' : undefined
}

/** Collations that compare by code point. */
const byCodePoint = `(select c.oid from pg_collation as c where c.collname in ('C', 'POSIX', 'ucs_basic', 'C.utf8', 'C.UTF-8', 'pg_c_utf8')
  or c.collname = 'default' and (select datlocprovider = 'b' or datlocprovider = 'c' and datcollate in ('C', 'POSIX', 'C.utf8', 'C.UTF-8')
    from pg_database where datname = current_database()))`

const columnsOf = `(select json_agg(json_build_object(
    'name', a.attname, 'shown', format_type(a.atttypid, a.atttypmod), 'schema', s.nspname, 'type', y.typname, 'isEnum', y.typtype = 'e',
    'modifier', a.atttypmod, 'isNotNull', a.attnotnull, 'isIdentity', a.attidentity <> '', 'isAlways', a.attidentity = 'a' or a.attgenerated <> '',
    'isGenerated', a.attgenerated <> '', 'default', pg_get_expr(d.adbin, d.adrelid), 'isByCodePoint', a.attcollation = 0 or a.attcollation in ${byCodePoint},
    'labels', (select json_agg(e.enumlabel order by e.enumsortorder) from pg_enum as e where e.enumtypid = y.oid)) order by a.attnum)
  from pg_attribute as a join pg_type as y on y.oid = a.atttypid join pg_namespace as s on s.oid = y.typnamespace
    left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped)`

const indexesOf = `(select json_agg(json_build_object(
    'name', x.relname, 'method', m.amname, 'isUnique', i.indisunique, 'isKey', i.indisprimary, 'isPartial', i.indpred is not null,
    'columns', (select json_agg(case when k.attnum > 0 then json_build_object('name', a.attname,
        'isByCodePoint', i.indcollation[k.place - 1] = 0 or i.indcollation[k.place - 1] in ${byCodePoint},
        'isDescending', i.indoption[k.place - 1] & 1 = 1, 'isNullsFirst', i.indoption[k.place - 1] & 2 = 2) end order by k.place)
      from unnest(i.indkey::int2[]) with ordinality as k(attnum, place) left join pg_attribute as a on a.attrelid = t.oid and a.attnum = k.attnum
      where k.place <= i.indnkeyatts)) order by x.relname)
  from pg_index as i join pg_class as x on x.oid = i.indexrelid join pg_am as m on m.oid = x.relam
  where i.indrelid = t.oid and i.indisvalid and i.indimmediate)`

const namesOf = (table: string, numbers: string) =>
  `(select json_agg(a.attname order by k.place) from unnest(${numbers}) with ordinality as k(attnum, place)
    join pg_attribute as a on a.attrelid = ${table} and a.attnum = k.attnum)`

const referencesOf = `(select json_agg(json_build_object(
    'name', f.conname, 'columns', ${namesOf('f.conrelid', 'f.conkey')}, 'targetColumns', ${namesOf('f.confrelid', 'f.confkey')},
    'target', json_build_object('schema', tn.nspname, 'name', tc.relname), 'onDelete', f.confdeltype) order by f.conname)
  from pg_constraint as f join pg_class as tc on tc.oid = f.confrelid join pg_namespace as tn on tn.oid = tc.relnamespace
  where f.conrelid = t.oid and f.contype = 'f' and f.conparentid = 0)`

/** What ours is called that counts versions up. */
export const countingTrigger = 'banyan counts versions'

const question = `select json_build_object('schema', n.nspname, 'name', t.relname, 'kind', t.relkind,
    'columns', coalesce(${columnsOf}, '[]'), 'indexes', coalesce(${indexesOf}, '[]'), 'references', coalesce(${referencesOf}, '[]'),
    'rights', (select coalesce(json_agg(r), '[]') from unnest(array['select', 'insert', 'update', 'delete']) as r where has_table_privilege(t.oid, r)),
    'isCounted', exists (select from pg_trigger as g where g.tgrelid = t.oid and g.tgname = '${countingTrigger}' and g.tgenabled in ('O', 'A')))
  from pg_class as t join pg_namespace as n on n.oid = t.relnamespace
  where t.relkind in ('r', 'p', 'f', 'v', 'm') and not t.relispartition and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
    and has_schema_privilege(n.oid, 'usage') and t.relname !~ '^_banyan_'
  order by n.nspname collate "C", t.relname collate "C"`
