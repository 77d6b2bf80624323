import { t } from '../../../app/field.ts'
import { type ResourceManifest, resourceManifest } from '../../../app/manifest.ts'
import { resource } from '../../../app/resource.ts'
import type { StoreCapabilities } from '../../../core/driver.ts'

/**
 * What the suite stores. Every resource has a `group`, so that parts of a test can work beside each other without meeting.
 *
 * countries ← cities (restrict) ← clubs (cascade) ← members (cascade), trophies (restrict). Members refer to members (set to
 * null, by two fields), nodes to nodes (cascade, by two fields, and restrict). The ids of countries, clubs and nodes are given.
 */
const Everything = resource('everything', {
  group: t.text(),
  text: t.text({ optional: true }),
  integer: t.integer({ optional: true }),
  bigint: t.bigint({ optional: true }),
  decimal: t.decimal(10, 2, { optional: true }),
  fraction: t.decimal(18, 18, { optional: true }),
  whole: t.decimal(18, 0, { optional: true }),
  boolean: t.boolean({ optional: true }),
  timestamp: t.timestamp({ optional: true }),
  date: t.date({ optional: true }),
  json: t.json({ optional: true }),
  enum: t.enum(['low', 'middle', 'high'], { optional: true }),
  identifier: t.id({ optional: true }),
  country: t.ref('countries', { optional: true, onDelete: 'setNull' }),
  bytes: t.bytes({ optional: true }),
  code: t.text({ optional: true, unique: true }),
  seats: t.integer({ minimum: 0, maximum: 9 }),
  balance: t.decimal(10, 2, { minimum: '-5.00', maximum: '100.5' }),
  points: t.bigint({ minimum: '-3', maximum: '9007199254740993' }),
})
  .index('group', 'text')
  .index('group', 'integer', 'text')
  .index('group', 'bigint')
  .index('group', 'decimal', 'boolean')
  .index('group', 'enum', 'timestamp')
  .index('group', 'country', 'createdAt')
  .index('group', 'updatedAt')
  .index('text')
  .index('fraction', 'whole')
  .index('boolean', 'date', 'integer')
  .index('decimal', 'enum')
  .index('bigint')
  .index('identifier')
  .index('timestamp', 'bigint')
  .search('text', 'code')
  .total('estimated')

const Countries = resource('countries', {
  id: t.text({ maxLength: 40 }),
  group: t.text(),
  number: t.integer({ optional: true, unique: true }),
  name: t.text({ optional: true }),
})
  .index('group', 'name')
  .index('name')

const Cities = resource('cities', {
  group: t.text(),
  country: t.ref('countries'),
  people: t.integer({ minimum: 0 }),
})
  .partitionBy('country')
  .index('group', 'people')
  .index('country', 'people')

const Clubs = resource('clubs', {
  id: t.text({ maxLength: 40 }),
  group: t.text(),
  city: t.ref('cities', { onDelete: 'cascade' }),
  name: t.text({ optional: true }),
})
  .index('group', 'city', 'name')
  .index('city')
  .search('name')
  .total('exact')

const Members = resource('members', {
  group: t.text(),
  club: t.ref('clubs', { onDelete: 'cascade' }),
  mentor: t.ref('members', { optional: true, onDelete: 'setNull' }),
  deputy: t.ref('members', { optional: true, onDelete: 'setNull' }),
  name: t.text({ optional: true }),
})
  .index('group', 'club', 'name')
  .index('mentor')
  .search('name')

const Trophies = resource('trophies', {
  group: t.text(),
  club: t.ref('clubs'),
  year: t.integer(),
}).index('group', 'year')

const Nodes = resource('nodes', {
  id: t.text({ maxLength: 40 }),
  group: t.text(),
  parent: t.ref('nodes', { optional: true, onDelete: 'cascade' }),
  second: t.ref('nodes', { optional: true, onDelete: 'cascade' }),
  blocker: t.ref('nodes', { optional: true }),
}).index('group', 'parent')

export const samples: readonly ResourceManifest[] = [
  Everything,
  Countries,
  Cities,
  Clubs,
  Members,
  Trophies,
  Nodes,
].map(({ declaration }) => resourceManifest('samples', declaration))

/** The samples without what a store does not promise. */
export function samplesFor(gives: StoreCapabilities): readonly ResourceManifest[] {
  return samples.map((sample) => ({
    ...sample,
    search: gives.search ? sample.search : [],
    columns: sample.columns.map(({ name, field }) => {
      if (field.kind !== 'ref' || gives.references)
        return { name, field: { ...field, unique: field.unique && gives.unique } }
      const { optional, unique, private: hidden, writeOnce } = field
      return { name, field: { kind: 'text', maxLength: 40, optional, unique, private: hidden, writeOnce } as const }
    }),
  }))
}

export function sampleOf(name: string): ResourceManifest {
  const sample = samples.find((other) => other.name === name)
  if (sample === undefined) throw new TypeError(`there is no sample ${name}`)
  return sample
}

/** Every path by which a resource may be scanned, each ending in the id. */
export function pathsOf({ paths }: ResourceManifest): readonly (readonly string[])[] {
  return [['id'], ...paths.map((path) => [...path, 'id'])]
}
