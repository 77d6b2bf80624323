import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The command line of this tree, run by the Node that runs the tests. */
export const banyan: readonly string[] = [
  '--conditions=banyan-source',
  fileURLToPath(new URL('../src/cli/main.ts', import.meta.url)),
]

export interface StartOptions {
  /** The folder of the app. */
  readonly app: string
  readonly dataFolder: string
  /** A module that is loaded first, to break something on purpose. */
  readonly preload?: URL
  /** A program that runs Node, with its arguments. */
  readonly under?: readonly [string, ...string[]]
  readonly env?: Readonly<Record<string, string>>
  /** Kills it after so long, wherever it then is. */
  readonly killAfterMs?: number
}

/** A server in a process of its own. Disposing of it ends that process by its id, and waits. */
export interface RunningServer extends AsyncDisposable {
  readonly url: string
  readonly child: ChildProcess
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>
  readonly ended: Promise<void>
  /** What it has printed. */
  output(): string
}

/** Starts a server on a free port. Rejects with what it printed if it ends instead: see `EndedEarly`. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { app, dataFolder, preload, under, env, killAfterMs } = options
  const node = [
    process.execPath,
    ...(preload === undefined ? [] : ['--import', preload.href]),
    ...banyan,
    'start',
    '--json',
  ]
  const [program, ...args] = [...(under ?? []), ...node] as [string, ...string[]]
  const child = spawn(program, args, {
    cwd: app,
    env: { ...process.env, PORT: '0', BANYAN_DATA: dataFolder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  const started = Promise.withResolvers<{ url: string; pid: number }>()
  const ended = Promise.withResolvers<void>()
  child.stderr.on('data', (chunk) => {
    printed += chunk
  })
  child.stdout.on('data', (chunk) => {
    printed += chunk
    const line = printed.split('\n').find((text) => text.startsWith('{"url"'))
    if (line !== undefined) started.resolve(JSON.parse(line) as { url: string; pid: number })
  })
  const killer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs)
  child.once('close', (code, signal) => {
    clearTimeout(killer)
    ended.resolve()
    started.reject(new EndedEarly(code ?? -1, `the server ended with ${code ?? signal}:\n${printed}`))
  })
  const { url, pid } = await started.promise
  const end = async (signal: NodeJS.Signals) => {
    // Under another program the server is not the child itself.
    if (child.exitCode === null && child.signalCode === null) process.kill(pid, signal)
    await ended.promise
  }
  return {
    url,
    child,
    output: () => printed,
    ended: ended.promise,
    kill: () => end('SIGKILL'),
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  }
}

/** The server did not come up. */
export class EndedEarly extends Error {
  readonly exitCode: number
  constructor(exitCode: number, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}

/** A folder of its own for a test's data, removed in the end. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'banyan-test-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}
