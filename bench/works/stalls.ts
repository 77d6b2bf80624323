import type { Request } from '../measure/request-plan.ts'
import type { StallInput } from '../measure/stalls.ts'
import { banyanInMemory } from '../subjects/banyan.ts'
import type { Work } from './work.ts'

/** Inputs of just under a megabyte, each of which is bad for some way of writing a server. */
export const stalls: Work = {
  kind: 'stall',
  name: 'stall',
  title: 'Longest event-loop stall on an input of up to 1 MB',
  needsData: false,
  subject: banyanInMemory,
  goalMs: 50,
  inputs: () => [
    ...bodies().map(([name, body]) => post(name, '/v1/orders', body)),
    ...bodies().map(([name, body]) => post(`${name}, operation`, '/v1/echo', body)),
    post('batch of 100 valid creates', '/v1/orders:batch', batchOf(100, order())),
    post(
      'atomic batch of 100 with long texts',
      '/v1/orders:batch',
      batchOf(100, order({ reference: 'x'.repeat(9000) })),
    ),
    post('batch of 30,000', '/v1/orders:batch', batchOf(30_000, {})),
    get('long query string', `/v1/flights?origin=${'A'.repeat(15_000)}`),
    get('query of 3,000 parameters', `/v1/flights?${'a=b&'.repeat(3000)}`),
    get('filter of 3,000 values', `/v1/flights?origin[in]=${'AAA,'.repeat(3000)}`),
    get('deep query brackets', `/v1/flights?${'['.repeat(7000)}${']'.repeat(7000)}=1`),
    get('long cursor', `/v1/flights?after=${'A'.repeat(15_000)}`),
    get('percent escapes', `/v1/flights?origin=${'%41'.repeat(5000)}`),
    get('long id', `/v1/flights/${'0'.repeat(15_000)}`),
    get('long bookmark', '/v1/flights', { 'banyan-bookmark': 'A'.repeat(15_000) }),
    get('many etags', '/v1/flights', { 'if-none-match': '"v1", '.repeat(2500) }),
  ],
}

const bytesMax = 1_000_000

const bodies = (): readonly (readonly [string, string])[] => [
  ['nested arrays', `{"reference":${'['.repeat(bytesMax / 2 - 20)}${']'.repeat(bytesMax / 2 - 20)}}`],
  ['nested objects', `{"reference":${'{"a":'.repeat(bytesMax / 6 - 20)}1${'}'.repeat(bytesMax / 6 - 20)}}`],
  ['a wide array of numbers', `{"reference":[${'1,'.repeat(bytesMax / 2 - 20)}1]}`],
  ['a wide array of empty objects', `[${'{},'.repeat(bytesMax / 3 - 20)}{}]`],
  ['many different fields', `{${fields(bytesMax / 11 - 20, (n) => `"f${String(n).padStart(5, '0')}":1`)}}`],
  ['one field many times', `{${fields(bytesMax / 7 - 20, () => '"ab":1')}}`],
  ['hash-alike field names', `{${fields(bytesMax / 13 - 20, (n) => `"${n * 4_294_967}":1`)}}`],
  ['a long text', JSON.stringify(order({ reference: 'x'.repeat(bytesMax - 400) }))],
  ['a long text of escapes', `{"reference":"${'\\u0041'.repeat(bytesMax / 6 - 20)}"}`],
  ['a long text of surrogates', `{"reference":"${'\\ud83d'.repeat(bytesMax / 6 - 20)}"}`],
  ['a long number', `{"quantity":${'9'.repeat(bytesMax - 40)}}`],
  ['a long decimal', JSON.stringify(order({ price: `${'9'.repeat(bytesMax - 400)}.5` }))],
  ['a decimal of zeros', JSON.stringify(order({ price: `0.${'0'.repeat(bytesMax - 400)}` }))],
  ['a timestamp that goes on', JSON.stringify(order({ dueAt: `2030-01-01T00:00:00.${'0'.repeat(bytesMax - 400)}Z` }))],
  ['white space', `${' '.repeat(bytesMax - 2)}{}`],
  ['cut off in the middle', JSON.stringify(order({ reference: 'x'.repeat(bytesMax - 400) })).slice(0, -20)],
  ['prototype names', `{${fields(bytesMax / 16 - 20, () => '"__proto__":{}')}}`],
]

const order = (changed: object = {}): object => ({
  reference: 'order',
  customer: 'customer-17',
  state: 'open',
  quantity: 3,
  price: '199.90',
  isExpress: false,
  shipOn: '2030-02-01',
  dueAt: '2030-03-01T12:00:00.000Z',
  ...changed,
})

const batchOf = (count: number, value: object): string =>
  JSON.stringify({ atomic: false, operations: Array.from({ length: count }, () => ({ op: 'create', value })) })

const fields = (count: number, field: (n: number) => string): string =>
  Array.from({ length: Math.floor(count) }, (_, n) => field(n)).join(',')

const post = (name: string, path: string, body: string): StallInput => ({
  name,
  request: {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json', authorization: 'Bearer dev:alice' },
    body,
  },
})

const get = (name: string, path: string, headers: Request['headers'] = {}): StallInput => ({
  name,
  request: { method: 'GET', path, headers },
})
