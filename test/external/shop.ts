import type { OperationContext } from '../../src/app/operation.ts'
import { app, contract, resource, service, signedIn, t } from '../../src/index.ts'
import { pricing } from './pricing.ts'

const mail = contract('mail', { send: { input: { to: t.text() }, output: { sent: t.boolean() } } })
const Order = resource('orders', { note: t.text() }).access({})
const calls = { prices: pricing, mail }

type World = OperationContext<{}, typeof signedIn, { Order: typeof Order }, typeof calls>

/** What the operation of this app does is put in here by each test. */
export const shopLab: { run: (world: World) => unknown } = { run: () => null }

const shop = service('shop', { resources: { Order }, calls }).operation('buy', {
  http: 'POST /buy',
  output: { result: t.json({ optional: true }) },
  access: signedIn,
  run: async (world) => ({ result: ((await shopLab.run(world as World)) ?? null) as never }),
})
const post = service('post', { implements: { mail } }).implement('mail', { send: () => ({ sent: true }) })

export default app('shop', { version: 'v1', services: [shop, post] })
