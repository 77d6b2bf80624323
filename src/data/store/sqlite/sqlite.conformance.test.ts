import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { systemClock } from '../../../core/clock.ts'
import { systemRandom } from '../../../core/random.ts'
import { silentTelemetry } from '../../../core/telemetry.ts'
import { storeConformance } from '../conformance.ts'
import { sqlite } from './sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'banyan-sqlite-'))
after(() => rmSync(folder, { recursive: true }))
let stores = 0

storeConformance(
  'sqlite',
  (resources) =>
    sqlite.open(
      { file: `${stores++}.db`, resources },
      { telemetry: silentTelemetry, clock: systemClock, random: systemRandom(), dataFolder: folder },
    ),
  { gives: sqlite.gives },
)
