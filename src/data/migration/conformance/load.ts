import assert from 'node:assert/strict'
import { t } from '../../../app/field.ts'
import { resource } from '../../../app/resource.ts'
import { systemClock } from '../../../core/clock.ts'
import { beginLoad, finishLoads } from '../load.ts'
import { planOf } from '../plan.ts'
import { type Open, opened, wantedBy } from './engine.ts'

/** A load that is cut off, and that a version with another name for a field finishes. */
export async function load(open: Open): Promise<void> {
  const id = t.text({ maxLength: 9 })
  const older = resource('books', { id, code: t.text({ unique: true }), title: t.text(), shelf: t.text() })
    .index('title')
    .index('shelf', 'title')
  const newer = resource('books', {
    id,
    code: t.text({ unique: true }),
    name: t.text({ renamedFrom: 'title' }),
    shelf: t.text(),
  })
    .index('name')
    .index('shelf', 'name')
  await using engine = await open()
  const { migrator } = engine
  const indexes = async () => (await migrator.stored())[0]!.indexes.map(({ columns }) => columns.join())

  const before = await opened(engine, older)
  await beginLoad(migrator, 'books')
  assert.deepEqual(await indexes(), ['code'])
  const row = { title: 'x', shelf: 's', createdAt: systemClock.now(), updatedAt: systemClock.now(), version: 1 }
  assert.equal(await before.insert('books', [{ id: 'a', code: '1', ...row }]), undefined)
  assert.match(String(await before.insert('books', [{ id: 'b', code: '1', ...row }])), /UNIQUE/)

  // Whoever opens the data next goes on without them.
  const now = await opened(engine, newer)
  assert.deepEqual(await indexes(), ['code'])
  assert.deepEqual((await now.get('books', 'a')).name, 'x')

  // Finishing may be stopped between any two of them.
  const told: string[] = []
  const onStep = async (step: string) => {
    told.push(step)
    if (told.length === 2) throw new Stopped()
  }
  const wanted = wantedBy(engine, newer)
  await assert.rejects(finishLoads(migrator, wanted, onStep), Stopped)
  await finishLoads(migrator, wanted, onStep)
  assert.deepEqual(
    told,
    ['name', 'shelf, name', 'shelf, name'].map((columns) => `create index books(${columns})`),
  )
  assert.deepEqual((await indexes()).toSorted(), ['code', 'shelf,title', 'title'])
  assert.deepEqual((await planOf(await migrator.stored(), wanted, migrator.facts)).steps, [])
  await finishLoads(migrator, wanted, () => assert.fail('nothing is left to do'))
}

class Stopped extends Error {}
