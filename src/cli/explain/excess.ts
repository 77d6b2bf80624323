import type { AppManifest, ResourceManifest } from '../../app/manifest.ts'
import type { Excess, Explanation } from '../../data/store/store.ts'

/** What of a plan costs more with more data, with the path that it follows and what to do about it. */
export function excessWarnings(
  { excess }: Pick<Explanation, 'excess'>,
  resource: string,
  path: readonly string[] = [],
): readonly string[] {
  const declared = path.filter((name, at) => name !== 'id' || at < path.length - 1).map((name) => `'${name}'`)
  const along = path.length === 0 ? '' : ` along (${path.join(', ')})`
  const mend =
    declared.length === 0
      ? 'Another store may do without.'
      : `See that ${resource} declares .index(${declared.join(', ')}); where it does, this is a fault of the store driver.`
  return excess.map((kind) => `${wordsOf(kind)}${along}, and takes the longer the more there are. ${mend}`)
}

function wordsOf(excess: Excess): string {
  switch (excess) {
    case 'scan':
      return 'the engine reads all rows'
    case 'filter':
      return 'the engine reads rows and drops them again'
    case 'sort':
      return 'the engine sorts the rows that it reads'
  }
}

/** What a deletion does to rows that refer to it, however many there are. */
export function cascadeWarnings({ name }: ResourceManifest, { resources }: AppManifest): readonly string[] {
  return resources.flatMap((other) =>
    other.columns.flatMap(({ name: field, field: declaration }) => {
      if (declaration.kind !== 'ref' || declaration.target !== name || declaration.onDelete === 'restrict') return []
      const does = declaration.onDelete === 'cascade' ? 'deletes' : `sets ${field} to null in`
      return [
        `the same commit ${does} every row of ${other.name} whose ${field} names it, however many there are. Where they are many, let an operation do it in parts first, and declare onDelete: 'restrict'.`,
      ]
    }),
  )
}

/** What a total does that is exact, however many rows all pages have. */
export function countWarning({ name }: ResourceManifest): string {
  return `the engine counts every row of all pages, and takes the longer the more there are. Where they are many, declare .total('estimated') on ${name}.`
}
