import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { given } from '../environment.ts'
import { dataFolderIn } from '../project.ts'
import { aborted, stopSignal } from '../signals.ts'
import { watchFolder } from '../watch.ts'

/** Editors write a file in several steps, and a branch changes many: what changes within this time is one change. */
const settleMs = 100
/** A request that is under way may end, but nobody who has just saved a file waits half a minute for it. */
const patienceMs = 3000

/** Serves the app in a process of its own, and in a new one whenever a file of the project changes. */
export async function dev(options: { readonly topology?: string }): Promise<void> {
  const stopping = stopSignal()
  const folder = process.cwd()
  const start = await starter(options.topology)
  let child = start()
  let timer: NodeJS.Timeout | undefined
  let isRestarting = false

  const restart = async () => {
    // A change while the old process ends is read by the new one.
    if (isRestarting) return
    isRestarting = true
    // The port is free, and so are the data, only when the old process has gone.
    await stopped(child)
    isRestarting = false
    if (stopping.aborted) return
    console.log('\nA file changed: starting again.\n')
    child = start()
  }
  const watcher = watchFolder(folder, {
    isIgnored: (path) => path === dataFolder(folder),
    onChange: () => {
      clearTimeout(timer)
      const ours = setTimeout(() => {
        // On a busy machine more changes may have come that are not told yet; they are before an immediate.
        setImmediate(() => {
          if (timer === ours) void restart()
        })
      }, settleMs)
      timer = ours
    },
  })
  await aborted(stopping)
  clearTimeout(timer)
  timer = undefined
  watcher[Symbol.dispose]()
  await stopped(child)
}

/** Starts the server as `banyan start` would. A port that is chosen freely stays the same over restarts. */
async function starter(topology: string | undefined): Promise<() => ChildProcess> {
  const env = process.env.PORT === '0' ? { ...process.env, PORT: String(await freePort()) } : process.env
  const args = [
    ...process.execArgv,
    process.argv[1]!,
    'start',
    '--stop-with-parent',
    ...(topology === undefined ? [] : ['--topology', topology]),
  ]
  return () => {
    const child = spawn(process.execPath, args, { env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
    child.once('exit', (code) => {
      if (code !== null && code !== 0) console.log(`\nIt ended with ${code}: waiting for a change. Ctrl-C ends this.`)
    })
    return child
  }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
  await ended
  clearTimeout(timer)
}

/** Not to be watched: every write of the server is a change there. */
function dataFolder(folder: string): string {
  let own: NodeJS.Dict<string> = {}
  try {
    own = parseEnv(readFileSync(resolve(folder, '.env'), 'utf8'))
  } catch {
    // Without the file there is nothing to be read.
  }
  return dataFolderIn(folder, given('BANYAN_DATA') === undefined ? own : process.env)
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => listener.once('listening', resolve))
  const { port } = listener.address() as { readonly port: number }
  await new Promise((resolve) => listener.close(resolve))
  return port
}
