import type { RequestPlan } from '../measure/request-plan.ts'
import { banyan, banyanUnbatched } from '../subjects/banyan.ts'
import { bookSpread, createOrder, echoOrder, updateOrder } from './requests.ts'
import type { PairWork, Work } from './work.ts'

const withoutBatching = (about: Pick<PairWork, 'name' | 'title' | 'learned'>, plan: RequestPlan): PairWork => ({
  kind: 'pair',
  ...about,
  data: 'file',
  a: { subject: banyan, plan },
  b: { subject: banyanUnbatched, plan },
  connections: 64,
  compare: 'answers',
  goals: [],
})

/** Banyan beside Banyan: what storing costs, and what each trick is worth. */
export const againstItself: readonly Work[] = [
  {
    kind: 'pair',
    name: 'create-and-operation',
    title: 'Durable create beside an operation without storage',
    learned: 'The mean is beyond the goal, but this is the one figure that was not measured again on a quiet machine.',
    data: 'file',
    a: { subject: banyan, plan: createOrder },
    b: { subject: banyan, plan: echoOrder },
    connections: 64,
    compare: 'nothing',
    goals: [{ metric: 'requestsPerSecond', is: '>=', value: 0.35 }],
  },
  withoutBatching({ name: 'create-unbatched', title: 'What batching is worth: durable create' }, createOrder),
  withoutBatching({ name: 'update-unbatched', title: 'What batching is worth: update by version' }, updateOrder),
  withoutBatching({ name: 'booking-unbatched', title: 'What batching is worth: booking' }, bookSpread),
]
