import type { Goal } from '../measure/goal.ts'
import type { RequestPlan } from '../measure/request-plan.ts'
import { banyan } from '../subjects/banyan.ts'
import { fastifySqlite } from '../subjects/peers.ts'
import { bookOneFlight, bookSpread, createOrder, echoOrder, listFlights, readFlight, updateOrder } from './requests.ts'
import type { PairWork, Work } from './work.ts'

const pair = (
  about: Pick<PairWork, 'name' | 'title' | 'goals' | 'learned' | 'effort'>,
  plan: RequestPlan,
  connections = 64,
): PairWork => ({
  kind: 'pair',
  ...about,
  data: 'file',
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
      effort: { pairs: 12 },
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
  pair(
    {
      name: 'booking',
      title: 'Booking transaction over 1,000 flights',
      learned:
        'The mean lies at the goal. In a profile a third of the time is SQLite writing the pages of a batch at its commit. Leaving out savepoints, which copy every page that their member changes, and a longer log before pages are copied into the file brought it from 2.08 to 2.47. Next: find out how many members a batch has, and whether waiting one more turn of the event loop after a large one makes them more.',
      goals: rateAtLeast(2.5),
    },
    bookSpread,
  ),
  pair({ name: 'booking-one-flight', title: 'Booking transaction, all on one flight', goals: [] }, bookOneFlight),
  pair(
    {
      name: 'operation',
      title: 'Operation without storage',
      learned:
        'It was 1.10 (1.00 to 1.20) before bodies were counted and read by our own reader and older versions had their words. Two equal servers differ by a tenth from process to process (the work null), so twelve pairs are needed to see it. Next: a profile of what came since then; validating the output as well as the input, which the server written by hand does not, is the largest part that is known.',
      goals: cpuAtMost(1.15),
      effort: { pairs: 12 },
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
    {
      name: 'create-one-connection',
      title: 'Durable create, one connection',
      learned:
        "The mean is below one. One create is one fsync, whose time on this disk differs between pairs by more than the two servers do. Next: more pairs, or a disk of one's own.",
      goals: p50AtMost(1.1),
    },
    createOrder,
    1,
  ),
  {
    kind: 'start',
    name: 'start',
    title: 'Start-up and memory',
    data: 'file',
    a: banyan,
    b: fastifySqlite,
    goals: [
      { metric: 'firstAnswerMs', is: '<=', value: 1.6 },
      { metric: 'pssMegabytes', is: '<=', value: 1.6 },
    ],
  },
]
