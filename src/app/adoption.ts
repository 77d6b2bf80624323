/** A table of somebody else's that a resource serves as it is. Nothing of it is made, changed or dropped. */
export interface Adoption {
  readonly schema: string
  readonly table: string
  /** What its keys are, where no field `id` says so: numbers that the database makes, or UUIDs, which are made here. */
  readonly key?: 'integer' | 'uuid'
  /** By field, where the column is not called like it. `createdAt` and `updatedAt` have a column only where one is named. */
  readonly columns: Readonly<Record<string, string>>
  /**
   * What tells that a row has changed: the transaction that wrote it last; a column that is counted up by everybody; or, shown to
   * nobody, all of its values.
   */
  readonly version: VersionSource
  /** Fields that the database orders in another way than Banyan, or not at all: lists test them for equality only. */
  readonly unordered: readonly string[]
  /** Columns that every new row needs, and that no field has: rows cannot be made. */
  readonly lacks: readonly string[]
}

export type VersionSource = 'xmin' | 'column' | 'none'

/** How an adopted table is declared. `Name`: the fields of its resource. */
export interface AdoptOptions<Name extends string = string> {
  /** `'customers'`, `'crm.customers'`, or in two parts where a name has a point: `['crm', 'customers.old']`. */
  readonly table: string | readonly [schema: string, table: string]
  readonly key?: Adoption['key']
  readonly columns?: { readonly [Field in Name | 'id' | 'createdAt' | 'updatedAt' | 'version']?: string }
  readonly version: VersionSource
  readonly unordered?: readonly (Name | 'id')[]
  readonly lacks?: readonly string[]
}

export function adoption({ table, key, columns = {}, version, unordered = [], lacks = [] }: AdoptOptions): Adoption {
  const [schema, name] = typeof table === 'string' ? parts(table) : table
  return {
    schema,
    table: name,
    ...(key === undefined ? {} : { key }),
    columns: columns as Readonly<Record<string, string>>, // Keys that are undefined cannot be written.
    version,
    unordered,
    lacks,
  }
}

/** The column of a field of an adopted table; undefined where it has none. */
export function adoptedColumn({ columns, version }: Adoption, field: string): string | undefined {
  if (Object.hasOwn(columns, field)) return columns[field]
  if (field === 'createdAt' || field === 'updatedAt') return undefined
  return field === 'version' && version !== 'column' ? undefined : field
}

/** Whether lists test a field for equality only. Ending in such an id they turn pages in whatever order the database has it. */
export function isUnordered({ adopted }: { readonly adopted?: Adoption }, field: string): boolean {
  return adopted?.unordered.includes(field) === true
}

/** A path, and its beginnings before fields that have no order: with equality before them lists can go by these. */
export function usablePaths(
  resource: { readonly adopted?: Adoption },
  path: readonly string[],
): readonly (readonly string[])[] {
  if (resource.adopted === undefined) return [path]
  const shorter = path.flatMap((name, at) =>
    at > 0 && name !== 'id' && isUnordered(resource, name) ? [path.slice(0, at)] : [],
  )
  return [path, ...shorter]
}

function parts(table: string): readonly [schema: string, table: string] {
  const at = table.indexOf('.')
  return at === -1 ? ['public', table] : [table.slice(0, at), table.slice(at + 1)]
}
