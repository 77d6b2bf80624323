import assert from 'node:assert/strict'
import { systemClock } from '../../../core/clock.ts'
import { generateId } from '../../../core/id.ts'
import { seededRandom } from '../../../core/random.ts'
import type { Wanted } from '../difference/wanted.ts'
import { migrate, migrateAtStart } from '../migrate.ts'
import type { Migrator } from '../migrator.ts'
import { planOf } from '../plan.ts'
import { atStart, contract, type Engine, type Open, quiet, sessionOf, type Values } from './engine.ts'
import { backfillsOf, drawNext, drawValue, drawVersion, manifestsOf, type Version } from './random-models.ts'

type Bring = (engine: Engine, second: Version, first: Version) => Promise<void>

export async function migratePair(open: Open, seed: number, bringSecond: Bring = bring): Promise<void> {
  const random = seededRandom(seed)
  const first = drawVersion(random)
  const second = drawNext(random, first)
  const told = `BANYAN_SEED=${seed}, one pair:\n${JSON.stringify([first, second], null, 1)}`
  await using engine = await open()
  await bring(engine, first)
  const before = drawRows(random, first)
  const session = await sessionOf(engine, wantedOf(engine, first))
  for (const [name, rows] of before) await session.insert(name, rows)

  await bringSecond(engine, second, first)
  const expected = expectedRows(second, before)
  assert.deepEqual(await allRows(engine, second), expected, told)
  const model = await engine.migrator.stored()
  const { steps } = await planOf(model, wantedOf(engine, second), engine.migrator.facts)
  assert.deepEqual(steps, [], `nothing is left to do: ${told}`)

  await contract(engine, wantedOf(engine, second))
  assert.deepEqual(await allRows(engine, second), expected, `after the contraction: ${told}`)
  await using other = await open()
  await bring(other, second)
  await contract(other, wantedOf(other, second))
  assert.deepEqual(await engine.schema(), await other.schema(), told)
  const newSession = await sessionOf(other, wantedOf(other, second))
  for (const [name, rows] of Object.entries(expected)) await newSession.insert(name, rows)
  assert.deepEqual(await found(engine, second), await found(other, second), `what is searched and counted: ${told}`)
}

/** What searches and estimates find, which an engine keeps beside the rows. */
async function found(engine: Engine, version: Version) {
  await engine.settle()
  const session = await sessionOf(engine, wantedOf(engine, version))
  return Promise.all(
    version.resources.map(async ({ name, search, total }) => [
      name,
      search.length === 0
        ? []
        : await Promise.all(['a', 'z', 'ss', 'was', '1', 'none'].map((word) => session.search(name, word))),
      total === undefined ? 0 : await session.count(name),
    ]),
  )
}

/** How often it was cut off. `wrap`: what stands around the engine where it is cut. */
export async function migrateWithCuts(
  open: Open,
  seed: number,
  wrap: (migrator: Migrator) => Migrator,
): Promise<number> {
  let cuts = 0
  await migratePair(open, seed, async (engine, second, first) => {
    cuts = await bringWithCuts(engine, second, first, { random: seededRandom(seed), wrap })
  })
  return cuts
}

/** So often the older version opens the data in between: it lets go of what is unfinished, so it must not come back for ever. */
const returnsMax = 3

/** Cuts the migration off at random until it comes through; how often. The older version may open the data in between. */
async function bringWithCuts(
  engine: Engine,
  second: Version,
  first: Version,
  {
    random,
    wrap,
  }: { readonly random: ReturnType<typeof seededRandom>; readonly wrap: (migrator: Migrator) => Migrator },
): Promise<number> {
  let returns = 0
  for (let cuts = 0; ; cuts++) {
    try {
      const migrator = wrap(cutOff(engine.migrator, 1 + random.below(4), random.below(2) === 0))
      await bring({ ...engine, migrator }, second)
      return cuts
    } catch (error) {
      if (!(error instanceof Cut)) throw error
    }
    if (returns === returnsMax || random.below(3) > 0) continue
    returns++
    await migrateAtStart(engine.migrator, wantedOf(engine, first), atStart).catch((error) => {
      // What was converted already is no longer its own.
      assert.match(error.code, /^SCHEMA_/)
    })
  }
}

class Cut extends Error {}

/** Ends for good at one of the next commits, before it or after it; rows come in twos, so that there are many. */
function cutOff(migrator: Migrator, commits: number, isAfter: boolean): Migrator {
  let left = commits
  const cut =
    <Arguments extends readonly unknown[]>(commit: (...given: Arguments) => Promise<void>) =>
    async (...given: Arguments) => {
      left--
      if (left === 0 && !isAfter) throw new Cut()
      await commit(...given)
      if (left === 0) throw new Cut()
    }
  return {
    ...migrator,
    run: cut(migrator.run),
    remember: cut(migrator.remember),
    fill: cut(migrator.fill),
    lacking: (fill, after) => migrator.lacking(fill, after, 2),
  }
}

function wantedOf({ derived }: Engine, version: Version): Wanted {
  return { resources: manifestsOf(version), backfills: backfillsOf(version), derived }
}

async function bring(engine: Engine, version: Version): Promise<void> {
  await migrate(engine.migrator, wantedOf(engine, version), { ...quiet, allow: [] })
}

function drawRows(
  random: ReturnType<typeof seededRandom>,
  { resources }: Version,
): ReadonlyMap<string, readonly Values[]> {
  const now = systemClock.now()
  return new Map(
    resources.map(({ name, fields }) => [
      name,
      Array.from({ length: random.below(5) }, (_, at) => ({
        id: generateId(1_700_000_000_000 + at, random),
        ...Object.fromEntries(fields.map((field) => [field.name, drawValue(random, field.declaration, at)])),
        createdAt: now,
        updatedAt: now,
        version: 1,
      })),
    ]),
  )
}

function expectedRows(
  version: Version,
  before: ReadonlyMap<string, readonly Values[]>,
): Record<string, readonly Values[]> {
  return Object.fromEntries(
    version.resources.map(({ name, renamedFrom, fields }) => [
      name,
      (before.get(renamedFrom ?? name) ?? []).map((row) => ({
        id: row.id!,
        ...Object.fromEntries(fields.map((field) => [field.name, field.expected(row)])),
        createdAt: row.createdAt!,
        updatedAt: row.updatedAt!,
        version: row.version!,
      })),
    ]),
  )
}

async function allRows(engine: Engine, version: Version): Promise<Record<string, readonly Values[]>> {
  const session = await sessionOf(engine, wantedOf(engine, version))
  const all = version.resources.map(async ({ name }) => [name, await session.all(name)] as const)
  return Object.fromEntries(await Promise.all(all))
}
