import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { suite, test } from 'node:test'
import { systemClock } from '../../core/clock.ts'
import type { StoreCapabilities } from '../../core/driver.ts'
import { systemRandom } from '../../core/random.ts'
import { silentTelemetry } from '../../core/telemetry.ts'
import { commitExamples } from './conformance/commit-examples.ts'
import { countExamples } from './conformance/count-examples.ts'
import { type Example, isGiven, type Need, type Open } from './conformance/example.ts'
import { gates, passGate } from './conformance/gates.ts'
import { modelRun } from './conformance/model-run.ts'
import { referenceExamples } from './conformance/reference-examples.ts'
import { samplesFor } from './conformance/samples.ts'
import { scanExamples } from './conformance/scan-examples.ts'
import { searchExamples } from './conformance/search-examples.ts'
import { Session, scanOf } from './conformance/session.ts'
import { checkedInSkips } from './conformance/skips.ts'
import { sumAndGuardExamples } from './conformance/sum-and-guard-examples.ts'
import { uniqueExamples } from './conformance/unique-examples.ts'
import { valueExamples } from './conformance/value-examples.ts'
import { writeExamples } from './conformance/write-examples.ts'
import { storeDrivers } from './drivers.ts'

export interface StoreConformanceOptions {
  readonly gives: StoreCapabilities
  /** Names of examples that this store does not pass. Each must stand in `conformance/skips.ts` under the store's name. */
  readonly skips?: readonly string[]
  /** What the model-based runs compare with; the memory driver without it. */
  readonly openReference?: Open
}

/**
 * Registers the tests that every Store passes, be it an engine or made of other stores: the rules one by one, random
 * operations compared with the reference, faults, and that nothing is done which the store does not promise. `open` gives an
 * empty store each time. `BANYAN_SEED` repeats a random run.
 */
export function storeConformance(name: string, open: Open, options: StoreConformanceOptions): void {
  const { gives, skips = [], openReference = openMemory } = options
  suite(`${name} is a Store`, () => {
    for (const example of storeExamples) {
      const reason = reasonToSkip(example, gives, skips)
      test(example.name, reason === undefined ? {} : { skip: reason }, async () => {
        await using store = await open(samplesFor(gives))
        await example.run(new Session(store))
      })
    }

    test('skips only what is checked in, and nothing that is no example', () => {
      const known = new Set(storeExamples.map((example) => example.name))
      for (const skip of skips) {
        assert.ok(known.has(skip), `${skip}: there is no such example`)
        assert.ok(checkedInSkips[name]?.includes(skip), `${skip}: not in conformance/skips.ts under ${name}`)
      }
    })

    for (const [need, offend] of Object.entries(gates)) {
      const given = isGiven(gives, need as Need)
      test(`${given ? 'does' : 'refuses'} what takes this promise: ${need}`, async () => {
        assert.equal(await passGate(open, offend), given ? 'done' : 'refused')
      })
    }

    test('answers STORE_CLOSED once it is disposed of, which may happen twice', async () => {
      const store = await open(samplesFor(gives))
      const session = new Session(store)
      await store[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
      for (const operation of [
        scanOf({ resource: 'nodes' }),
        { kind: 'commit', writes: [], assertions: [] } as const,
      ]) {
        const outcomes = await session.execute(operation, operation)
        assert.deepEqual(
          outcomes.map((outcome) => outcome.ok || outcome.error.code),
          ['STORE_CLOSED', 'STORE_CLOSED'],
        )
      }
    })

    const runs = [
      { title: 'one at a time', operations: 2000, batchMax: 1, inFlight: 1 },
      { title: 'in batches', operations: 2000, batchMax: 12, inFlight: 1 },
      { title: 'in batches beside each other', operations: 4000, batchMax: 12, inFlight: 8 },
    ] as const
    for (const { title, ...run } of runs) {
      test(`does what the reference does: ${run.operations} random operations, ${title}`, async (t) => {
        const seed = Number(process.env.BANYAN_SEED ?? randomInt(2 ** 31))
        t.diagnostic(`${name}, ${title}: BANYAN_SEED=${seed}`)
        const verdict = await modelRun({ open, openReference, gives, seed, ...run })
        if (verdict.kind === 'different') {
          const steps = verdict.reproduction.map((batch) => JSON.stringify(batch))
          const shown =
            steps.length > stepsShown ? [`… ${steps.length - stepsShown} before`, ...steps.slice(-stepsShown)] : steps
          assert.fail(
            `BANYAN_SEED=${seed}: ${verdict.difference}\n\nthe shortest way there that was found, a batch a line:\n${shown.join('\n')}`,
          )
        }
        t.diagnostic(JSON.stringify(verdict))
      })
    }
  })
}

export const storeExamples: readonly Example[] = [
  ...valueExamples,
  ...scanExamples,
  ...countExamples,
  ...searchExamples,
  ...writeExamples,
  ...sumAndGuardExamples,
  ...uniqueExamples,
  ...referenceExamples,
  ...commitExamples,
]

const stepsShown = 20

function reasonToSkip(
  { name, needs }: Example,
  gives: StoreCapabilities,
  skips: readonly string[],
): string | undefined {
  if (skips.includes(name)) return 'checked in as skipped: see conformance/skips.ts'
  return needs === undefined || isGiven(gives, needs) ? undefined : `this store does not give: ${needs}`
}

const openMemory: Open = async (resources) => {
  const memory = await storeDrivers.memory()
  return memory.open(
    { resources },
    { telemetry: silentTelemetry, clock: systemClock, random: systemRandom(), dataFolder: '' },
  )
}
