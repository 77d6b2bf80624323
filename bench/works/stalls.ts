import type { Request } from '../measure/request-plan.ts'
import type { StallInput } from '../measure/stalls.ts'
import { banyanInMemory } from '../subjects/banyan.ts'
import type { Work } from './work.ts'

/** Inputs of just under a megabyte, each of which is bad for some way of writing a server. */
export const stalls: Work = {
  kind: 'stall',
  name: 'stall',
  title: 'Longest event-loop stall on an input of up to 1 MB',
  data: 'none',
  subject: banyanInMemory,
  goalMs: 50,
  learned:
    'One input is beyond the goal, a JSON field with exactly as many members and values as are taken; in other runs it took 29 ms. All others stay below 30 ms. Next: a lower limit of members, which costs an honest row nothing.',
  inputs: () => [
    ...bodies().map(([name, body]) => post(name, '/v1/documents', body)),
    ...bodies().map(([name, body]) => post(`${name}, operation`, '/v1/echo', body)),
    ...batches().map(([name, body]) => post(name, '/v1/documents:batch', body)),
    inChunks('chunks of one byte', Math.floor(bytesMax / 6), 1),
    inChunks('as many chunks as are taken', 4000, 240),
    get('a page of 100 large rows', '/v1/documents?title=big&limit=100'),
    get('a page of 100 large rows, one field', '/v1/documents?title=big&limit=100&fields=title'),
    get('long query string', `/v1/documents?title=${'A'.repeat(lineMax)}`),
    get('query of many parameters', `/v1/documents?${'a=b&'.repeat(lineMax / 4)}`),
    get('query of many different parameters', `/v1/documents?${several(lineMax / 7, (n) => `a${n}=`, '&')}`),
    get('one parameter many times', `/v1/documents?${'title=b&'.repeat(lineMax / 8)}`),
    get('filter of many values', `/v1/documents?title[in]=${'a,'.repeat(lineMax / 2 - 20)}`),
    get('fields without end', `/v1/documents?fields=${'title,'.repeat(lineMax / 6 - 20)}`),
    get('sort without end', `/v1/documents?sort=${'-title,'.repeat(lineMax / 7 - 20)}`),
    get('includes without end', `/v1/documents?include=${'parent,'.repeat(lineMax / 7 - 20)}`),
    get('a long include', `/v1/documents?include=${'parent.'.repeat(lineMax / 7 - 20)}parent`),
    get('deep query brackets', `/v1/documents?${'['.repeat(lineMax / 2)}${']'.repeat(lineMax / 2 - 5)}=1`),
    get('long cursor', `/v1/documents?after=${'A'.repeat(lineMax)}`),
    get('percent escapes', `/v1/documents?title=${'%41'.repeat(lineMax / 3)}`),
    get('broken percent escapes', `/v1/documents?title=${'%'.repeat(lineMax)}`),
    get('plus signs', `/v1/documents?title=${'+'.repeat(lineMax)}`),
    get('long id', `/v1/documents/${'0'.repeat(lineMax)}`),
    get('a path of slashes', `/v1${'/'.repeat(lineMax)}`),
    get('a path of escapes', `/v1/documents/${'%2F'.repeat(lineMax / 3)}`),
    get('long bookmark', '/v1/documents', { 'banyan-bookmark': 'A'.repeat(lineMax) }),
    get('long bearer', '/v1/documents', { authorization: `Bearer dev:${'a'.repeat(lineMax)}` }),
    get('many etags', '/v1/documents', { 'if-none-match': '"v1", '.repeat(lineMax / 6) }),
    get('broken etags', '/v1/documents', { 'if-none-match': 'W/" '.repeat(lineMax / 4) }),
    get('long accept', '/v1/documents', { accept: 'a/b;q=0.1, '.repeat(lineMax / 11) }),
    get(
      'many header fields',
      '/v1/documents',
      Object.fromEntries(Array.from({ length: 1500 }, (_, n) => [`h${n}`, '1'])),
    ),
    postWith('long idempotency key', { 'idempotency-key': 'k'.repeat(lineMax) }),
    postWith('long if-match', { 'if-match': '"v1",'.repeat(lineMax / 5) }),
    postWith('long content type', { 'content-type': `application/json;${' '.repeat(lineMax - 100)}charset=utf-8` }),
  ],
}

/** Just below the 16,384 bytes that the request line and the header fields may take together. */
const lineMax = 15_000
const bytesMax = 1_000_000

/** Each is put into the field that has the most to do with it. */
const bodies = (): readonly (readonly [string, string])[] => [
  ['nested arrays', `{"content":${'['.repeat(bytesMax / 2 - 20)}${']'.repeat(bytesMax / 2 - 20)}}`],
  ['nested objects', `{"content":${'{"a":'.repeat(bytesMax / 6 - 20)}1${'}'.repeat(bytesMax / 6 - 20)}}`],
  ['arrays of 30 levels', withContent(filled(`${'['.repeat(29)}${']'.repeat(29)}`))],
  ['a wide array of numbers', withContent(filled('1'))],
  ['a wide array of fractions', withContent(filled('1.1e-7'))],
  ['a wide array of empty objects', withContent(filled('{}'))],
  ['a wide array of empty texts', withContent(filled('""'))],
  ['a wide array of nulls', withContent(filled('null'))],
  ['many members in a JSON field', withContent(`{${distinctMembers()}}`)],
  ['many numbered members in a JSON field', withContent(`{${numberedMembers()}}`)],
  ['as many members as are taken', withContent(`{${several(9_990, (n) => `"f${n.toString(36)}":1`)}}`)],
  [
    'as many members and values as are taken',
    withContent(
      `{${several(9_990, (n) => `"f${n.toString(36)}":"v${n}"`)},"more":[${several(29_900, (n) => `"t${n}"`)}]}`,
    ),
  ],
  ['many small objects', withContent(`[${several(9_990, (n) => `{"f${n.toString(36)}":1}`)}]`)],
  ['a wide array of different texts', withContent(`[${several(39_900, (n) => `"t${n}"`)}]`)],
  ['numbers of many digits', withContent(filled('1.00000000000000011102230246251565404236316680908203125'))],
  ['many escapes in a JSON field', withContent(`"${'\\u0001'.repeat(bytesMax / 6 - 20)}"`)],
  ['unique objects', JSON.stringify(document({ labels: Array.from({ length: 5000 }, (_, n) => ({ n })) }))],
  [
    'unique objects beyond the limit',
    JSON.stringify(document({ labels: Array.from({ length: 15_000 }, (_, n) => ({ n })) })),
  ],
  [
    'two equal objects among unique ones',
    JSON.stringify(document({ labels: [{}, ...Array.from({ length: 5000 }, (_, n) => ({ n })), {}] })),
  ],
  ['unique texts', JSON.stringify(document({ tags: Array.from({ length: 9000 }, (_, n) => `${n}`) }))],
  ['a wide array as the body', filled('{}')],
  ['a wide array where a text belongs', `{"title":${filled('1')}}`],
  ['a wide object where a text belongs', `{"title":{${distinctMembers()}}}`],
  ['many unknown members', `{${distinctMembers()}}`],
  ['many short unknown members', `{${several(bytesMax / 10 - 20, (n) => `"${n.toString(36)}":1`)}}`],
  ['many numbered members', `{${numberedMembers()}}`],
  ['one member many times', `{${several(bytesMax / 7 - 20, () => '"ab":1')}}`],
  ['hash-alike member names', `{${several(bytesMax / 17 - 20, (n) => `"${n * 4_294_967}":1`)}}`],
  ['prototype names', `{${several(bytesMax / 16 - 20, () => '"__proto__":{}')}}`],
  ['a long text', JSON.stringify(document({ text: 'x'.repeat(bytesMax - 400) }))],
  ['a long text beyond its limit', JSON.stringify(document({ title: 'x'.repeat(bytesMax - 400) }))],
  ['a long text of emoji', JSON.stringify(document({ text: '😀'.repeat(bytesMax / 4 - 100) }))],
  ['a long text of escapes', `{"title":"a","text":"${'\\u0041'.repeat(bytesMax / 6 - 20)}"}`],
  ['a long text of half surrogates', `{"title":"a","text":"${'\\ud83d'.repeat(bytesMax / 6 - 20)}"}`],
  ['a text that fits a pattern', JSON.stringify(document({ code: 'A-'.repeat(bytesMax / 2 - 200).concat('A') }))],
  ['a text that nearly fits a pattern', JSON.stringify(document({ code: 'A-'.repeat(bytesMax / 2 - 200) }))],
  ['a text that ends against a pattern', JSON.stringify(document({ code: 'A'.repeat(bytesMax - 400).concat('!') }))],
  ['a long file', JSON.stringify(document({ file: 'A'.repeat(980_000) }))],
  ['a file with one wrong character', JSON.stringify(document({ file: `${'A'.repeat(979_999)}=` }))],
  ['a long number', `{"title":"a","count":${'9'.repeat(bytesMax - 40)}}`],
  ['a long whole number as text', JSON.stringify(document({ count: '9'.repeat(bytesMax - 400) }))],
  ['a long decimal', JSON.stringify(document({ amount: `${'9'.repeat(bytesMax - 400)}.5` }))],
  ['a decimal of zeros', JSON.stringify(document({ amount: `0.${'0'.repeat(bytesMax - 400)}` }))],
  [
    'a timestamp that goes on',
    JSON.stringify(document({ dueAt: `2030-01-01T00:00:00.${'0'.repeat(bytesMax - 400)}Z` })),
  ],
  ['a long reference', JSON.stringify(document({ parent: '0'.repeat(bytesMax - 400) }))],
  ['white space', `${' '.repeat(bytesMax - 20)}{}`],
  ['cut off in the middle', JSON.stringify(document({ text: 'x'.repeat(bytesMax - 400) })).slice(0, -20)],
  ['not JSON', 'x'.repeat(bytesMax - 20)],
]

const batches = (): readonly (readonly [string, string])[] => [
  ['batch of 100 creates', batchOf(100, document())],
  ['batch of 100 creates with long texts', batchOf(100, document({ text: 'x'.repeat(9500) }))],
  ['atomic batch of 100 creates with long texts', batchOf(100, document({ text: 'x'.repeat(9500) }), true)],
  ['batch of 100 creates with JSON', batchOf(100, document({ content: Array(3000).fill({}) }))],
  ['batch of 100 wrong creates', batchOf(100, { title: 1, unknown: Array(3000).fill(1) })],
  ['batch of 30,000', batchOf(30_000, {})],
  ['batch of empty objects', `{"operations":${filled('{}')}}`],
]

const document = (changed: object = {}): object => ({ title: 'document', ...changed })

const withContent = (json: string): string => `{"title":"document","content":${json}}`

/** An array of this JSON, as long as a body may be. */
const filled = (json: string): string => `[${several((bytesMax - 400) / (json.length + 1), () => json)}]`

const distinctMembers = (): string => several(bytesMax / 11 - 20, (n) => `"f${String(n).padStart(5, '0')}":1`)

const numberedMembers = (): string => several(bytesMax / 11 - 20, (n) => `"${n * 7}":1`)

const batchOf = (count: number, value: object, atomic = false): string =>
  JSON.stringify({ atomic, operations: Array.from({ length: count }, () => ({ op: 'create', value })) })

const several = (count: number, one: (n: number) => string, between = ','): string =>
  Array.from({ length: Math.floor(count) }, (_, n) => one(n)).join(between)

const json = { 'content-type': 'application/json', authorization: 'Bearer dev:alice' }

const post = (name: string, path: string, body: string): StallInput => ({
  name,
  request: { method: 'POST', path, headers: json, body },
})

const postWith = (name: string, headers: Request['headers']): StallInput => ({
  name,
  request: { method: 'POST', path: '/v1/documents', headers: { ...json, ...headers }, body: '{"title":"document"}' },
})

/** A document behind as much white space as fills so many chunks. */
const inChunks = (name: string, chunks: number, chunkBytes: number): StallInput => {
  const chunk = `${chunkBytes.toString(16)}\r\n${' '.repeat(chunkBytes)}\r\n`
  const document = '{"title":"document"}'
  const body = `${chunk.repeat(chunks)}${document.length.toString(16)}\r\n${document}\r\n0\r\n\r\n`
  const headers = { ...json, 'transfer-encoding': 'chunked' }
  return { name, request: { method: 'POST', path: '/v1/documents', headers, body, isChunked: true } }
}

const get = (name: string, path: string, headers: Request['headers'] = {}): StallInput => ({
  name,
  request: { method: 'GET', path, headers },
})
