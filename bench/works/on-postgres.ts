import type { Goal } from '../measure/goal.ts'
import type { RequestPlan } from '../measure/request-plan.ts'
import { banyanOnPostgres, banyanOnPostgresUnbatched } from '../subjects/banyan.ts'
import * as peers from '../subjects/peers.ts'
import { generatedOpponents } from './generated-opponents.ts'
import {
  bookSpread,
  createOrder,
  listFlights,
  listFlightsWithDestination,
  readFlight,
  updateManyOrders,
} from './requests.ts'
import type { Opponent, PairWork, VersusWork, Work } from './work.ts'

const works = {
  read: { title: 'read by id', plan: readFlight, cpu: 0.5, rate: 1.8, generatedRate: 4 },
  list: { title: 'list of 20, one filter', plan: listFlights, cpu: 0.75, rate: 1.3, generatedRate: 2.5 },
  'list-include': {
    title: 'list of 20 with what it refers to',
    plan: listFlightsWithDestination,
    cpu: 0.6,
    rate: 1.5,
    generatedRate: 2.5,
  },
  create: { title: 'create', plan: createOrder, cpu: 0.35, rate: 2.5, generatedRate: 2.5 },
  update: { title: 'update by version', plan: updateManyOrders, cpu: 0.4, rate: 2 },
  booking: { title: 'booking transaction over 1,000 flights', plan: bookSpread, cpu: 0.35, rate: 2.5 },
} as const

/** Banyan on PostgreSQL beside servers by hand, frameworks and generated interfaces, each with a database of its own on one server. */
export const onPostgres: readonly Work[] = [
  ...Object.entries(works).map(([name, about]) => versus(name, about)),
  ...(['read', 'list', 'create'] as const).map(oneConnection),
  ...(['read', 'list', 'create', 'update', 'booking'] as const).map(ablation),
]

type About = {
  readonly title: string
  readonly plan: RequestPlan
  readonly cpu: number
  readonly rate: number
  readonly generatedRate?: number
}

function versus(name: string, { title, plan, cpu, rate, generatedRate }: About): VersusWork {
  const opponent = (subject: Opponent['subject'], role: Opponent['role']): Opponent => ({ subject, plan, role })
  return {
    kind: 'versus',
    name: `pg-${name}`,
    title: `PostgreSQL: ${title}`,
    data: 'postgres',
    a: { subject: banyanOnPostgres, plan },
    opponents: [
      opponent(peers.nodePg, 'plain'),
      opponent(peers.nodePgPipelined, 'byHand'),
      opponent(peers.nodePostgres, 'byHand'),
      opponent(peers.fastifyPg, 'byHand'),
      opponent(peers.fastifyPostgres, 'byHand'),
      opponent(peers.honoDrizzle, 'byHand'),
      { ...opponent(peers.moleculer, 'framework'), rowsOf: itsRows },
      opponent(peers.nestTypeorm, 'framework'),
      ...generatedOpponents(name),
    ],
    connections: 64,
    goals: {
      best: [
        { metric: 'cpuMicroseconds', is: '<=', value: cpu },
        { metric: 'requestsPerSecond', is: '>=', value: rate },
      ],
      generated: generatedRate === undefined ? [] : [{ metric: 'requestsPerSecond', is: '>=', value: generatedRate }],
    },
  }
}

function oneConnection(name: keyof typeof works): PairWork {
  const goals: readonly Goal[] = [{ metric: 'p50Ms', is: '<=', value: 1.05 }]
  return { ...pair(name, 'one-connection', 'one connection'), b: side(peers.nodePg, name), connections: 1, goals }
}

function ablation(name: keyof typeof works): PairWork {
  const { a, ...about } = pair(name, 'ablation', 'what batching is worth')
  return { ...about, a, b: side(banyanOnPostgresUnbatched, name), connections: 64, goals: [] }
}

function pair(name: keyof typeof works, suffix: string, title: string) {
  return {
    kind: 'pair',
    name: `pg-${name}-${suffix}`,
    title: `PostgreSQL: ${works[name].title}, ${title}`,
    data: 'postgres',
    a: side(banyanOnPostgres, name),
    compare: 'answers',
  } as const
}

function side(subject: Opponent['subject'], name: keyof typeof works) {
  return { subject, plan: works[name].plan }
}

/** Moleculer adds a header and sends in chunks, so that its bytes are not the same; the JSON is. */
function itsRows(json: { readonly data?: readonly never[] }): readonly unknown[] {
  return json.data ?? [json]
}
