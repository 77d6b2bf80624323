import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Seed } from '../../app/seed.ts'
import { boot, type Runtime } from '../../runtime/boot.ts'
import { type Imported, type ImportProgress, importSeed } from '../../runtime/seed.ts'
import { pinoTelemetry } from '../../telemetry/pino.ts'
import type { Topology } from '../../topology/topology.ts'
import { orCompiled } from '../compiled.ts'
import { logLevel } from '../environment.ts'
import { cliErrors } from '../errors.ts'
import { countText, durationText, progressDisplay } from '../progress.ts'
import { loadProject, loadSeed, type Project } from '../project.ts'
import { aborted, stopSignal } from '../signals.ts'
import { checkedTopology } from '../topology.ts'

export interface SeedOptions {
  readonly topology?: string
  readonly json?: boolean
}

/** Imports a seed without serving. Exits with 1 when it is stopped before the end; the same command then goes on. */
export async function seed(file: string | undefined, options: SeedOptions): Promise<void> {
  const stopping = stopSignal()
  const project = await loadProject()
  const wanted = file === undefined ? ownSeed(project) : await seedIn(file)
  const { topology } = await checkedTopology(project, options.topology)
  refuseVolatile(topology)
  const { dataFolder, production } = project
  const telemetry = pinoTelemetry(logLevel())
  await using runtime = await boot(project.app, topology, { dataFolder, production, telemetry })
  const beganMs = performance.now()
  const imported = await importUntil(stopping, runtime, wanted)
  const report = reportOf(wanted, imported, (performance.now() - beganMs) / 1000)
  console.log(options.json ? JSON.stringify(report) : reportText(report))
  if (!report.isComplete) process.exitCode = 1
}

/** Rows that never come keep nobody from stopping: when the stores close, the import fails unheard. */
async function importUntil(stopping: AbortSignal, runtime: Runtime, wanted: Seed): Promise<Imported> {
  const display = progressDisplay(process.stderr, runtime.scheduler)
  let rows = 0
  const onProgress = (progress: ImportProgress) => {
    if (progress.kind === 'rows') rows += progress.committed
    display.show(progress)
  }
  const importing = importSeed(runtime, wanted, { onProgress, signal: stopping })
  importing.catch(() => {})
  const given = aborted(stopping).then(async () => {
    await sleep(patienceMs)
    return { rows, isComplete: false }
  })
  try {
    return await Promise.race([importing, given])
  } finally {
    display.end()
  }
}

/** So long the commit under way may take. */
const patienceMs = 2000

function ownSeed({ seed }: Project): Seed {
  if (seed !== undefined) return seed
  throw cliErrors.USAGE('the app names no seed in package.json#banyan.seed; name a file: banyan seed seeds/more.ts')
}

async function seedIn(file: string): Promise<Seed> {
  const path = orCompiled(resolve(file))
  if (!existsSync(path) || !statSync(path).isFile()) throw cliErrors.USAGE(`there is no seed file ${file}`)
  if (!/\.m?[tj]s$/.test(path))
    throw cliErrors.USAGE(`${file} is data; a seed is a module (.ts, .js) that reads them and exports seed(…)`)
  return loadSeed(path)
}

/** What is imported into a store that keeps nothing would be gone with this command. */
function refuseVolatile({ stores }: Topology): void {
  const names = Object.entries(stores).flatMap(([name, { volatile }]) => (volatile ? [name] : []))
  if (names.length > 0)
    throw cliErrors.USAGE(`the store ${names.join(' and ')} keeps nothing, so there is nothing to import into`)
}

interface Report {
  readonly seed: string
  readonly isComplete: boolean
  /** Those that this command has committed. */
  readonly rows: number
  readonly seconds: number
  readonly rowsPerSecond: number
  /** The most memory that the process has had. */
  readonly memoryBytesMax: number
}

function reportOf({ name }: Seed, { rows, isComplete }: Imported, seconds: number): Report {
  return {
    seed: name,
    isComplete,
    rows,
    seconds: Math.round(seconds * 1000) / 1000,
    rowsPerSecond: Math.round(rows / seconds),
    memoryBytesMax: process.resourceUsage().maxRSS * 1024,
  }
}

function reportText({ seed, isComplete, rows, seconds, rowsPerSecond, memoryBytesMax }: Report): string {
  if (!isComplete)
    return `Stopped before the end: ${countText(rows, 'row')} imported. The same command goes on behind them.`
  if (rows === 0) return `${seed} is in already: nothing was left to import.`
  const memory = `${Math.ceil(memoryBytesMax / 1e6)} MB of memory at most`
  return `${seed} is in: ${countText(rows, 'row')} in ${durationText(seconds)}, ${countText(rowsPerSecond, 'row')} a second, ${memory}.`
}
