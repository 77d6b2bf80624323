import { type FieldDeclaration, t } from '../../../app/field.ts'
import { type ResourceManifest, resourceManifest } from '../../../app/manifest.ts'
import { type Backfill, type Resource, resource } from '../../../app/resource.ts'
import type { Value } from '../../../app/row.ts'
import type { seededRandom } from '../../../core/random.ts'
import type { Backfills } from '../difference/wanted.ts'

type Random = ReturnType<typeof seededRandom>

/** An app's resources, drawn at random, and what is needed to change them into the next version's. */
export interface Version {
  readonly resources: readonly Drawn[]
}

export interface Drawn {
  readonly name: string
  readonly renamedFrom?: string
  readonly fields: readonly DrawnField[]
  readonly paths: readonly (readonly string[])[]
  /** What an engine keeps of the rows beside their paths. */
  readonly search: readonly string[]
  readonly total: 'estimated' | undefined
}

export interface DrawnField {
  readonly name: string
  readonly declaration: FieldDeclaration
  readonly renamedFrom?: string
  readonly backfill?: Pick<Backfill, 'from' | 'value'>
  /** How the value of a row of the version before becomes this field's, which is what a migration has to bring about. */
  readonly expected: (row: Readonly<Record<string, Value>>) => Value
}

/** A version without a past. */
export function drawVersion(random: Random): Version {
  const names = ['pilots', 'planes', 'trips'].slice(0, 1 + random.below(3))
  return { resources: names.map((name) => drawResource(random, name)) }
}

/** The version after this one: every kind of change may have been made to it. */
export function drawNext(random: Random, { resources }: Version): Version {
  const kept = resources.filter(() => random.below(8) > 0)
  const next = kept.map((drawn) => drawChanges(random, drawn))
  return random.below(3) === 0
    ? { resources: [...next, drawResource(random, `new${random.below(99)}`)] }
    : { resources: next }
}

export function manifestsOf({ resources }: Version): readonly ResourceManifest[] {
  return resources.map(({ name, renamedFrom, fields, paths, search, total }) => {
    const plain: Resource = resource(name, {})
    const declarations = fields.map(({ name: field, declaration, renamedFrom: old }) => [
      field,
      old === undefined ? declaration : { ...declaration, renamedFrom: old },
    ])
    return resourceManifest('all', {
      ...plain.declaration,
      ...(renamedFrom === undefined ? {} : { renamedFrom }),
      fields: Object.fromEntries(declarations),
      paths,
      search,
      total,
    })
  })
}

export function backfillsOf({ resources }: Version): Backfills {
  return new Map(
    resources.map(({ name, fields }) => [
      name,
      fields.flatMap(({ name: field, backfill }) => (backfill === undefined ? [] : [{ field, ...backfill }])),
    ]),
  )
}

/** A value that this field may hold, in its stored form. `at` makes it one that no other row has. */
export function drawValue(random: Random, field: FieldDeclaration, at: number): Value {
  if (field.optional && random.below(3) === 0) return null
  switch (field.kind) {
    case 'text':
      return `${pick(random, ['a', 'ß', 'zz', ''])}${at}`
    case 'integer':
      return at * 1000 + random.below(999)
    case 'bigint':
      return `${9_007_199_254_740_993n + BigInt(at)}`
    case 'decimal':
      return `${random.below(90)}.${String(random.below(10 ** field.scale)).padStart(field.scale, '0')}`
    case 'boolean':
      return random.below(2) === 0
    case 'timestamp':
      return new Date(1_700_000_000_000 + at * 1000).toISOString()
    case 'date':
      return '2030-01-01'
    case 'json':
      return JSON.stringify({ at })
    case 'enum':
      return pick(random, field.values)
    case 'bytes':
      return Buffer.from(`b${at}`).toString('base64url')
    case 'id':
    case 'ref':
      throw new TypeError('these are not drawn')
  }
}

function drawResource(random: Random, name: string): Drawn {
  const fields = Array.from({ length: 1 + random.below(5) }, (_, at) => drawField(random, `field${at}`))
  return { name, fields, paths: drawPaths(random, fields), ...drawKept(random, fields) }
}

const never = (): Value => {
  throw new Error('there was no row before')
}

function drawField(random: Random, name: string): DrawnField {
  return { name, declaration: drawDeclaration(random), expected: never }
}

function drawDeclaration(random: Random): FieldDeclaration {
  const optional = random.below(2) === 0
  const unique = random.below(5) === 0
  const kinds = [
    t.text({ maxLength: 40, optional, unique }),
    t.integer({ optional, unique }),
    t.bigint({ optional }),
    t.decimal(10, 2, { optional }),
    t.decimal(18, 4, { optional }),
    t.boolean({ optional }),
    t.timestamp({ optional }),
    t.date({ optional }),
    t.json({ optional }),
    t.enum(['red', 'green', 'blue'], { optional }),
    t.bytes({ optional }),
  ]
  return pick(random, kinds).declaration
}

function drawPaths(random: Random, fields: readonly DrawnField[]): readonly (readonly string[])[] {
  const names = fields.flatMap(({ name, declaration: { kind } }) => (kind === 'json' || kind === 'bytes' ? [] : [name]))
  if (names.length === 0 || random.below(3) === 0) return []
  const path = [...new Set(Array.from({ length: 1 + random.below(2) }, () => pick(random, names)))]
  return random.below(2) === 0 ? [path] : [path, ['createdAt']]
}

function drawKept(random: Random, fields: readonly DrawnField[]): Pick<Drawn, 'search' | 'total'> {
  const texts = fields.flatMap(({ name, declaration: { kind } }) => (kind === 'text' ? [name] : []))
  return {
    search: random.below(2) === 0 ? texts.slice(0, 2) : [],
    total: random.below(2) === 0 ? 'estimated' : undefined,
  }
}

function drawChanges(random: Random, drawn: Drawn): Drawn {
  let number = 0
  const fields = drawn.fields.flatMap((field) => drawChange(random, field, () => `later${number++}`))
  const added = Array.from({ length: random.below(3) }, () => drawAddition(random, drawn, `later${number++}`))
  const all = [...fields, ...added]
  const isRenamed = random.below(6) === 0
  return {
    name: isRenamed ? `${drawn.name}2` : drawn.name,
    ...(isRenamed ? { renamedFrom: drawn.name } : {}),
    fields: all,
    paths: drawPaths(random, all),
    ...drawKept(random, all),
  }
}

/** What may happen to one field between two versions. */
function drawChange(random: Random, field: DrawnField, newName: () => string): readonly DrawnField[] {
  const { name, declaration } = field
  const plain = { name, declaration, expected: (row: Readonly<Record<string, Value>>) => row[name]! }
  switch (
    pick(random, ['stays', 'goes', 'renamed', 'kind', 'required', 'optional', 'unique', 'narrower', 'wider'] as const)
  ) {
    case 'stays':
      return [plain]
    case 'goes':
      return []
    case 'renamed':
      return [{ ...plain, name: newName(), renamedFrom: name }]
    case 'kind': {
      const text = { ...t.text({ maxLength: 400 }).declaration, optional: declaration.optional }
      const value = (stored: unknown) => (stored === null ? null : `was ${JSON.stringify(stored)}`)
      const backfill = { from: { [name]: declaration }, value: (row: Record<string, unknown>) => value(row[name]) }
      if (['text', 'enum'].includes(declaration.kind)) return [plain]
      const read = (stored: Value) =>
        declaration.kind === 'json' && stored !== null ? JSON.parse(stored as string) : stored
      return [{ name, declaration: text, backfill, expected: (row) => value(read(row[name]!)) }]
    }
    case 'required': {
      if (declaration.kind !== 'text' || declaration.unique) return [plain]
      const now = { ...declaration, optional: false }
      const isByDefault = random.below(2) === 0
      const expected = (row: Readonly<Record<string, Value>>) => row[name] ?? 'none'
      return isByDefault
        ? [{ name, declaration: { ...now, default: 'none' }, expected }]
        : [{ name, declaration: now, backfill: { from: {}, value: () => 'none' }, expected }]
    }
    case 'optional':
      return [{ ...plain, declaration: { ...declaration, optional: true } }]
    case 'unique': {
      const canBe = declaration.kind === 'text' || declaration.kind === 'integer'
      return [{ ...plain, declaration: { ...declaration, unique: canBe && !declaration.unique } }]
    }
    case 'narrower': {
      if (declaration.kind !== 'enum') return [plain]
      const expected = (row: Readonly<Record<string, Value>>) => (row[name] === 'blue' ? 'green' : row[name]!)
      const value = (row: Record<string, unknown>) => expected(row as Record<string, Value>)
      const narrow = { ...declaration, values: ['red', 'green'] }
      return [{ name, declaration: narrow, backfill: { from: { [name]: declaration }, value }, expected }]
    }
    case 'wider':
      if (declaration.kind === 'enum')
        return [{ ...plain, declaration: { ...declaration, values: [...declaration.values, 'black'] } }]
      if (declaration.kind === 'decimal' && declaration.precision < 18)
        return [{ ...plain, declaration: { ...declaration, precision: 16 } }]
      if (declaration.kind === 'integer') {
        const expected = (row: Readonly<Record<string, Value>>) => (row[name] === null ? null : String(row[name]))
        const { optional, unique } = declaration
        return [{ name, declaration: { ...t.bigint().declaration, optional, unique }, expected }]
      }
      return [plain]
  }
}

function drawAddition(random: Random, { fields }: Drawn, name: string): DrawnField {
  const source = pick(random, fields)
  switch (pick(random, ['optional', 'default', 'constant', 'made'] as const)) {
    case 'optional':
      return { name, declaration: { ...drawDeclaration(random), optional: true }, expected: () => null }
    case 'default':
      return { name, declaration: t.text({ default: "it's" }).declaration, expected: () => "it's" }
    case 'constant':
      return {
        name,
        declaration: t.decimal(10, 3).declaration,
        backfill: { from: {}, value: () => '1.5' },
        expected: () => '1.500',
      }
    case 'made': {
      const value = (row: Record<string, unknown>) => `${row.id} has ${JSON.stringify(row[source.name])}`
      const read = (row: Readonly<Record<string, Value>>) => {
        const stored = row[source.name]!
        return source.declaration.kind === 'json' && stored !== null ? JSON.parse(stored as string) : stored
      }
      return {
        name,
        declaration: t.text({ maxLength: 400, unique: true }).declaration,
        backfill: { from: { [source.name]: source.declaration }, value },
        expected: (row) => value({ ...row, [source.name]: read(row) }),
      }
    }
  }
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[random.below(items.length)]!
}
