import type { ResourceManifest } from '../../app/manifest.ts'

/** The tables of a store, and how they refer to one another. */
export interface Tables<Table> {
  of(name: string): Table
  readonly all: readonly Table[]
  /** What a resource refers to. */
  references(name: string): readonly { readonly field: string; readonly target: string }[]
  /** What refers to a resource. */
  referrers(name: string): readonly Reference[]
}

export interface Reference {
  readonly from: string
  readonly field: string
  readonly onDelete: 'restrict' | 'cascade' | 'setNull'
}

export function tablesOf<Table>(
  resources: readonly ResourceManifest[],
  tableOf: (resource: ResourceManifest) => Table,
): Tables<Table> {
  const tables = new Map(resources.map((resource) => [resource.name, tableOf(resource)]))
  const references = new Map<string, { field: string; target: string }[]>()
  const referrers = new Map<string, Reference[]>(resources.map(({ name }) => [name, []]))
  for (const { name: from, columns, adopted } of resources) {
    const own: { field: string; target: string }[] = []
    for (const { name: field, field: declaration } of columns) {
      if (declaration.kind !== 'ref') continue
      const { target, onDelete } = declaration
      own.push({ field, target })
      // What follows from a deletion among tables of somebody else's, the database does itself.
      if (adopted === undefined || onDelete === 'restrict') referrers.get(target)?.push({ from, field, onDelete })
    }
    references.set(from, own)
  }
  return {
    of: (name) => tables.get(name)!,
    all: [...tables.values()],
    references: (name) => references.get(name)!,
    referrers: (name) => referrers.get(name) ?? [],
  }
}
