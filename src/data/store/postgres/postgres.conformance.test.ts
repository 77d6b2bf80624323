import { after, suite } from 'node:test'
import { engine } from '../../../../test/engine.ts'
import { testServer } from '../../../../test/postgres/server.ts'
import { systemClock } from '../../../core/clock.ts'
import { systemRandom } from '../../../core/random.ts'
import { silentTelemetry } from '../../../core/telemetry.ts'
import { storeConformance } from '../conformance.ts'
import { postgres } from './postgres.ts'

const { skip } = engine('initdb')

if (skip !== undefined) suite('postgres', { skip }, () => {})
else {
  const server = await testServer()
  after(() => server[Symbol.asyncDispose]())
  const deps = { telemetry: silentTelemetry, clock: systemClock, random: systemRandom(), dataFolder: '' }
  storeConformance('postgres', (resources) => postgres.open({ ...server.options(), resources }, deps), {
    gives: postgres.gives,
  })
}
