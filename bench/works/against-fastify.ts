import type { Goal } from '../measure/goal.ts'
import type { RequestPlan } from '../measure/request-plan.ts'
import { banyan } from '../subjects/banyan.ts'
import { fastifySqlite } from '../subjects/fastify-sqlite.ts'
import { bookOneFlight, bookSpread, createOrder, echoOrder, listFlights, readFlight, updateOrder } from './requests.ts'
import type { PairWork, Work } from './work.ts'

const pair = (
  about: Pick<PairWork, 'name' | 'title' | 'goals' | 'learned' | 'pairs'>,
  plan: RequestPlan,
  connections = 64,
): PairWork => ({
  kind: 'pair',
  ...about,
  needsData: true,
  a: { subject: banyan, plan },
  b: { subject: fastifySqlite, plan },
  connections,
  compare: 'answers',
})

const cpuAtMost = (value: number): readonly Goal[] => [{ metric: 'cpuMicroseconds', is: '<=', value }]
const rateAtLeast = (value: number): readonly Goal[] => [{ metric: 'requestsPerSecond', is: '>=', value }]
const p50AtMost = (value: number): readonly Goal[] => [{ metric: 'p50Ms', is: '<=', value }]

/** Banyan beside the same server written by hand, on copies of one data file. */
export const againstFastify: readonly Work[] = [
  pair({ name: 'read', title: 'Read by id', goals: cpuAtMost(1.2) }, readFlight),
  pair(
    {
      name: 'list',
      title: 'List of 20, one filter',
      goals: cpuAtMost(1.0),
      pairs: 16,
    },
    listFlights,
  ),
  pair({ name: 'create', title: 'Durable create', goals: rateAtLeast(3) }, createOrder),
  pair(
    {
      name: 'update',
      title: 'Update by version',
      goals: rateAtLeast(2.5),
    },
    updateOrder,
  ),
  pair({ name: 'booking', title: 'Booking transaction over 1,000 flights', goals: rateAtLeast(2.5) }, bookSpread),
  pair({ name: 'booking-one-flight', title: 'Booking transaction, all on one flight', goals: [] }, bookOneFlight),
  pair(
    {
      name: 'operation',
      title: 'Operation without storage',
      goals: cpuAtMost(1.15),
      pairs: 16,
    },
    echoOrder,
  ),
  pair({ name: 'read-one-connection', title: 'Read by id, one connection', goals: p50AtMost(1.1) }, readFlight, 1),
  pair(
    {
      name: 'list-one-connection',
      title: 'List of 20, one connection',
      goals: p50AtMost(1.1),
    },
    listFlights,
    1,
  ),
  pair(
    { name: 'create-one-connection', title: 'Durable create, one connection', goals: p50AtMost(1.1) },
    createOrder,
    1,
  ),
  {
    kind: 'start',
    name: 'start',
    title: 'Start-up and memory',
    needsData: true,
    a: banyan,
    b: fastifySqlite,
    goals: [
      { metric: 'firstAnswerMs', is: '<=', value: 1.6 },
      { metric: 'pssMegabytes', is: '<=', value: 1.6 },
    ],
  },
]
