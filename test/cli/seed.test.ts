import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { startServer } from '../running-server.ts'
import { project, smallApp } from './project.ts'
import { running } from './running.ts'

function seedOf(rows: string, { name = 'more', total = 3 } = {}): string {
  return `import { seed } from 'banyan'
import tasks from './app.ts'
export default seed(tasks, { name: '${name}', parts: () => [{ resource: 'tasks', total: ${total}, rows: ${rows} }] })`
}

const threeRows = "['one', 'two', 'three'].map((title) => ({ title }))"

suite('banyan seed', { concurrency: 2 }, () => {
  test('imports the rows of a file once, without serving', async () => {
    using it = project({ 'app.ts': smallApp, 'more.ts': seedOf(threeRows) })
    const first = await it.run(['seed', 'more.ts'])
    assert.equal(first.code, 0, first.err)
    assert.match(first.out, /^more is in: 3 rows in [\d.]+ s, [\d,]+ rows a second, \d+ MB of memory at most\.\n$/)
    assert.equal(first.err, 'imported 3 tasks\n')
    const again = await it.run(['seed', 'more.ts'])
    assert.deepEqual([again.code, again.out, again.err], [0, 'more is in already: nothing was left to import.\n', ''])
  })

  test('tells programs in one line of JSON', async () => {
    using it = project({ 'app.ts': smallApp, 'more.ts': seedOf(threeRows) })
    const { out } = await it.run(['seed', 'more.ts', '--json'])
    const { seconds, rowsPerSecond, memoryBytesMax, ...report } = JSON.parse(out)
    assert.deepEqual(report, { seed: 'more', isComplete: true, rows: 3 })
    for (const figure of [seconds, rowsPerSecond, memoryBytesMax]) assert.ok(figure > 0, out)
    assert.equal(out.trim().split('\n').length, 1)
  })

  test('imports the seed that the app begins with where no file is named', async () => {
    using it = project({
      'app.ts': smallApp,
      'package.json': '{ "type": "module", "banyan": { "seed": "./first.ts" } }',
      'first.ts': seedOf(threeRows, { name: 'first' }),
    })
    assert.match((await it.run(['seed'])).out, /^first is in: 3 rows/)
  })

  test('stopped by Ctrl-C it exits with 1, and goes on behind its last commit', async () => {
    const rows = `(from) => (async function* () {
  for (let at = from; at < 15_000; at++) {
    if (at === 12_000 && process.env.SLOW) {
      console.error('slow')
      await new Promise((resolve) => setTimeout(resolve, 60_000))
    }
    yield { title: String(at) }
  }
})()`
    using it = project({ 'app.ts': smallApp, 'more.ts': seedOf(rows, { total: 15_000 }) })
    await using first = running(it.path, ['seed', 'more.ts'], { SLOW: '1' })
    await first.printed(/slow/)
    first.child.kill('SIGINT')
    assert.equal(await first.ended, 1, first.output())
    assert.match(first.output(), /imported 10,000 of 15,000 tasks/)
    assert.match(
      first.output(),
      /Stopped before the end: 10,000 rows imported\. The same command goes on behind them\./,
    )
    const { out } = await it.run(['seed', 'more.ts', '--json'])
    assert.equal(JSON.parse(out).rows, 5_000)
  })

  test('leaves data alone that a server has open, and says so', async () => {
    using it = project({ 'app.ts': smallApp, 'more.ts': seedOf(threeRows) })
    const dataFolder = join(it.path, '.banyan')
    await using server = await startServer({ app: it.path, dataFolder })
    const { code, err } = await it.run(['seed', 'more.ts'])
    assert.equal(code, 4, err)
    assert.match(err, /is open in another process/)
    const answer = await fetch(`${server.url}/v1/tasks`)
    assert.deepEqual(((await answer.json()) as { data: unknown[] }).data, [])
  })
})
