import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../../src/core/random.ts'
import { project } from '../cli/project.ts'
import { banyan, temporaryFolder } from '../running-server.ts'
import { integrityOf } from './database.ts'
import { isLong } from './http.ts'

const seed = Number(process.env.BANYAN_SEED ?? Date.now() % 2 ** 31)
const rows = 5_000

const appOf = (fields: string, more = '') => `
import { anyone, app, resource, service, t } from 'banyan'
const Entry = resource('entries', { ${fields} })${more}.index('value').access({ read: anyone, write: anyone })
export default app('entries', { version: 'v1', services: [service('entries', { resources: { Entry } })] })
`
/** One field of another kind, one split off, one that may be null, one renamed, and one that is gone. */
const newer = appOf(
  `value: t.text(), price: t.decimal(10, 2), label: t.text({ unique: true }), half: t.integer({ optional: true }),
   place: t.text({ optional: true, renamedFrom: 'gate' })`,
  `.backfill('price', ({ price }) => \`\${price}.50\`, { from: { price: t.integer() } })
   .backfill('label', ({ value, note }) => \`\${value} \${note}\`, { from: { value: t.text(), note: t.text() } })
   .backfill('half', ({ price }) => (price % 2 === 0 ? price / 2 : null), { from: { price: t.integer() } })`,
)
const older = appOf(`value: t.text(), price: t.integer(), note: t.text(), gate: t.text({ optional: true })`)

const work = project({ 'app.ts': older })
after(() => work[Symbol.dispose]())

/** Data as the older version left them, made once. */
const made = (async () => {
  const dataFolder = join(work.path, 'made')
  const { code, err } = await work.run(['migrate', 'apply'], { BANYAN_DATA: dataFolder })
  assert.equal(code, 0, err)
  work.write('app.ts', newer)
  using database = new DatabaseSync(join(dataFolder, 'main.db'))
  const insert = database.prepare(
    'insert into entries (id, value, price, note, gate, createdAt, updatedAt, version, slot) values (?, ?, ?, ?, ?, ?, ?, 7, 0)',
  )
  const now = new Date().toISOString()
  database.exec('begin')
  for (let at = 0; at < rows; at++)
    insert.run(idOf(at), `v${at}`, at, `n${at % 7}`, at % 3 === 0 ? null : `g${at}`, now, now)
  database.exec('commit')
  return dataFolder
})()

function idOf(at: number): string {
  return `00000000-0000-7000-8000-${String(at).padStart(12, '0')}`
}

/** What is wrong with the data once the newer version has migrated them. */
function audit(dataFolder: string): readonly string[] {
  using database = new DatabaseSync(join(dataFolder, 'main.db'), { readOnly: true })
  const found = database.prepare('select *, "price as integer" as was from entries order by id').all()
  if (found.length !== rows) return [`there are ${found.length} rows`]
  return found.flatMap(({ id, value, price, was, label, half, note, gate, version }, at) => {
    const expected = [
      idOf(at),
      `v${at}`,
      at * 100 + 50,
      at,
      `v${at} n${at % 7}`,
      at % 2 === 0 ? at / 2 : null,
      `n${at % 7}`,
    ]
    const is = [id, value, price, was, label, half, note]
    const isWhole = gate === (at % 3 === 0 ? null : `g${at}`) && version === 7
    return isWhole && JSON.stringify(is) === JSON.stringify(expected) ? [] : [`row ${at} is ${JSON.stringify(is)}`]
  })
}

/** One `banyan migrate apply`, that may be killed. */
async function apply(dataFolder: string, { preload, env = {}, killAfterMs }: Killing = {}) {
  const child = spawn(
    process.execPath,
    [...(preload === undefined ? [] : ['--import', preload.href]), ...banyan, 'migrate', 'apply'],
    { cwd: work.path, env: { ...process.env, BANYAN_DATA: dataFolder, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let said = ''
  const copied = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk
      if (said.includes('copied the data')) copied.resolve()
    })
  const ended = new Promise<number | string>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal!)),
  )
  if (killAfterMs !== undefined) {
    await Promise.race([copied.promise, ended])
    await sleep(killAfterMs)
    child.kill('SIGKILL')
  }
  return { ended: await ended, said }
}

interface Killing {
  readonly preload?: URL
  readonly env?: Readonly<Record<string, string>>
  /** Counted from the copy on, when there is something to be cut off. */
  readonly killAfterMs?: number
}

/** A folder with a copy of the data. */
async function copied() {
  const folder = temporaryFolder()
  cpSync(await made, folder.path, { recursive: true })
  return folder
}

const rounds = isLong ? 60 : 5

test(`kill -9 at ${rounds} random commits of an apply: the next one goes on, and every value is there`, async (context) => {
  context.diagnostic(`BANYAN_SEED=${seed}`)
  const random = seededRandom(seed)
  let folder = await copied()
  let killed = 0
  for (let round = 0; round < rounds; round++) {
    const env = { KILL_AT: `commit ${1 + random.below(20)}${random.below(2) === 0 ? '' : ' done'}` }
    const { ended, said } = await apply(folder.path, { preload: new URL('./kill-at.ts', import.meta.url), env })
    assert.equal(integrityOf(folder.path), 'ok', `as round ${round} left it`)
    if (ended === 'SIGKILL') {
      killed++
      continue
    }
    // It had less to do than was waited for.
    assert.equal(ended, 0, said)
    assert.deepEqual(audit(folder.path), [])
    folder[Symbol.dispose]()
    folder = await copied()
  }
  const { ended, said } = await apply(folder.path)
  assert.equal(ended, 0, said)
  assert.deepEqual(audit(folder.path), [])
  folder[Symbol.dispose]()
  context.diagnostic(`killed ${killed} times`)
  assert.ok(killed > 0)
})

const moments = isLong ? 20 : 2

test(`kill -9 at ${moments} random moments of a fill: the next apply goes on, and every value is there`, async (context) => {
  context.diagnostic(`BANYAN_SEED=${seed}`)
  const random = seededRandom(seed)
  for (let moment = 0; moment < moments; moment++) {
    using folder = await copied()
    await apply(folder.path, { killAfterMs: random.below(400) })
    assert.equal(integrityOf(folder.path), 'ok')
    const { ended, said } = await apply(folder.path)
    assert.equal(ended, 0, said)
    assert.deepEqual(audit(folder.path), [])
  }
})

test('a fill that was killed goes on behind the last row that is done, and makes none of the others again', async () => {
  using folder = await copied()
  const env = { KILL_AT: 'commit 10 done' }
  const { ended } = await apply(folder.path, { preload: new URL('./kill-at.ts', import.meta.url), env })
  assert.equal(ended, 'SIGKILL')
  {
    using database = new DatabaseSync(join(folder.path, 'main.db'))
    const { done } = database
      .prepare("select declaration ->> '$.filling.done' as done from _banyan_schema where resource = 'entries'")
      .get() as { done: number }
    assert.ok(done > 0 && done < rows, `${done} rows are done`)
    // A mark on what is done: were it made again, it would be gone.
    const mark = 'update entries set "price as decimal(10,2) to be" = 1 where id in (?, ?)'
    database.prepare(mark).run(idOf(0), idOf(done - 1))
  }
  const { ended: code, said } = await apply(folder.path)
  assert.equal(code, 0, said)
  assert.equal(audit(folder.path).length, 2)
})

test('control: the audit finds what is missed when how far a fill has come is recorded in a commit of its own', async () => {
  using folder = await copied()
  const { ended } = await apply(folder.path, { preload: new URL('./position-first.ts', import.meta.url) })
  assert.equal(ended, 'SIGKILL')
  const { ended: code, said } = await apply(folder.path)
  assert.equal(code, 1)
  assert.match(said, /has been filled, and 500 rows have no value/)
})
