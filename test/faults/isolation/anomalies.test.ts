import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { seededRandom } from '../../../src/core/random.ts'
import { type Anomaly, anomaliesOf } from './anomalies.ts'
import type { History, Step, Transaction } from './history.ts'

const seed = Number(process.env.BANYAN_SEED ?? Date.now() % 2 ** 31)

/** `ax1` appends 1 to x, `rx12` reads [1, 2] of it, `rx` reads that it is empty, `rx?` reads something. */
function stepOf(text: string): Step {
  const [what, key, ...digits] = text as unknown as [string, string, ...string[]]
  if (what === 'a') return { kind: 'append', key, value: Number(digits[0]) }
  return digits[0] === '?' ? { kind: 'read', key } : { kind: 'read', key, list: digits.map(Number) }
}

/** One transaction a line, all beside each other: `ax1 rx12`, with `aborted` or `unknown` in front where it was not committed. */
function beside(...lines: readonly string[]): History {
  return lines.map((line, id): Transaction => {
    const words = line.split(' ')
    const outcome = words[0] === 'aborted' || words[0] === 'unknown' ? words[0] : 'committed'
    const steps = words.slice(outcome === 'committed' ? 0 : 1).map(stepOf)
    return { id, outcome, steps, startedAt: 0, endedAt: outcome === 'unknown' ? Number.POSITIVE_INFINITY : 1 }
  })
}

/** The same, one after another. */
function inTurn(...lines: readonly string[]): History {
  return beside(...lines).map((one) => ({ ...one, startedAt: one.id * 2, endedAt: one.endedAt + one.id * 2 }))
}

const kindsOf = (history: History) => anomaliesOf(history).map(({ kind }) => kind)

suite('the checker of isolation', () => {
  const clean: Readonly<Record<string, History>> = {
    'nothing at all': [],
    'appends that are read in their order': inTurn('ax1', 'ax2 rx12', 'rx12'),
    'a refused append that nobody has seen': inTurn('ax1', 'aborted ax2', 'rx1'),
    'an append of unknown outcome that took place': inTurn('unknown ax1 ry?', 'rx1'),
    'an append of unknown outcome that did not': inTurn('unknown ax1', 'rx', 'ax2 rx2'),
    'two that read before either had written': beside('rx ay1', 'ry1 ax1', 'rx1 ry1'),
    'both appends of one transaction': beside('ax1 ax2', 'rx12'),
    'a read among its own appends': beside('rx ax1 rx1 ax2 rx12', 'rx12'),
    'a reader who came late, while the writers ran beside each other': beside('ax1', 'ax2', 'rx21', 'rx2', 'rx'),
  }
  for (const [name, history] of Object.entries(clean)) {
    test(`is content with ${name}`, () => assert.deepEqual(anomaliesOf(history), []))
  }

  const broken: readonly (readonly [kind: Anomaly['kind'], name: string, history: History])[] = [
    ['G0', 'writes in two orders', beside('ax1 ay1', 'ax2 ay2', 'rx12', 'ry21')],
    ['G1a', 'a refused append that was read', beside('aborted ax1', 'rx1')],
    ['G1b', 'a list between two appends of one transaction', beside('ax1 ax2', 'rx1', 'rx12')],
    ['G1c', 'two who have each seen the other', beside('ax1 ry1', 'ay1 rx1')],
    ['G1c', 'three who have seen each other in turn', beside('ax1 ry1', 'ay1 rz1', 'az1 rx1')],
    ['G-single', 'a skewed read: one append of two was seen', beside('ax1 ay1', 'rx1 ry', 'ry1')],
    ['G-single', 'a lost update: both read before either wrote', beside('rx ax1', 'rx ax2', 'rx12')],
    ['G2', 'write skew: each read what the other wrote', beside('rx ay1', 'ry ax1', 'rx1 ry1')],
    ['G2', 'write skew of three', beside('rx ay1', 'ry az1', 'rz ax1', 'rx1 ry1 rz1')],
    ['internal', 'a transaction that does not see its own append', beside('ax1 rx', 'rx1')],
    ['internal', 'a transaction that reads twice and finds more', beside('rx ry rx1', 'ax1')],
    ['incompatible', 'two reads of one list that contradict each other', beside('ax1', 'ax2', 'rx12', 'rx2')],
    ['strange', 'a value that nobody appended', beside('rx7')],
    ['doubled', 'an append that is there twice', inTurn('ax1', 'rx11')],
    ['lost', 'an append that was answered and is in no later read', inTurn('ax1', 'rx')],
    ['realtime', 'a read that is older than what had been answered', inTurn('ax1', 'ax2', 'rx12', 'rx1')],
    ['realtime', 'an append in front of one that had been answered', inTurn('ax1', 'ax2', 'rx21')],
  ]
  for (const [kind, name, history] of broken) {
    test(`finds ${kind}: ${name}`, () => {
      const found = kindsOf(history)
      // Whoever read between two appends of one transaction also stands before and behind it.
      assert.deepEqual(found, kind === 'G1b' ? ['G1b', 'G-single'] : [kind])
    })
  }

  test('tells of a cycle who came before whom, and why', () => {
    const [{ text }] = anomaliesOf(beside('rx ay1', 'ry ax1', 'rx1 ry1')) as [Anomaly]
    assert.equal(
      text,
      [
        'T0: read x [], append y 1',
        'T1: read y [], append x 1',
        'T0 came before T1, because it read x without 1, which the other appended',
        'T1 came before T0, because it read y without 1, which the other appended',
      ].join('\n  '),
    )
  })

  test('tells the shortest of the cycles that hang together', () => {
    const [{ text }] = anomaliesOf(beside('rx az1', 'rz rx ay1', 'ry ax1', 'rx1 ry1 rz1')) as [Anomaly]
    assert.ok(text.includes('T1: ') && text.includes('T2: ') && !text.includes('T0: '), text)
  })

  test(`is content with many that ran one after another, and with none of them once two reads are swapped`, (context) => {
    context.diagnostic(`BANYAN_SEED=${seed}`)
    const random = seededRandom(seed)
    const history = serialHistory(1500, random)
    assert.deepEqual(anomaliesOf(history), [])
    for (let tries = 0; tries < 10; tries++) {
      const mutant = withSwappedReads(history, random)
      assert.ok(anomaliesOf(mutant).length > 0, 'two reads were swapped, and it has found nothing')
    }
  })
})

interface Dice {
  below(limit: number): number
}

/** Transactions that take effect one after another, each at some moment between its beginning and its end. */
function serialHistory(count: number, random: Dice): History {
  const lists = new Map<string, number[]>()
  let value = 0
  return Array.from({ length: count }, (_, id): Transaction => {
    // Every so often others are used, so that lists stay short.
    const key = () => `${Math.floor(id / 200)}-${random.below(5)}`
    const outcome = (['aborted', 'unknown'] as const)[random.below(12)] ?? 'committed'
    const happens = outcome === 'committed' || (outcome === 'unknown' && random.below(2) === 0)
    const after = new Map<string, readonly number[]>()
    const steps = Array.from({ length: 1 + random.below(4) }, (): Step => {
      const name = key()
      const list = after.get(name) ?? lists.get(name) ?? []
      if (random.below(2) === 0) return { kind: 'read', key: name, ...(outcome === 'committed' ? { list } : {}) }
      after.set(name, [...list, ++value])
      return { kind: 'append', key: name, value }
    })
    if (happens) for (const [name, list] of after) lists.set(name, [...list])
    const [early, late] = [random.below(40), random.below(40)]
    return {
      id,
      outcome,
      steps,
      startedAt: id * 10 - early,
      endedAt: outcome === 'unknown' ? Number.POSITIVE_INFINITY : id * 10 + 1 + late,
    }
  })
}

/** Two reads of one list that found different things, by transactions that did not run beside each other. */
function withSwappedReads(history: History, random: Dice): History {
  const reads = history.flatMap((transaction) =>
    transaction.steps.flatMap((step, at) => {
      const isFirst = transaction.steps.findIndex(({ key }) => key === step.key) === at
      return step.kind === 'read' && step.list !== undefined && isFirst
        ? [{ transaction, step, list: step.list, at }]
        : []
    }),
  )
  for (;;) {
    const one = reads[random.below(reads.length)]!
    const others = reads.filter(
      ({ step, list, transaction }) =>
        step.key === one.step.key &&
        list.length > one.list.length &&
        transaction.startedAt > one.transaction.endedAt + 100,
    )
    if (others.length === 0) continue
    const other = others[random.below(others.length)]!
    const given = (to: typeof one, list: readonly number[]): Transaction => ({
      ...to.transaction,
      steps: to.transaction.steps.with(to.at, { ...to.step, list }),
    })
    return history.with(one.transaction.id, given(one, other.list)).with(other.transaction.id, given(other, one.list))
  }
}
