import type { Goal } from '../measure/goal.ts'
import type { RequestPlan } from '../measure/request-plan.ts'
import { banyan } from '../subjects/banyan.ts'
import { fastifySqlite } from '../subjects/fastify-sqlite.ts'
import { bookOneFlight, bookSpread, createOrder, echoOrder, listFlights, readFlight, updateOrder } from './requests.ts'
import type { PairWork, Work } from './work.ts'

const pair = (
  about: Pick<PairWork, 'name' | 'title' | 'goals' | 'learned'>,
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
      learned:
        "Two thirds of the time is SQLite's own scan of 21 rows, the same on both sides, and the rows become bytes at half of what objects cost. What Banyan adds is reading the parameters (6 µs) and planning the path (4 µs). The machine was shared with other work, so the interval is wide. Next: keep the compiled statement of a list's shape instead of building its text for each request.",
      goals: cpuAtMost(1.0),
    },
    listFlights,
  ),
  pair({ name: 'create', title: 'Durable create', goals: rateAtLeast(3) }, createOrder),
  pair(
    {
      name: 'update',
      title: 'Update by version',
      learned:
        "The mean is well beyond the goal; the disk's fsync varied while the machine was shared with other work, and so the interval is too wide. To be run again on a quiet machine.",
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
      learned:
        "The operation itself, with validation of input and output, takes 6 to 8 µs in the process; a profile of both servers side by side shows the same share in HTTP and in the kernel, and 13 % more in Banyan's own code. The larger code is also compiled longer, which short runs on a busy machine count in. Next: a longer warm-up, and one promise less between the handler and the answer.",
      goals: cpuAtMost(1.15),
    },
    echoOrder,
  ),
  pair({ name: 'read-one-connection', title: 'Read by id, one connection', goals: p50AtMost(1.1) }, readFlight, 1),
  pair(
    {
      name: 'list-one-connection',
      title: 'List of 20, one connection',
      learned:
        'The mean is below one; the machine was shared with other work, and so the interval is too wide. To be run again on a quiet machine.',
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
