import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileSchema } from '../app/validator.ts'
import { storeDrivers } from '../data/store/drivers.ts'
import { development } from './identity.ts'
import type { Registry } from './registry.ts'
import { topologySchema } from './schema.ts'
import { memory, sqlite } from './store.ts'

const drivers = await Promise.all(
  Object.entries(storeDrivers).map(async ([name, load]) => {
    const { gives, options } = await load()
    return [name, { gives, options }] as const
  }),
)
const registry: Registry = { stores: Object.fromEntries(drivers), identities: { development: { production: false } } }

test('the schema accepts what the typed functions make', () => {
  const validate = compileSchema(topologySchema(registry))
  const stores = { main: sqlite({ file: 'a.db', batching: false }), fast: memory({ volatile: true }), plain: sqlite() }
  assert.deepEqual(validate({ stores, resources: { orders: { store: 'fast' } }, identity: development() }), [])
})

test('the schema knows the options of each driver', () => {
  const validate = compileSchema(topologySchema(registry))
  const pointers = (store: object) => validate({ stores: { main: store } }).map(({ pointer }) => pointer)
  assert.ok(pointers({ driver: 'sqlite', options: { path: 'a.db' } }).includes('/stores/main/options/path'))
  assert.ok(pointers({ driver: 'memory', options: { file: 'a.db' } }).includes('/stores/main/options/file'))
  assert.ok(pointers({ driver: 'dbase' }).includes('/stores/main/driver'))
})
