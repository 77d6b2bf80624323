import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ClientError } from 'banyan/client'
import type { Api, Server } from './server.ts'

/** A typed client for somebody with these roles. Every caller is new, so that nothing of an earlier run is seen. */
export function caller(server: Server, name: string, ...roles: readonly string[]) {
  const id = `${name}-${randomUUID()}`
  return { id, api: server.as(id, ...roles) }
}

/** A new flight with this many seats, on a route that the imported data does not have. */
export async function newFlight(operator: Api, seats: number, more: { readonly price?: string } = {}) {
  return operator.flights.create({
    number: `BN${Math.floor(Math.random() * 10_000)}`,
    origin: 'HNL',
    destination: 'BTV',
    departsAt: '2099-06-01T08:00:00.000Z',
    distance: 4_900,
    capacity: seats,
    seatsLeft: seats,
    price: '199.90',
    ...more,
  })
}

/** That a call is refused with this status, and with this code where one is given. */
export async function refused(call: Promise<unknown>, status: number, code?: string): Promise<void> {
  await assert.rejects(call, (error) => {
    assertRefusal(error, status, code)
    return true
  })
}

export function assertRefusal(error: unknown, status: number, code?: string): void {
  assert.ok(error instanceof ClientError, `expected a refusal, got ${error}`)
  assert.equal(error.status, status, error.message)
  if (code !== undefined) assert.equal(error.code, code)
}

/** Reads until it is this. One caller sees its own writes at once; what others wrote, a topology may let lag for two seconds. */
export async function eventually<Value>(read: () => Promise<Value>, expected: Value): Promise<void> {
  const until = Date.now() + 3_000
  let value = await read()
  while (value !== expected && Date.now() < until) {
    await sleep(50)
    value = await read()
  }
  assert.equal(value, expected)
}
