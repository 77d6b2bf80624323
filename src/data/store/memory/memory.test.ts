import { systemClock } from '../../../core/clock.ts'
import { systemRandom } from '../../../core/random.ts'
import { silentTelemetry } from '../../../core/telemetry.ts'
import type { Open } from '../conformance/example.ts'
import { withNaiveScans } from '../conformance/naive-scans.ts'
import { storeConformance } from '../conformance.ts'
import { memory } from './memory.ts'

const open: Open = (resources) =>
  memory.open({ resources }, { telemetry: silentTelemetry, clock: systemClock, random: systemRandom(), dataFolder: '' })

// It is the reference of the others, so what it scans is compared with looking at every row; the examples hold its writes.
storeConformance('memory', open, { gives: memory.gives, openReference: withNaiveScans(open) })
