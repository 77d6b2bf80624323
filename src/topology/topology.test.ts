import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { anyone } from '../app/access.ts'
import { app } from '../app/app.ts'
import { resource } from '../app/resource.ts'
import { service } from '../app/service.ts'
import { BanyanError } from '../core/errors.ts'
import { isEngineName } from '../engines/kinds.ts'
import { development } from './identity.ts'
import { parseTopology } from './parse.ts'
import { presetEngines, presetNamed, presets } from './presets.ts'
import { memory, sqlite } from './store.ts'
import { storeOf, topology } from './topology.ts'

const Order = resource('orders', {}).access({ read: anyone })
const shop = app('shop', { version: 'v1', services: [service('shop', { resources: { Order } })] })

suite('a topology written in TypeScript', () => {
  const written = topology(shop, {
    stores: { main: sqlite({ file: 'shop.db' }), fast: memory({ volatile: true, batching: false }) },
    resources: { orders: { store: 'fast' } },
    identity: development(),
  })

  test('is the JSON form', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(written)), {
      stores: {
        main: { driver: 'sqlite', options: { file: 'shop.db' } },
        fast: { driver: 'memory', options: {}, volatile: true, batching: false },
      },
      resources: { orders: { store: 'fast' } },
      identity: { driver: 'development' },
    })
    assert.deepEqual(parseTopology(written).topology, written)
  })

  test('says where a resource lives: in main, unless it is told', () => {
    assert.equal(storeOf(written, 'orders'), 'fast')
    assert.equal(storeOf(written, 'others'), 'main')
    assert.equal(storeOf(written, 'constructor'), 'main')
  })
})

suite('presets', () => {
  test('embedded is SQLite, and development identity until production', () => {
    const stores = { main: { driver: 'sqlite', options: {} } }
    assert.deepEqual(presetNamed('embedded', { production: false }), {
      stores,
      resources: {},
      identity: { driver: 'development' },
    })
    assert.deepEqual(presetNamed('embedded', { production: true }), { stores, resources: {} })
  })

  test('replicated is PostgreSQL and its replicas at the addresses that variables have', () => {
    const options = { primary: { env: 'PG' }, replicas: { env: 'PG_REPLICAS', list: true } }
    assert.deepEqual(presetNamed('replicated', { production: true }), {
      stores: { main: { driver: 'postgres', options } },
      resources: {},
    })
  })

  test('what a preset runs on can be started for development', () => {
    for (const names of Object.values(presetEngines))
      assert.deepEqual(
        names.filter((name) => !isEngineName(name)),
        [],
      )
  })

  test('every preset has the form of a topology', () => {
    for (const preset of Object.values(presets)) {
      assert.deepEqual(parseTopology(preset({ production: false })).findings, [])
    }
  })

  test('another name is refused with the list of them', () => {
    for (const name of ['cluster', 'toString']) {
      assert.throws(
        () => presetNamed(name, { production: false }),
        (error) =>
          error instanceof BanyanError &&
          error.code === 'TOPOLOGY_UNKNOWN' &&
          error.message === `there is no topology "${name}"; the presets are: embedded, replicated`,
      )
    }
  })
})
