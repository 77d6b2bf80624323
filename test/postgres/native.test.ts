import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { anyone, app, memory, resource, service, t } from 'banyan'
import type {} from 'banyan/kysely'
import { registryOf } from '../../src/runtime/drivers.ts'
import { check } from '../../src/topology/check.ts'
import type { Topology } from '../../src/topology/topology.ts'
import { engine } from '../engine.ts'
import { type Api, api } from '../rest/api.ts'
import { testServer } from './server.ts'

const Account = resource('accounts', {
  owner: t.text({ maxLength: 40 }),
  balance: t.decimal(12, 2),
  serial: t.bigint(),
  openedAt: t.timestamp(),
  tags: t.json(),
  key: t.bytes(),
  note: t.text({ optional: true }),
})
  .index('owner', 'createdAt')
  .access({ read: anyone, write: anyone })

const totals = { owners: t.integer(), sum: t.decimal(12, 2), latest: t.timestamp() }

/** Bodies that speak to PostgreSQL itself. */
const bank = service('bank', { resources: { Account } })
  .operation('totals', {
    http: 'GET /totals',
    output: totals,
    access: anyone,
    native: 'postgres',
    run: async ({ data }) => {
      const { owners, sum, latest } = await data
        .native('main')
        .selectFrom('accounts')
        .select(({ fn }) => [
          fn.count<number>('owner').distinct().as('owners'),
          fn.sum<string>('balance').as('sum'),
          fn.max('openedAt').as('latest'),
        ])
        .executeTakeFirstOrThrow()
      return { owners, sum, latest }
    },
  })
  .operation('same', {
    http: 'GET /same/{id}',
    input: { id: t.id() },
    output: { isSame: t.boolean() },
    access: anyone,
    native: 'postgres',
    run: async ({ data, input: { id } }) => {
      const [own, theirs] = await Promise.all([
        data.accounts.get(id),
        data.native('main').selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst(),
      ])
      const { slot: _, ...row } = theirs!
      assert.deepEqual(row, own)
      return { isSame: true }
    },
  })
  .operation('take', {
    http: 'POST /take',
    input: { id: t.id(), fails: t.boolean() },
    output: { balance: t.decimal(12, 2) },
    access: anyone,
    native: 'postgres',
    run: ({ data, input: { id, fails } }) =>
      data
        .native('main')
        .transaction()
        .execute(async (tx) => {
          const { balance } = await tx
            .updateTable('accounts')
            .set(({ eb }) => ({ balance: eb('balance', '-', '1.00') }))
            .where('id', '=', id)
            .returning('balance')
            .executeTakeFirstOrThrow()
          if (fails) throw new Error('taken back')
          return { balance }
        }),
  })
  .operation('undeclared', {
    http: 'GET /undeclared',
    access: anyone,
    run: ({ data }) => void data.native('main'),
  })
  .operation('inside', {
    http: 'GET /inside',
    access: anyone,
    native: 'postgres',
    run: ({ data }) => data.transaction(() => void data.native('main')),
  })

const native = app('bank', { version: 'v1', services: [bank] })
const { skip } = engine('initdb')

suite('a body speaks to PostgreSQL itself', { skip: skip ?? false }, () => {
  let server: Awaited<ReturnType<typeof testServer>>
  let it: Api
  before(async () => {
    server = await testServer()
    const options = server.options() as unknown as Topology['stores'][string]['options'] // All of them are JSON.
    it = await api({ stores: { main: { driver: 'postgres', options } }, resources: {} }, native)
  })
  after(async () => {
    await it[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  const account = async (balance: string) => {
    const { status, body } = await it.ask('POST /v1/accounts', {
      body: {
        owner: 'ada',
        balance,
        serial: '9007199254740993',
        openedAt: '2030-01-01T08:00:00.5Z',
        tags: ['a', 'ü'],
        key: 'AP8',
      },
    })
    assert.equal(status, 201)
    return body as { readonly id: string }
  }

  test('rows of its tables are as the app has them', async () => {
    const { id } = await account('5.00')
    assert.deepEqual((await it.ask(`GET /v1/same/${id}`)).body, { isSame: true })
  })

  test('what is computed is exact', async () => {
    await account('0.10')
    await account('0.20')
    const { status, body } = await it.ask('GET /v1/totals')
    assert.equal(status, 200)
    assert.deepEqual([body.owners, body.sum, body.latest], [1, '5.30', '2030-01-01T08:00:00.500Z'])
  })

  test('a transaction is taken back whole, and one that was made is seen by whoever has its bookmark', async () => {
    const { id } = await account('9.00')
    const failed = await it.ask('POST /v1/take', { body: { id, fails: true } })
    assert.equal(failed.status, 500)
    assert.equal((await it.ask(`GET /v1/accounts/${id}`)).body.balance, '9.00')
    const taken = await it.ask('POST /v1/take', { body: { id, fails: false } })
    assert.deepEqual(taken.body, { balance: '8.00' })
    assert.match(taken.headers.get('banyan-bookmark')!, /^[\w-]+$/)
    assert.equal((await it.ask(`GET /v1/accounts/${id}`)).body.balance, '8.00')
  })

  test('more of them than there are connections wait for one another', async () => {
    const { id } = await account('50.00')
    const taken = await Promise.all(
      Array.from({ length: 20 }, () => it.ask('POST /v1/take', { body: { id, fails: false } })),
    )
    assert.ok(taken.every(({ status }) => status === 200))
    assert.equal((await it.ask(`GET /v1/accounts/${id}`)).body.balance, '30.00')
  })

  test('it has to be declared, and has no place in a transaction', async () => {
    for (const path of ['undeclared', 'inside']) assert.equal((await it.ask(`GET /v1/${path}`)).status, 500)
  })
})

test('a topology on another engine is refused, with the operation that is bound', async () => {
  const topology: Topology = { stores: { main: memory({ volatile: true }) }, resources: {} }
  const { findings } = check(native, topology, await registryOf(['memory']), { production: false })
  const refused = findings.filter(({ code }) => code === 'NEED_ENGINE')
  assert.deepEqual(
    refused.map(({ place }) => place),
    ['totals', 'same', 'take', 'inside'].map((name) => `services/bank/operations/${name}/native`),
  )
})
