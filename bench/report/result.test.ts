import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Figures } from '../measure/goal.ts'
import type { Round } from '../measure/versus.ts'
import type { Opponent, Subject, VersusWork } from '../works/work.ts'
import { versusChartOf } from './chart.ts'
import { type Heading, versusResult } from './result.ts'
import { versusGoals, versusTable } from './versus.ts'

const plan = { method: 'GET', path: '/', expects: 200 } as const
const subject = (name: string) => ({ name }) as Subject
const opponent = (name: string, role: Opponent['role']): Opponent => ({ subject: subject(name), plan, role })

const work: VersusWork = {
  kind: 'versus',
  name: 'read',
  title: 'Read',
  data: 'postgres',
  a: { subject: subject('Banyan'), plan },
  opponents: [
    opponent('plain', 'plain'),
    opponent('lean', 'byHand'),
    opponent('quick', 'byHand'),
    opponent('made', 'generated'),
  ],
  connections: 64,
  goals: {
    best: [
      { metric: 'cpuMicroseconds', is: '<=', value: 0.5 },
      { metric: 'requestsPerSecond', is: '>=', value: 2 },
    ],
    generated: [{ metric: 'requestsPerSecond', is: '>=', value: 4 }],
  },
}

const figures = (cpu: number, rate: number): Figures => ({
  ...{ cpuMicroseconds: cpu, appMicroseconds: cpu, databaseMicroseconds: cpu },
  ...{ requestsPerSecond: rate, p50Ms: 1, p99Ms: 2, pssMegabytes: 1, rssMegabytes: 1 },
})

const round: Round = {
  order: 'forward',
  a: figures(40, 2500),
  opponents: [
    ['plain', figures(200, 500)],
    ['lean', figures(100, 1000)],
    ['quick', figures(110, 1300)],
    ['made', figures(900, 100)],
  ],
}

test('the goals are about the best by hand in each figure, and about every generated one', () => {
  const result = versusResult(work, { title: 'Read' } as Heading, { qualifying: round, rounds: [round, round] })
  assert.deepEqual(
    result.opponents.map(({ name, goals }) => [name, goals.map(({ metric, verdict }) => `${metric} ${verdict}`)]),
    [
      ['plain', []],
      ['lean', ['cpuMicroseconds met']],
      ['quick', ['requestsPerSecond missed']],
      ['made', ['requestsPerSecond met']],
    ],
  )
  assert.equal(versusGoals(result, 'Read').length, 3)
  assert.match(versusGoals(result, 'Read').join('\n'), /quick .*1\.92.*\*\*missed\*\*/)
  assert.match(versusTable(result).join('\n'), /\| quick \(most requests by hand\) \| 110\.0 /)
  assert.equal(versusChartOf(result).match(/<rect/g)?.length, 2 * 5)
})
