import { boot } from '../../runtime/boot.ts'
import { importSeed } from '../../runtime/seed.ts'
import { pinoTelemetry } from '../../telemetry/pino.ts'
import { cliErrors } from '../errors.ts'
import { progressBar } from '../progress.ts'
import { checked, loadProject, loadTopology } from '../project.ts'
import { untilStopped } from '../signals.ts'
import { tryCommand } from '../try-command.ts'

export interface StartOptions {
  readonly topology?: string
  readonly json?: boolean
}

/** Serves the app until it is told to stop; then requests under way end, and the process exits with 0. */
export async function start(options: StartOptions): Promise<void> {
  const port = portOf(process.env.PORT)
  const stopped = untilStopped()
  const project = await loadProject()
  const topology = await loadTopology(options.topology, project)
  await checked(project, topology)
  await using runtime = await boot(project.app, topology, {
    dataFolder: project.dataFolder,
    production: project.production,
    telemetry: pinoTelemetry(),
  })
  if (project.seed !== undefined) {
    const bar = progressBar(process.stderr)
    await importSeed(runtime, project.seed, bar.show)
    bar.end()
  }
  const url = await runtime.listen({
    host: process.env.BANYAN_HOST ?? '127.0.0.1',
    port,
  })
  if (options.json) {
    console.log(JSON.stringify({ url, pid: process.pid }))
  } else {
    console.log(await banner(url, runtime, project.production))
  }
  await stopped
}

function portOf(text = '4000'): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw cliErrors.USAGE(`PORT is ${JSON.stringify(text)}; it must be a whole number from 0 to 65535`)
}

async function banner(url: string, runtime: Parameters<typeof tryCommand>[0], production: boolean): Promise<string> {
  const { name, version } = runtime.manifest
  const lines = [
    `${name} is up.`,
    '',
    `  API   ${url}/${version}`,
    `  Docs  ${url}/docs`,
    `  Spec  ${url}/openapi.json`,
  ]
  const command = production ? undefined : await tryCommand(runtime, url)
  if (command !== undefined) lines.push('', `Try it, signed in as alice:`, '', command)
  lines.push('', 'Ctrl-C stops it.')
  return lines.join('\n')
}
