import type { DerivedOf } from '../../../migration/difference/wanted.ts'
import type { Derived } from '../../../migration/stored.ts'
import { nameWithin, quoteName } from '../name.ts'
import { searchVector, wordsColumn } from '../table.ts'

/**
 * What PostgreSQL keeps of rows beside their paths: the words of texts that are searched, and foreign keys, by which references
 * hold between commits of different processes.
 */
export const postgresDerived: DerivedOf = (resource, columnOf, tableOf) => {
  const references = resource.columns.flatMap(({ name, field }) => {
    const target = field.kind === 'ref' ? tableOf(field.target) : undefined
    if (target === undefined) return []
    const { kind } = target.columns.find((column) => column.name === 'id')!.field
    return [{ kind: referenceKind, columns: [columnOf(name)], target: target.name, definition: kind }]
  })
  if (resource.search.length === 0) return references
  // Everything else that decides which words a text has. Another version of Unicode has other letters.
  const definition = JSON.stringify({ form: 1, unicode: process.versions.unicode })
  return [...references, { kind: wordsKind, columns: resource.search.map(columnOf), definition }]
}

const referenceKind = 'reference'
const wordsKind = 'words'

export function hasWords({ kind }: Pick<Derived, 'kind'>): boolean {
  return kind === wordsKind
}

/** An index as it stands behind `create`. Tables have the columns of the words already. */
export function wordsIndexOf(table: string, { name, columns }: Derived, concurrently = ''): string {
  return `index ${concurrently} ${quoteName(nameWithin(table, name))} on ${quoteName(table)} using gin (${searchVector(columns.map((column) => quoteName(wordsColumn(column))))})`
}

/** Holds for what is written from now on. */
export function createReference(table: string, { name, columns: [column], target }: Derived): string {
  return `alter table ${quoteName(table)} add constraint ${quoteName(name)} foreign key (${quoteName(column!)}) references ${quoteName(target!)} ("id") deferrable initially immediate not valid`
}

export function dropDerived(table: string, derived: Derived): string {
  if (!hasWords(derived)) return `alter table ${quoteName(table)} drop constraint if exists ${quoteName(derived.name)}`
  // The index goes with them.
  const columns = derived.columns.map((column) => `drop column ${quoteName(wordsColumn(column))}`)
  return `alter table ${quoteName(table)} ${columns.join(', ')}`
}

/** The name of its index within its table. */
export function indexOfDerived(derived: Derived): readonly string[] {
  return hasWords(derived) ? [derived.name] : []
}
