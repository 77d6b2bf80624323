import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { suite, test } from 'node:test'
import { t } from '../../../../app/field.ts'
import { resourceManifest } from '../../../../app/manifest.ts'
import { resource } from '../../../../app/resource.ts'
import { clockFrom } from '../../../../core/clock.ts'
import { systemRandom } from '../../../../core/random.ts'
import { silentTelemetry } from '../../../../core/telemetry.ts'
import { sqlite } from '../sqlite.ts'
import { look } from './look.ts'
import { restoreSnapshot } from './restore.ts'
import { checkSpace, snapshotsOf, takeSnapshot } from './snapshot.ts'

const note = resourceManifest('s', resource('notes', { id: t.text({ maxLength: 9 }), text: t.text() }).declaration)

/** A database with one row, in a folder of its own; every call of its clock is a second later. */
async function made() {
  const folder = mkdtempSync(join(tmpdir(), 'banyan-restore-'))
  const path = join(folder, 'main.db')
  let seconds = 1_900_000_000
  const clock = clockFrom(() => seconds++ * 1000)
  const deps = { clock, random: systemRandom(), telemetry: silentTelemetry, dataFolder: folder }
  const store = await sqlite.open({ resources: [note] }, deps)
  await store[Symbol.asyncDispose]()
  const write = (text: string) => {
    using database = new DatabaseSync(path)
    const insert = database.prepare(
      "insert into notes (id, text, createdAt, updatedAt, version, slot) values (?, ?, '2030', '2030', 1, 0)",
    )
    insert.run(text, text)
  }
  write('first')
  return {
    path,
    deps,
    write,
    open: () => sqlite.open({ resources: [note] }, deps),
    copy() {
      using database = new DatabaseSync(path)
      return takeSnapshot(database, path, clock)
    },
    notes() {
      using database = new DatabaseSync(path)
      return database
        .prepare('select id from notes order by id')
        .all()
        .map(({ id }) => id)
    },
    epoch() {
      using database = new DatabaseSync(path)
      return database.prepare("select value from _banyan_meta where key = 'epoch'").get()!.value
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  }
}

suite('a copy of a database', () => {
  test('takes its place with another epoch, and what was there is a copy then', async () => {
    using it = await made()
    const { name } = it.copy()
    it.write('second')
    const epoch = it.epoch()
    const { kept } = restoreSnapshot(it.path, name, it.deps)
    assert.deepEqual(it.notes(), ['first'])
    assert.notEqual(it.epoch(), epoch)
    const store = await it.open()
    await store[Symbol.asyncDispose]()
    restoreSnapshot(it.path, snapshotsOf(it.path)[0]!.name, it.deps)
    assert.deepEqual(it.notes(), ['first', 'second'])
    assert.ok(existsSync(kept!))
    assert.deepEqual(readdirSync(join(it.path, '..')).toSorted(), ['main.db', 'snapshots'])
  })

  test('is refused where it is damaged, none, or of something else, and the data stay as they are', async () => {
    using it = await made()
    const { name, path } = it.copy()
    const [data, copy] = [readFileSync(it.path), readFileSync(path)]
    using other = new DatabaseSync(':memory:')
    other.exec('create table t (a)')
    other.prepare('vacuum into ?').run(`${path}.other`)
    for (const bytes of [
      Buffer.from(copy).fill(0xa5, 8192, 12_288),
      copy.subarray(0, copy.length - 4096),
      Buffer.from('nothing'),
      readFileSync(`${path}.other`),
    ]) {
      writeFileSync(path, bytes)
      assert.throws(() => restoreSnapshot(it.path, name, it.deps), { code: 'SNAPSHOT_UNUSABLE' })
      assert.ok(readFileSync(it.path).equals(data))
      assert.ok(!existsSync(`${it.path}.restoring`))
    }
    assert.throws(() => restoreSnapshot(it.path, '../main.db', it.deps), { code: 'SNAPSHOT_MISSING' })
  })

  test('is refused while the data are open', async () => {
    using it = await made()
    const { name } = it.copy()
    await using _store = await it.open()
    assert.throws(() => restoreSnapshot(it.path, name, it.deps), { code: 'STORE_IN_USE' })
  })

  test('takes the place of data that are damaged, and of none', async () => {
    using it = await made()
    const { name } = it.copy()
    writeFileSync(it.path, 'nothing that could be read')
    const { kept } = restoreSnapshot(it.path, name, it.deps)
    assert.equal(readFileSync(kept!, 'utf8'), 'nothing that could be read')
    rmSync(it.path)
    assert.equal(restoreSnapshot(it.path, name, it.deps).kept, undefined)
    assert.deepEqual(it.notes(), ['first'])
  })

  test('is not mixed with the log of what was there', async () => {
    using it = await made()
    const { name } = it.copy()
    // As a kill leaves it: the last commits are in the log alone.
    const child = new DatabaseSync(it.path)
    child.exec("update notes set text = 'later'")
    const [file, log] = [readFileSync(it.path), readFileSync(`${it.path}-wal`)]
    child.close()
    writeFileSync(it.path, file)
    writeFileSync(`${it.path}-wal`, log)
    restoreSnapshot(it.path, name, it.deps)
    assert.ok(!existsSync(`${it.path}-wal`))
    using database = new DatabaseSync(it.path)
    assert.equal(database.prepare('select text from notes').get()!.text, 'first')
    const kept = snapshotsOf(it.path)[0]!
    using before = new DatabaseSync(kept.path)
    assert.equal(before.prepare('select text from notes').get()!.text, 'later')
  })

  test('makes room for itself: five are kept', async () => {
    using it = await made()
    const taken = Array.from({ length: 7 }, () => it.copy().name)
    assert.deepEqual(
      snapshotsOf(it.path).map(({ name }) => name),
      taken.toReversed().slice(0, 5),
    )
    for (let time = 0; time < 7; time++) restoreSnapshot(it.path, taken[6]!, it.deps)
    const kept = snapshotsOf(it.path)
    assert.equal(kept.filter(({ name }) => name.includes('replaced')).length, 5)
    assert.equal(kept.length, 10)
  })

  test('is not begun where it does not fit', () => {
    assert.throws(() => checkSpace(tmpdir(), 1e18), { code: 'STORE_FULL' })
  })
})

test('looking at a database leaves it as it is, whether its log is there or not', async () => {
  using it = await made()
  const files = () =>
    readdirSync(join(it.path, '..'))
      .filter((name) => !name.endsWith('-shm'))
      .map((name) => [name, readFileSync(join(it.path, '..', name), 'base64')])
  for (const isLogged of [false, true]) {
    if (isLogged) {
      const database = new DatabaseSync(it.path)
      database.exec("insert into notes (id, text, createdAt, updatedAt, version, slot) values ('2', '2', '', '', 1, 0)")
      const [file, log] = [readFileSync(it.path), readFileSync(`${it.path}-wal`)]
      database.close()
      writeFileSync(it.path, file)
      writeFileSync(`${it.path}-wal`, log)
    }
    const before = files()
    await using seen = look(it.path)
    assert.equal(seen.isInUse, false)
    assert.equal(await seen.facts.count('notes', { kind: 'any' }), isLogged ? 2 : 1)
    assert.deepEqual(
      (await seen.stored()).map(({ name }) => name),
      ['notes'],
    )
    assert.deepEqual(files(), before)
  }
})
