import type { DerivedOf } from '../../../migration/difference/wanted.ts'
import type { Derived } from '../../../migration/stored.ts'

/**
 * What is kept of rows beside their paths: the words of texts that are searched, and an index for each reference, by which whoever
 * deletes a row finds those that refer to it.
 */
export const mysqlDerived: DerivedOf = (resource, columnOf) => {
  const references = resource.columns
    .filter(({ name, field }) => field.kind === 'ref' && !resource.paths.some(([first]) => first === name))
    .map(({ name }) => ({ kind: referenceKind, columns: [columnOf(name)], definition: 'index' }))
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
