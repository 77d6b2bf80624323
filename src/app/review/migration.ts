import type { App } from '../app.ts'
import { type AppManifest, declaredResources } from '../manifest.ts'
import type { Backfill } from '../resource.ts'
import { appFindings } from './codes.ts'
import type { Finding } from './finding.ts'
import { canBeField, canBeResource } from './names.ts'

/** What an app says of how its data were before: old names, and values for rows that were stored without them. */
export function reviewMigration(manifest: AppManifest, app: App): readonly Finding[] {
  return [
    ...reviewOldNames(
      manifest.resources.map(({ name, renamedFrom }) => ({ name, renamedFrom, place: `resources/${name}` })),
      'resource',
    ),
    ...manifest.resources.flatMap(({ name, fields }) =>
      reviewOldNames(
        Object.entries(fields).map(([field, { renamedFrom }]) => ({
          name: field,
          renamedFrom,
          place: `resources/${name}/fields/${field}`,
        })),
        'field',
      ),
    ),
    ...declaredResources(app).flatMap(({ name, declaration, backfills }) =>
      reviewBackfills(`resources/${name}`, Object.keys(declaration.fields), backfills),
    ),
  ]
}

interface Named {
  readonly name: string
  readonly renamedFrom: string | undefined
  readonly place: string
}

function reviewOldNames(all: readonly Named[], kind: 'resource' | 'field'): readonly Finding[] {
  const finding = kind === 'field' ? appFindings.RENAME_FIELD : appFindings.RENAME_RESOURCE
  const names = new Set(all.map(({ name }) => name))
  const users = new Map<string, string>()
  return all.flatMap(({ name, renamedFrom: old, place }) => {
    if (old === undefined) return []
    if (kind === 'field' && name === 'id') return [finding(place, 'a row is known by its id, under this one name')]
    if (!canBeName(old, kind)) return [finding(place, `${JSON.stringify(old)} cannot have been the name of a ${kind}`)]
    if (old === name) return [finding(place, 'it names itself')]
    if (names.has(old)) return [finding(place, `there still is a ${kind} ${old}`)]
    const other = users.get(old)
    users.set(old, name)
    return other === undefined ? [] : [finding(place, `${other} is renamed from ${old} already`)]
  })
}

function canBeName(name: unknown, kind: 'resource' | 'field'): boolean {
  if (typeof name !== 'string') return false
  return kind === 'resource' ? canBeResource(name) : name !== 'id' && canBeField(name)
}

function reviewBackfills(place: string, fields: readonly string[], backfills: readonly Backfill[]): readonly Finding[] {
  return backfills.flatMap(({ field, value }, at) => {
    const there = `${place}/backfill(${field})`
    if (field === 'id') return [appFindings.BACKFILL_FIELD(there, 'every row that is there has an id')]
    if (!fields.includes(field)) return [appFindings.BACKFILL_FIELD(there, `there is no field ${field}`)]
    if (typeof value !== 'function') return [appFindings.BACKFILL_FIELD(there, 'it has no function')]
    if (backfills.findIndex((other) => other.field === field) < at)
      return [appFindings.BACKFILL_FIELD(there, `${field} has a backfill already`)]
    return []
  })
}
