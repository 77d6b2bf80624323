import { adoptedColumn, isUnordered } from '../../app/adoption.ts'
import type { ResourceManifest } from '../../app/manifest.ts'
import { listed } from '../../app/review/finding.ts'
import { printable } from '../../core/printable.ts'
import type { Stated } from '../sheet.ts'

/** What it means that the table is somebody else's; nothing for tables of ours. */
export function adoptionWords(resource: ResourceManifest): readonly Stated<string>[] {
  const { adopted } = resource
  if (adopted === undefined) return []
  const { schema, table, version, lacks } = adopted
  const absent = ['createdAt', 'updatedAt'].filter((name) => adoptedColumn(adopted, name) === undefined)
  return [
    {
      is: `${schema}.${table}`,
      says: `the table ${printable(`${schema}.${table}`)}, which others write too and which stays as it is`,
    },
    { is: version, says: versions[version] },
    { is: 'caches', says: 'never cached by version; the slot is computed from the key' },
    ...(absent.length === 0
      ? []
      : [{ is: absent.join(), says: `no ${listed(absent, 'or')}: the table has no column for it` }]),
    ...(isUnordered(resource, 'id') ? [{ is: 'order', says: 'lists by id come in the order of the database' }] : []),
    ...(lacks.length === 0
      ? []
      : [{ is: lacks.join(), says: `no new rows: ${printable(listed(lacks))} would be missing` }]),
  ]
}

const versions = {
  xmin: 'version from xmin: another one after every write by anybody, and not comparable across a dump and restore; conditional requests and transactions work, and the answer to a write tells it behind the commit',
  column: 'version from a column, which a trigger counts up with every write by anybody',
  none: 'no version: no If-Match; transactions lock the rows that they read, and compare all of their values in the commit',
} as const

/** How far the indexes that are there carry a list along a path. */
export function pathWords(resource: ResourceManifest, path: readonly string[]): string {
  if (resource.adopted === undefined) return ''
  const unordered = path.filter((name) => name !== 'id' && isUnordered(resource, name))
  const order = unordered.length === 0 ? '' : `, equality only on ${listed(unordered)}`
  return `${order}; rows alike in it are sorted by id`
}
