import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { compareValues } from './values.ts'

const row = { id: 'a', seats: 7, price: '1.50', departsAt: '2030-01-01T08:00:00.000Z', included: { to: { id: 'BTV' } } }
const other = { ...row, seats: '7', departsAt: '2030-01-01T09:00:00+01:00', slot: 3 }

test('a number as a text, another form of a time and fields more mean the same', async () => {
  await compare('GET', { data: [row], page: { next: null } }, { rows: [other] })
})

test('another value, a field less, another order and a row more do not', async () => {
  const { price: _, ...without } = other
  const elsewhere = { ...other, included: { to: { id: 'HNL' } } }
  const second = { ...row, id: 'b' }
  for (const [a, b] of [
    [[row], [{ ...other, seats: 8 }]],
    [[row], [without]],
    [[row], [elsewhere]],
    [
      [row, second],
      [{ ...other, id: 'b' }, other],
    ],
    [[row], [other, { ...other, id: 'b' }]],
  ]) {
    await assert.rejects(compare('GET', { data: a }, { rows: b }), assert.AssertionError)
  }
})

test('what a write makes anew has to be there and may differ', async () => {
  await compare('POST', row, { rows: [{ ...other, id: 'b' }] })
  const { id: _, ...without } = other
  await assert.rejects(compare('POST', row, { rows: [without] }), assert.AssertionError)
})

const compare = async (method: string, a: unknown, b: unknown): Promise<void> => {
  await using serverA = await answering(a)
  await using serverB = await answering(b)
  const requests = [{ method, path: '/' }]
  const rowsOf = ({ rows }: { readonly rows: readonly unknown[] }) => rows
  await compareValues([serverA.port, requests], [serverB.port, requests], rowsOf)
}

const answering = async (json: unknown) => {
  const server = createServer((_request, response) => response.end(JSON.stringify(json))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
