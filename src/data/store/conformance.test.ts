import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../core/clock.ts'
import type { StoreCapabilities } from '../../core/driver.ts'
import { systemRandom } from '../../core/random.ts'
import { silentTelemetry } from '../../core/telemetry.ts'
import { dataErrors } from '../errors.ts'
import { defects } from './conformance/defects.ts'
import type { Open } from './conformance/example.ts'
import { gates, passGate } from './conformance/gates.ts'
import { modelRun } from './conformance/model-run.ts'
import { storeDrivers } from './drivers.ts'

const memory = await storeDrivers.memory()
const open: Open = (resources) =>
  memory.open({ resources }, { telemetry: silentTelemetry, clock: systemClock, random: systemRandom(), dataFolder: '' })
const run = { openReference: open, gives: memory.gives, seed: 1, operations: 2000, batchMax: 12, inFlight: 1 }

test('the model-based run is green on the reference itself', async () => {
  assert.equal((await modelRun({ ...run, open })).kind, 'same')
})

for (const [defect, spoil] of Object.entries(defects)) {
  test(`the model-based run goes red on a store that ${defect}`, async () => {
    assert.equal((await modelRun({ ...run, open: spoil(open), shrinkMs: 0 })).kind, 'different')
  })
}

test('a difference is told by a short way there', async () => {
  const verdict = await modelRun({ ...run, open: defects['forgets cascades']!(open) })
  assert.ok(verdict.kind === 'different')
  const operations = verdict.reproduction.flat()
  assert.ok(operations.length <= 8, `${operations.length} operations`)
})

const givesLess: StoreCapabilities = {
  ...memory.gives,
  unique: false,
  references: false,
  orderedScans: false,
  scanAssertions: false,
  search: false,
  ordered: false,
  readsTogether: false,
  adopts: false,
}

test('a store that promises less is asked for less', async () => {
  assert.equal((await modelRun({ ...run, open, gives: givesLess, inFlight: 4 })).kind, 'same')
})

test('only a store that promises no order may run the members of a batch in another', async () => {
  const backwards = defects['runs a batch backwards']!(open)
  assert.equal((await modelRun({ ...run, open: backwards, gives: { ...memory.gives, ordered: false } })).kind, 'same')
  assert.equal((await modelRun({ ...run, open: backwards, shrinkMs: 0 })).kind, 'different')
})

for (const [promise, offend] of Object.entries(gates)) {
  test(`the gate of this promise tells a store that keeps it from one that refuses: ${promise}`, async () => {
    const refusing: Open = async (resources) => {
      const store = await open(resources)
      const error = dataErrors.STORE_UNAVAILABLE(`does not give ${promise}`)
      return {
        execute: async (operations) => operations.map(() => ({ ok: false, error })),
        [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
      }
    }
    const notOpening: Open = () => Promise.reject(dataErrors.STORE_CANNOT_OPEN(`does not give ${promise}`))
    assert.equal(await passGate(open, offend), 'done')
    assert.equal(await passGate(refusing, offend), 'refused')
    assert.equal(await passGate(notOpening, offend), 'refused')
    await assert.rejects(
      passGate(() => Promise.reject(new TypeError('broken')), offend),
      /broken/,
    )
  })
}
