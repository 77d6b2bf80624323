import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { anyone } from '../app/access.ts'
import { app } from '../app/app.ts'
import { t } from '../app/field.ts'
import { resource } from '../app/resource.ts'
import { service } from '../app/service.ts'
import { type Chance, chance } from './chance.ts'
import { comparisonOf, differencesOf } from './comparison.ts'
import { load } from './load.ts'
import { readReport } from './read-report.ts'
import type { LoadReport } from './report.ts'
import { type FakeServer, simulated } from './simulation.ts'

const Book = resource('books', { title: t.text() }).index('title').access({ read: anyone })
const library = app('library', { version: 'v1', services: [service('catalog', { resources: { Book } })] })
const profile = load(library, {
  arrivals: { rate: 50 },
  duration: '4s',
  scenarios: {
    list: { run: ({ api }) => api.books.list() },
    get: { run: ({ api }) => api.books.get('one') },
  },
})

/** A run against a server that takes so long, and fails so often. */
async function report(
  afterMs: number,
  { getAfterMs = afterMs, failsEvery = Number.POSITIVE_INFINITY } = {},
): Promise<LoadReport> {
  let asked = 0
  const { report } = await simulated(profile, {
    seed: 1,
    answer: ({ path }) => ({
      afterMs: path.includes('one') ? getAfterMs : afterMs,
      ...(++asked % failsEvery === 0 ? { status: 500, body: { code: 'BUG', title: 'Bug' } } : {}),
    }),
  })
  return report
}

suite('a comparison', () => {
  test('of equal runs says that they are about the same', async () => {
    const { verdict, rows, cautions } = comparisonOf(await report(20), await report(21))
    assert.match(verdict, /About the same/)
    assert.deepEqual(new Set(rows.map(({ name }) => name)), new Set(['all', 'books.get', 'books.list']))
    assert.deepEqual(cautions, [])
  })

  test('says what became worse and what better', async () => {
    const earlier = await report(20)
    assert.match(comparisonOf(await report(40), earlier).verdict, /^Worse: p50 and p95; nothing is better/)
    assert.match(comparisonOf(await report(10), earlier).verdict, /^Better: p50 and p95; nothing is worse/)
    const failing = comparisonOf(await report(20, { failsEvery: 4 }), earlier)
    assert.match(failing.verdict, /^Worse: errors; nothing is better/)
    const { ratio, verdict } = failing.rows.find(({ name, figure }) => name === 'all' && figure === 'errors')!
    assert.deepEqual([ratio, verdict], [null, 'worse'])
  })

  test('of a single request that differs names it, where enough were sent to tell', async () => {
    const earlier = await report(20, { getAfterMs: 1 })
    const rows = comparisonOf(await report(20, { getAfterMs: 3 }), earlier).rows
    const one = rows.filter(({ name, ratio }) => name === 'books.get' && ratio !== null && ratio > 2)
    assert.deepEqual(
      one.map(({ figure, verdict }) => [figure, verdict]),
      [
        ['p50', 'worse'],
        // Of a hundred requests nobody knows how long one in a hundred may take.
        ['p95', 'unclear'],
        ['p99', 'unclear'],
      ],
    )
  })

  test('does not take chance for a difference', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    const slow = async (of: Chance) => {
      const answer: FakeServer = () => ({ afterMs: -20 * Math.log(1 - of.next()) })
      return (await simulated(profile, { seed: 1, answer })).report
    }
    let told = 0
    for (let at = 0; at < 5; at++) {
      const [now, earlier] = [await slow(chance(seed, at, 0)), await slow(chance(seed, at, 1))]
      if (/better|worse/i.test(comparisonOf(now, earlier).verdict)) told++
    }
    // Both intervals have to be missed, by chance, in one of a dozen figures.
    assert.ok(told <= 2, `${told} of 5 pairs, seed ${seed}`)
  })

  test('tells what the ratios have to be read with', async () => {
    const now = await report(20)
    const elsewhere: LoadReport = {
      ...now,
      cutShort: 'it was stopped',
      surroundings: { ...now.surroundings, machine: { ...now.surroundings.machine, cores: 64 } },
      saturation: { ...now.saturation, generatorSaturatedSeconds: 3 },
      arrivals: { ...now.arrivals!, dropped: 7 },
    }
    const cautions = comparisonOf(now, elsewhere).cautions.join('\n')
    for (const words of [/machines differ/, /earlier run was cut short/, /saturated generator for 3 s/, /dropped 7/]) {
      assert.match(cautions, words)
    }
  })

  test('is of the same load when only the seed is another', async () => {
    const { profile: facts } = await report(20)
    assert.deepEqual(differencesOf({ ...facts, seed: 99 }, facts), [])
    const [first, second] = facts.scenarios
    assert.deepEqual(differencesOf({ ...facts, retries: 2, scenarios: [{ ...first!, code: 'other' }] }, facts), [
      'retries was 0 and is 2',
      'the scenario list has changed',
      'there is no scenario get any more',
    ])
    assert.deepEqual(differencesOf(facts, { ...facts, scenarios: [second!] }), ['the scenario list is new'])
  })
})

suite('a report', () => {
  test('is read as it was written', async () => {
    const written = await report(20)
    assert.deepEqual(readReport(JSON.stringify(written), 'report.json'), written)
  })

  test('that is none is refused', () => {
    assert.throws(() => readReport('{', 'report.json'), /report.json is not JSON/)
    for (const text of ['null', '[]', '{"kind":"else"}'])
      assert.throws(() => readReport(text, 'report.json'), /no load report/)
    assert.throws(() => readReport('{"kind":"banyan-load-report","schemaVersion":2}', 'report.json'), /schemaVersion 2/)
  })
})
