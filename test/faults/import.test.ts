import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '../../src/core/random.ts'
import { banyan, temporaryFolder } from '../running-server.ts'
import { integrityOf } from './database.ts'
import { isLong } from './http.ts'

const seed = Number(process.env.BANYAN_SEED ?? Date.now() % 2 ** 31)
const flights = fileURLToPath(new URL('../../examples/flights', import.meta.url))
const total = 30_000
const rowsOfCommit = 5_000
const paths = 5

interface Ended {
  readonly code: number | string
  readonly out: string
  readonly err: string
}

/** Imports the first flights of the large file into a folder, with all airports; `killAt` ends that as a power cut would. */
function importInto(dataFolder: string, killAt?: string): Promise<Ended> {
  const preload = killAt === undefined ? [] : ['--import', new URL('./kill-at.ts', import.meta.url).href]
  const args = [...preload, ...banyan, 'seed', 'test/first-flights.ts', '--json']
  const env = { ...process.env, BANYAN_DATA: dataFolder, KILL_AT: killAt, KILL_FROM: 'insert into "flights"' }
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: flights, env, timeout: 120_000 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : (error.signal ?? error.code ?? -1), out, err })
    })
  })
}

/** What an import leaves: how many rows and ids, a digest of all that does not depend on when it was begun, and its access paths. */
function contentOf(dataFolder: string) {
  using database = new DatabaseSync(join(dataFolder, 'main.db'), { readOnly: true })
  const [counts] = database.prepare('select count(*) as rows, count(distinct id) as ids from flights').all()
  const hash = createHash('sha256')
  const columns = `id, slot, number, origin, destination, substr(departsAt, 5), distance, delay, capacity, seatsLeft, price, version`
  const statement = database.prepare(`select ${columns} from flights order by id`)
  statement.setReturnArrays(true)
  for (const row of statement.iterate()) hash.update(JSON.stringify(row))
  const ofFlights = database
    .prepare("select name from sqlite_schema where type = 'index' and tbl_name = 'flights'")
    .all()
  return {
    rows: counts!.rows,
    ids: counts!.ids,
    digest: hash.digest('hex'),
    // Samples have names of Banyan's own, and SQLite has one for the key.
    paths: ofFlights.map(({ name }) => String(name)).filter((name) => /^[^_]+\(/.test(name)).length,
  }
}

suite('an import that is killed', () => {
  const whole = (async () => {
    using folder = temporaryFolder()
    const { code, err } = await importInto(folder.path)
    assert.equal(code, 0, err)
    return contentOf(folder.path)
  })()

  test('leaves, once it is gone on with, what one leaves that was not', async (context) => {
    context.diagnostic(`BANYAN_SEED=${seed}`)
    const random = seededRandom(seed)
    using folder = temporaryFolder()
    // In every process: before or behind one of its commits with rows, and while the access paths are built.
    const commits = isLong ? [1, 2, 3, 4, 5] : [1 + random.below(2), 1 + random.below(3)]
    const kills = [
      ...commits.map((at) => `commit ${at}${random.below(2) === 0 ? '' : ' done'}`),
      `create ${1 + random.below(paths)}`,
    ]
    for (const killAt of kills) {
      const { code, out, err } = await importInto(folder.path, killAt)
      // A short one that is nearly over may be over before it is killed.
      if (code !== 'SIGKILL') assert.equal(code, 0, `${killAt}: ${out}${err}`)
      assert.equal(integrityOf(folder.path), 'ok', killAt)
    }
    const { code, err } = await importInto(folder.path)
    assert.equal(code, 0, err)
    assert.deepEqual(contentOf(folder.path), await whole)
    assert.deepEqual([(await whole).rows, (await whole).ids, (await whole).paths], [total, total, paths])
  })

  test('loses no more than the rows of one commit, and makes none of the others again', async () => {
    using folder = temporaryFolder()
    const killed = await importInto(folder.path, 'commit 3')
    assert.equal(killed.code, 'SIGKILL', killed.err)
    const before = rowsIn(folder.path)
    assert.equal(before, 2 * rowsOfCommit)
    const { out } = await importInto(folder.path)
    assert.equal(JSON.parse(out).rows, total - before)
    assert.equal(rowsIn(folder.path), total)
  })
})

function rowsIn(dataFolder: string): number {
  using database = new DatabaseSync(join(dataFolder, 'main.db'))
  return Number(database.prepare('select count(*) as rows from flights').get()!.rows)
}
