import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type Field, t } from '../../app/field.ts'
import { resourceManifest } from '../../app/manifest.ts'
import { resource } from '../../app/resource.ts'
import { systemClock } from '../../core/clock.ts'
import type { BanyanError } from '../../core/errors.ts'
import { type Declared, type Engine, type Open, quiet, sessionOf, type Values } from './conformance/engine.ts'
import { load } from './conformance/load.ts'
import { migratePair, migrateWithCuts } from './conformance/random-pairs.ts'
import { goSideBySide, takeTurns } from './conformance/two-versions.ts'
import type { Wanted } from './difference/wanted.ts'
import { migrate } from './migrate.ts'
import type { Migrator } from './migrator.ts'

/**
 * What every engine has to do with the steps that the portable half decides on. `pairs`: how many random ones, where an engine is
 * slower than its turn in the tests allows.
 */
export function migrationConformance(name: string, open: Open, { pairs: pairsMax = 25 } = {}): void {
  const isLong = process.env.BANYAN_FAULTS === 'long'
  const seed = Number(process.env.BANYAN_SEED ?? Date.now() % 2 ** 31)
  suite(`${name} migrates`, () => {
    const pairs = isLong ? 1000 : pairsMax
    test(`${pairs} random pairs of versions: the same schema as a new one, and every value that must be kept`, async (context) => {
      context.diagnostic(`BANYAN_SEED=${seed}`)
      for (let pair = 0; pair < pairs; pair++) await migratePair(open, seed + pair)
    })

    const crashes = isLong ? 500 : Math.ceil(pairsMax / 2)
    test(`${crashes} random pairs cut off before and after any commit, with the older version in between`, async (context) => {
      context.diagnostic(`BANYAN_SEED=${seed}`)
      let cuts = 0
      for (let pair = 0; pair < crashes; pair++)
        cuts += await migrateWithCuts(open, seed + pair, (migrator) => migrator)
      context.diagnostic(`cut off ${cuts} times`)
      assert.ok(cuts > crashes)
    })

    test('control: rows are missed when how far a fill has come is recorded in a commit of its own', async (context) => {
      const positionFirst = (migrator: Migrator): Migrator => ({
        ...migrator,
        async fill(fill, rows, model) {
          await migrator.remember(model)
          await migrator.fill(fill, rows, model)
        },
      })
      // The same pairs each time: whether rows are missed depends on where a fill is cut off.
      let red = 0
      for (let pair = 1; pair <= 20; pair++)
        await migrateWithCuts(open, pair, positionFirst).catch((error) => {
          // Rows that lack a required value are found out at the end of the fill, others by whoever knows what was there.
          assert.match(`${error.code} ${error.message}`, /ERR_ASSERTION|BUG .* has been filled/)
          red++
        })
      context.diagnostic(`${red} of 20 went red`)
      assert.ok(red > 0)
    })

    test('two versions take turns, and each reads what the other one wrote', () => takeTurns(open))

    test('an older version that has the data open goes on writing while a newer one migrates, and beside it', () =>
      goSideBySide(open))

    test('a load does without the indexes of reading, for whoever opens the data next too, and is finished by another version', () =>
      load(open))

    for (const [what, field, value, says] of wrongBackfills) {
      test(`a backfill that ${what} is refused with its row, changes nothing, and is begun anew when it is mended`, async () => {
        await using engine = await open()
        await bringTasks(engine, task)
        const rows = await tasksIn(engine, task)
        await assert.rejects(bringTasks(engine, withField(task, field, value)), (error: BanyanError) => {
          assert.equal(error.code, 'BACKFILL_INVALID')
          assert.match(error.message, says)
          return true
        })
        await bringTasks(engine, task)
        assert.deepEqual(await tasksIn(engine, task), rows)
        const mended = withField(task, t.integer(), () => 3)
        await bringTasks(engine, mended)
        assert.deepEqual(
          (await tasksIn(engine, mended)).map(({ made }) => made),
          [3, 3, 3],
        )
      })
    }
  })
}

const task: Declared = resource('tasks', { title: t.text() })

// `any`: what is wrong here does not compile.
const wrongBackfills: readonly (readonly [what: string, field: Field, value: any, says: RegExp])[] = [
  ['throws', t.integer(), (row: any) => row.nothing.at(0), /tasks\/a: the backfill of made threw: .*reading 'at'/],
  ['throws at the last row', t.integer(), ({ id }: any) => (id === 'c' ? JSON.parse('{') : 1), /tasks\/c: .* threw/],
  ['waits', t.integer(), async () => 1, /gave a promise; it has to be synchronous/],
  ['gives nothing', t.integer(), () => {}, /must be a value, and is undefined/],
  ['gives null', t.integer(), () => null, /gave what the field refuses/],
  ['gives what the field refuses', t.integer({ minimum: 1 }), () => 0, /tasks\/a: .*must be >= 1/],
  [
    'gives what another row has',
    t.text({ unique: true }),
    () => 'A',
    /tasks\/b: the backfill of made gave what another row has/,
  ],
  [
    'refers to nobody',
    t.ref('tasks'),
    () => 'x',
    /tasks\/a: the backfill of made refers to a row of tasks that does not exist/,
  ],
]

function withField(declared: Declared, field: Field, value: any): Declared {
  const { declaration } = field
  const fields = { ...declared.declaration.fields, made: declaration }
  const backfills = [{ field: 'made', from: {}, value }]
  return { ...declared, declaration: { ...declared.declaration, fields }, backfills }
}

function wantedTasks({ derived }: Engine, declared: Declared): Wanted {
  const named = {
    ...declared.declaration,
    fields: { id: t.text({ maxLength: 9 }).declaration, ...declared.declaration.fields },
  }
  return { resources: [resourceManifest('s', named)], backfills: new Map([['tasks', declared.backfills]]), derived }
}

/** With three tasks, if there are none yet. */
async function bringTasks(engine: Engine, declared: Declared): Promise<void> {
  const wanted = wantedTasks(engine, declared)
  await migrate(engine.migrator, wanted, { ...quiet, allow: [] })
  const session = await sessionOf(engine, wanted)
  if ((await session.all('tasks')).length > 0) return
  const now = { createdAt: systemClock.now(), updatedAt: systemClock.now() }
  await session.insert(
    'tasks',
    ['a', 'b', 'c'].map((id) => ({ id, title: id, version: 1, ...now })),
  )
}

async function tasksIn(engine: Engine, declared: Declared): Promise<readonly Values[]> {
  return (await sessionOf(engine, wantedTasks(engine, declared))).all('tasks')
}
