import { anyone } from '../app/access.ts'
import { app } from '../app/app.ts'
import { external } from '../app/external.ts'
import { t } from '../app/field.ts'
import { resource } from '../app/resource.ts'
import { service } from '../app/service.ts'
import { env } from './env.ts'
import { development } from './identity.ts'
import { memory, sqlite } from './store.ts'
import { type Topology, topology } from './topology.ts'

// What the compiler accepts and refuses of a topology. Nothing here runs: the whole tree is type-checked by a test.

const Order = resource('orders', { total: t.decimal(10, 2) }).access({ read: anyone })
const shop = app('shop', { version: 'v1', services: [service('shop', { resources: { Order } })] })

topology(shop, { stores: { main: sqlite() } }) satisfies Topology
topology(shop, {
  stores: { main: sqlite({ file: 'orders.db', batching: false }), spare: memory({ volatile: true }) },
  resources: { orders: { store: 'spare' } },
  identity: development(),
})

// @ts-expect-error: without stores nothing has a place to live
topology(shop, {})

topology(shop, {
  stores: { main: sqlite() },
  // @ts-expect-error: the app has no resource of this name
  resources: { invoices: { store: 'main' } },
})

topology(shop, {
  stores: { main: sqlite() },
  // @ts-expect-error: this topology has no store of this name
  resources: { orders: { store: 'other' } },
})

// @ts-expect-error: a topology has no such part
topology(shop, { stores: { main: sqlite() }, cache: {} })

// @ts-expect-error: an identity is not a store
topology(shop, { stores: { main: development() } })

// @ts-expect-error: a store is not an identity
topology(shop, { stores: { main: sqlite() }, identity: sqlite() })

// @ts-expect-error: SQLite has no such option
sqlite({ path: 'orders.db' })

// @ts-expect-error: the name of a file is a text
sqlite({ file: 7 })

// @ts-expect-error: memory has no file
memory({ file: 'orders.db' })

const pricing = external('pricing', {})
const caller = app('caller', { version: 'v1', services: [service('caller', { calls: { prices: pricing } })] })

topology(caller, {
  stores: { main: sqlite() },
  externals: { pricing: { url: env('PRICING_URL'), token: 'secret', breaker: { failures: 3 } } },
})

topology(caller, {
  stores: { main: sqlite() },
  // @ts-expect-error: the app calls no service of this name
  externals: { prices: { url: 'http://pricing' } },
})

const silent = service('silent')

topology(app('silent', { version: 'v1', services: [silent] }), {
  stores: { main: sqlite() },
  // @ts-expect-error: this app calls none
  externals: { pricing: { url: 'http://pricing' } },
})

topology(caller, {
  stores: { main: sqlite() },
  // @ts-expect-error: without an address nobody finds it
  externals: { pricing: { retries: 1 } },
})
