import assert from 'node:assert/strict'
import { t } from '../../../app/field.ts'
import { resource } from '../../../app/resource.ts'
import { systemClock } from '../../../core/clock.ts'
import { migrateAtStart } from '../migrate.ts'
import type { Migrator } from '../migrator.ts'
import { atStart, contract, type Open, opened, sessionOf, wantedBy } from './engine.ts'

// What the suite calls a row is no generated id.
const id = t.text({ maxLength: 9 })
const older = resource('flights', {
  id,
  gate: t.text({ optional: true, unique: true }),
  crew: t.text({ default: '' }),
  seats: t.integer(),
}).index('gate')
const newer = resource('trips', {
  id,
  door: t.text({ optional: true, unique: true, renamedFrom: 'gate' }),
  pilot: t.text(),
  seats: t.integer(),
  seatClass: t.enum('economy', 'first'),
  meals: t.integer({ default: 1 }),
})
  .index('door')
  .renamedFrom('flights')
  .backfill('pilot', ({ crew }) => crew.split(' ')[0]!, { from: { crew: t.text() } })
  .backfill('seatClass', () => 'economy')

const common = { createdAt: systemClock.now(), updatedAt: systemClock.now(), version: 1 }

/** Each version in turn opens the data, and leaves them to the other one. */
export async function takeTurns(open: Open): Promise<void> {
  await using engine = await open()
  for (let round = 0; round < 3; round++) {
    const [one, two] = [`${round}a`, `${round}b`]
    let session = await opened(engine, older)
    await session.insert('flights', [{ id: one, gate: `A${round}`, crew: 'Ada Byron', seats: 1, ...common }])
    session = await opened(engine, newer)
    const made = { door: `A${round}`, pilot: 'Ada', seats: 1, seatClass: 'economy', meals: 1 }
    assert.deepEqual(await session.get('trips', one), { id: one, ...made, ...common })
    await session.insert('trips', [{ id: two, ...made, door: `B${round}`, seatClass: 'first', pilot: 'Bo', ...common }])
    await session.update('trips', one, { door: `C${round}`, seatClass: 'first', meals: 2 })
    assert.match(
      String(await session.insert('trips', [{ ...common, ...made, id: 'x', door: `B${round}` }])),
      /STORE_UNIQUE/,
    )

    session = await opened(engine, older)
    assert.deepEqual(await session.get('flights', two), { id: two, gate: `B${round}`, crew: '', seats: 1, ...common })
    assert.equal((await session.get('flights', one)).gate, `C${round}`)
    await session.update('flights', one, { crew: 'Grace Hopper', seats: 3 })

    // What the older one changed is made anew; what only the newer one knows stays as it left it.
    session = await opened(engine, newer)
    const { updatedAt: _, version: __, ...rest } = await session.get('trips', one)
    const { createdAt } = common
    assert.deepEqual(rest, {
      id: one,
      door: `C${round}`,
      pilot: 'Grace',
      seats: 3,
      seatClass: 'first',
      meals: 2,
      createdAt,
    })
    assert.equal((await session.get('trips', two)).pilot, 'Bo')
  }

  await contract(engine, wantedBy(engine, newer))
  const session = await opened(engine, newer)
  assert.equal((await session.get('trips', '0a')).door, 'C0')
  await assert.rejects(opened(engine, older), /its rows are now known as trips, and the name flights was given up/)
}

/**
 * The older version keeps the data open, and writes before every commit of the newer one's migration and after it: an engine that
 * processes share must let neither of them wait for the other to end. While rows are filled it changes rows, and makes none: a
 * fill would have to follow it for ever.
 */
export async function goSideBySide(open: Open): Promise<void> {
  await using engine = await open()
  const old = await opened(engine, older)
  let made = 0
  const write = async (): Promise<void> => {
    const id = String(++made).padStart(3, '0')
    const row = { id, gate: `A${id}`, crew: 'Ada Byron', seats: 1, ...common }
    assert.equal(await old.insert('flights', [row]), undefined)
    assert.equal(await old.update('flights', id, { gate: `B${id}` }), undefined)
    assert.deepEqual((await old.get('flights', id)).gate, `B${id}`)
  }
  for (let row = 0; row < 10; row++) await write()
  const before = made
  let changed = 0
  const change = async (): Promise<void> => {
    const id = String(1 + (changed++ % made)).padStart(3, '0')
    assert.equal(await old.update('flights', id, { seats: changed, crew: 'Ada Lovelace' }), undefined)
  }
  await migrateAtStart(writingBefore(engine.migrator, write, change), wantedBy(engine, newer), atStart)
  assert.ok(made > before + 5 && changed > 3, `${made - before} rows were made and ${changed} changed meanwhile`)
  const now = await sessionOf(engine, wantedBy(engine, newer))
  await write()

  // Both see one value under their own name, and what one of them does not know has a value for the other.
  const last = String(made).padStart(3, '0')
  assert.equal((await now.get('trips', last)).door, `B${last}`)
  assert.equal((await now.get('trips', last)).meals, 1)
  assert.equal(await now.update('trips', last, { door: 'C', seatClass: 'first' }), undefined)
  const { gate, crew } = await old.get('flights', last)
  assert.deepEqual({ gate, crew }, { gate: 'C', crew: 'Ada Byron' })
  assert.match(String(await old.insert('flights', [{ ...common, id: 'x', gate: 'C', crew: '', seats: 1 }])), /UNIQUE/)
  const other = { id: 'y', door: null, pilot: 'Bo', seats: 2, seatClass: 'first', meals: 3, ...common }
  assert.equal(await now.insert('trips', [other]), undefined)
  assert.equal((await old.get('flights', 'y')).crew, '')
  assert.equal(await old.update('flights', '001', { crew: 'Grace Hopper' }), undefined)

  // What was written beside the fill, or behind it, gets its values when the newer version opens the data again.
  const again = await opened(engine, newer)
  const rows = await again.all('trips')
  assert.equal(rows.length, made + 1)
  for (const { id, pilot, seatClass } of rows) {
    assert.equal(pilot, id === '001' ? 'Grace' : id === 'y' ? 'Bo' : 'Ada', String(id))
    assert.equal(seatClass, id === 'y' || id === last ? 'first' : 'economy', String(id))
  }

  // Only what is named takes the older one's names away, and from then on it can no longer open the data.
  assert.equal(await old.insert('flights', [{ ...common, id: 'z', gate: null, crew: '', seats: 1 }]), undefined)
  await contract(engine, wantedBy(engine, newer))
  await assert.rejects(opened(engine, older), /the name flights was given up/)
}

/** `write` runs before each commit of a step, `change` before each of a fill. */
function writingBefore(migrator: Migrator, write: () => Promise<void>, change: () => Promise<void>): Migrator {
  const behind =
    <Given extends readonly unknown[]>(commit: (...given: Given) => Promise<void>, first: () => Promise<void>) =>
    async (...given: Given) => {
      await first()
      await commit(...given)
    }
  return {
    ...migrator,
    run: behind(migrator.run, write),
    remember: behind(migrator.remember, write),
    fill: behind(migrator.fill, change),
    lacking: (fill, after) => migrator.lacking(fill, after, 3),
  }
}
