import { banyan } from '../subjects/banyan.ts'
import { createOrder, echoOrder } from './requests.ts'
import type { Work } from './work.ts'

/** Banyan beside Banyan: what storing costs, and what each trick is worth. */
export const againstItself: readonly Work[] = [
  {
    kind: 'pair',
    name: 'create-and-operation',
    title: 'Durable create beside an operation without storage',
    needsData: true,
    a: { subject: banyan, plan: createOrder },
    b: { subject: banyan, plan: echoOrder },
    connections: 64,
    compare: 'nothing',
    goals: [{ metric: 'requestsPerSecond', is: '>=', value: 0.35 }],
  },
]
