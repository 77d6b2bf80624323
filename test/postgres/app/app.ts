import { anyone, app, resource, service, t } from 'banyan'

/** What tests of replicas read and write: numbers by name, which readers may find to lag as long as each resource says. */
const slow = { id: t.text({ maxLength: 60 }), value: t.integer() }
const Counter = resource('counters', slow).freshness({ staleFor: '1m' }).access({ read: anyone, write: anyone })
const Gauge = resource('gauges', slow).freshness({ staleFor: '300ms' }).access({ read: anyone, write: anyone })
const Balance = resource('balances', slow).access({ read: anyone, write: anyone })

export default app('counters', {
  version: 'v1',
  services: [service('counting', { resources: { Counter, Gauge, Balance } })],
})
