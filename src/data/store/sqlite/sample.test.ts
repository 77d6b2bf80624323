import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { t } from '../../../app/field.ts'
import { resourceManifest } from '../../../app/manifest.ts'
import { resource } from '../../../app/resource.ts'
import { systemClock } from '../../../core/clock.ts'
import { generateId } from '../../../core/id.ts'
import { seededRandom, systemRandom } from '../../../core/random.ts'
import { slotOfId } from '../../../core/slot.ts'
import { silentTelemetry } from '../../../core/telemetry.ts'
import { batchContext, countOf, scanOf, searchOf } from '../conformance/session.ts'
import type { Commit, Count, CountResult } from '../store.ts'
import { countOrEstimate, type Share } from './sample.ts'
import { sqlite } from './sqlite.ts'

suite('a count that may be estimated', () => {
  /** Counts of a table and of its samples, and how often each was asked for. */
  const counts = (sizes: Readonly<Record<Share, number>>) => {
    const asked: string[] = []
    const countTo = (limit: number, share: Share) => {
      asked.push(`${share}: ${limit}`)
      return Math.min(sizes[share], limit)
    }
    return { asked, estimate: countOrEstimate(countTo, 10_000) }
  }

  test('is exact where there are few rows, and looks at nothing else', () => {
    const { asked, estimate } = counts({ 1: 10_000, 32: 1, 1024: 1 })
    assert.deepEqual(estimate, { count: 10_000, kind: 'exact' })
    assert.deepEqual(asked, ['1: 10001'])
  })

  test('takes the larger sample where that is not too large, and else the smaller', () => {
    assert.deepEqual(counts({ 1: 20_000, 32: 600, 1024: 19 }).estimate, { count: 19_200, kind: 'estimated' })
    const many = counts({ 1: 1e6, 32: 31_250, 1024: 977 })
    assert.deepEqual(many.estimate, { count: 977 * 1024, kind: 'estimated' })
    assert.deepEqual(many.asked, ['1: 10001', '32: 10001', '1024: 10000'])
  })

  test('is never less than what was counted, and at a bounded cost however many rows there are', () => {
    assert.deepEqual(counts({ 1: 20_000, 32: 3, 1024: 0 }).estimate, { count: 10_001, kind: 'estimated' })
    const endless = counts({ 1: 1e12, 32: 1e12, 1024: 1e12 })
    assert.deepEqual(endless.estimate, { count: 10_000 * 1024, kind: 'estimated' })
  })
})

test('estimates lie near the truth, by path, by range, by several values and by words', async (context) => {
  const seed = Number(process.env.BANYAN_SEED ?? Date.now() % 2 ** 31)
  context.diagnostic(`BANYAN_SEED=${seed}`)
  const random = seededRandom(seed)
  const Item = resource('items', { place: t.text(), number: t.integer(), text: t.text() })
    .index('place', 'number')
    .search('text')
    .total('estimated')
  const resources = [resourceManifest('items', Item.declaration)]
  const deps = { telemetry: silentTelemetry, clock: systemClock, random: systemRandom(), dataFolder: '' }
  await using store = await sqlite.open({ file: ':memory:', resources }, deps)
  const now = systemClock.now()
  const rows = 20_000
  for (let from = 0; from < rows; from += 1000) {
    const commits = Array.from({ length: 1000 }, (_, at): Commit => {
      const id = generateId(1_900_000_000_000 + from + at, random)
      const row = [id, at % 4 === 0 ? 'b' : 'a', from + at, at % 5 === 0 ? 'rare' : 'common word', now, now, 1]
      const insert = { kind: 'insert', resource: 'items', id, slot: slotOfId(id), row } as const
      return { kind: 'commit', writes: [insert], assertions: [] }
    })
    assert.ok((await store.execute(commits, batchContext)).every(({ ok }) => ok))
  }
  const counted = async (of: Parameters<typeof countOf>[0]): Promise<CountResult> => {
    const [outcome] = await store.execute<Count>([countOf(of, 2000)], batchContext)
    if (!outcome!.ok) throw outcome!.error
    return outcome!.value
  }
  const path = ['place', 'number']
  const scan = (words: object) => scanOf({ resource: 'items', path, ...words })
  for (const [of, truth] of [
    [scanOf({ resource: 'items' }), rows],
    [scan({ equal: ['a'] }), rows * 0.75],
    [scan({ equal: ['a'], range: { lt: 10_000 } }), rows * 0.375],
    [scan({ equal: [['a', 'b', 'c']] }), rows],
    [searchOf({ resource: 'items', words: ['comm*', 'word'] }), rows * 0.8],
    [searchOf({ resource: 'items', words: ['common'], equal: { place: 'a' } }), rows * 0.6],
  ] as const) {
    const { count, kind } = await counted(of)
    assert.equal(kind, 'estimated')
    // Six standard errors of the smallest sample: once in a billion runs it lies further off.
    assert.ok(Math.abs(count / truth - 1) < 6 / Math.sqrt(truth / 32), `${count} of ${truth}: ${JSON.stringify(of)}`)
  }
  assert.deepEqual(await counted(scan({ equal: ['b'], range: { gte: 15_000 } })), { count: 1250, kind: 'exact' })
  const { plan } = await store.explain(countOf(scan({ equal: ['a'], range: { gt: 1 } }), 2000))
  assert.equal(
    plan.filter((line) => /USING COVERING INDEX (_banyan sample \S+ of )?items\(place,number\)/.test(line)).length,
    3,
    plan.join('\n'),
  )
})
