import { systemScheduler } from '../../core/scheduler.ts'
import { boot, type Runtime } from '../../runtime/boot.ts'
import { importSeed } from '../../runtime/seed.ts'
import { pinoTelemetry } from '../../telemetry/pino.ts'
import { countsText } from '../../topology/check/refusal.ts'
import { banner } from '../banner.ts'
import { listenAddress, logLevel } from '../environment.ts'
import { cliErrors } from '../errors.ts'
import { guideFolder } from '../guide.ts'
import { fillDisplay, progressDisplay } from '../progress.ts'
import { loadProject, type Project } from '../project.ts'
import { aborted, stopSignal } from '../signals.ts'
import { checkedTopology } from '../topology.ts'

export interface StartOptions {
  readonly topology?: string
  readonly json?: boolean
  /** Stops with the process that started this one, also when that is killed. */
  readonly stopWithParent?: boolean
}

/** Serves the app until it is told to stop; then requests under way end, and the process exits with 0. */
export async function start(options: StartOptions): Promise<void> {
  const stopping = stopSignal({ withParent: options.stopWithParent === true })
  const project = await loadProject()
  const address = listenAddress()
  const telemetry = pinoTelemetry(logLevel())
  // One forgotten await in one handler must not end the process for all callers.
  process.on('unhandledRejection', (cause) => {
    telemetry.log('error', 'a promise of the app was rejected and nobody awaited it; is an await missing?', { cause })
  })
  const { topology, checked } = await checkedTopology(project, options.topology)
  if (checked.findings.length > 0) console.error(`banyan: ${countsText(checked.findings)}; banyan check tells more.`)
  const { dataFolder, production } = project
  const filling = fillDisplay(process.stderr, systemScheduler)
  await using runtime = await boot(project.app, topology, {
    dataFolder,
    production,
    telemetry,
    guideFolder: guideFolder(project),
    onMigration: filling.show,
  })
  filling.end()
  await importUnlessStopped(runtime, project, stopping)
  if (stopping.aborted) return
  const url = await listen(runtime, address)
  if (options.json) {
    const { name, version } = runtime.manifest
    console.log(JSON.stringify({ url, pid: process.pid, app: name, version }))
  } else {
    console.log(await banner(url, runtime, topology, project))
  }
  await aborted(stopping)
}

/** An import that is stopped goes on with the next start, behind its last commit. */
async function importUnlessStopped(runtime: Runtime, { seed }: Project, stopping: AbortSignal): Promise<void> {
  if (seed === undefined) return
  const display = progressDisplay(process.stderr, runtime.scheduler)
  const imported = importSeed(runtime, seed, { onProgress: display.show, signal: stopping })
  // It fails when the stores close under it, and then nobody waits for it any more.
  imported.catch(() => {})
  await Promise.race([imported, aborted(stopping)])
  display.end()
}

async function listen(runtime: Runtime, address: { readonly host: string; readonly port: number }): Promise<string> {
  try {
    return await runtime.listen(address)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code !== 'ENOTFOUND' && code !== 'EAI_AGAIN') throw cause
    throw cliErrors.USAGE(`BANYAN_HOST is ${JSON.stringify(address.host)}, which is no address of this machine`, {
      cause,
    })
  }
}
