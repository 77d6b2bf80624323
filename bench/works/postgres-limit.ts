import { airportCode, flightId } from '../app/rows.ts'
import type { LimitStatement } from '../measure/limit.ts'
import { flightById, flightsByOrigin, insertOrder } from '../peers/shared/postgres/statements.ts'
import type { LimitWork } from './work.ts'

/** The same statements as the servers by hand send, and what it saves the database to get many at once. */
export const postgresLimit: LimitWork = {
  kind: 'limit',
  name: 'pg-limit',
  title: 'What PostgreSQL alone takes',
  data: 'postgres',
  statements: () => [
    one('read by id', flightById.text, flights),
    { ...one('read by id, 20 in a pipeline', flightById.text, flights), pipelined: 20 },
    {
      ...one(
        'read by id, 20 in a statement',
        flightById.text.replace('id = $1', 'id = any($1)'),
        flights.map((_, at) => [`{${Array.from({ length: 20 }, (_one, n) => flightId(at * 20 + n)).join(',')}}`]),
      ),
      rows: 20,
    },
    one('list of 20', flightsByOrigin.text, origins),
    { ...one('list of 20, 20 in a pipeline', flightsByOrigin.text, origins), pipelined: 20 },
    one('create', creation(1), [orderValues]),
    { ...one('create, 20 in a pipeline', creation(1), [orderValues]), pipelined: 20 },
    { ...one('create, 20 in a statement', creation(20), [orderValues]), rows: 20 },
  ],
}

const one = (name: string, text: string, values: LimitStatement['values']): LimitStatement => ({
  name,
  text,
  values,
  pipelined: 1,
  rows: 1,
})

const flights = Array.from({ length: 20 }, (_, n) => [flightId(n * 397)])
const origins = Array.from({ length: 20 }, (_, n) => [airportCode(n)])

/** The load generator cannot make an id that is new each time; the database can. */
const creation = (rows: number): string => {
  const [head, values] = insertOrder.text.split(' values ') as [string, string]
  const row = values.replace('$1,', 'gen_random_uuid(),').replaceAll(/\$(\d+)/g, (_, n) => `$${Number(n) - 1}`)
  return `${head} values ${Array.from({ length: rows }, () => row).join(', ')}`
}

const now = '2030-01-01T00:00:00.000Z'
const orderValues = ['reference', 'customer-17', 'open', '3', '199.90', 'false', '2030-02-01', now, now, now, '1', '17']
