import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadErrors } from '../../load/errors.ts'
import { removeEngines } from '../engines.ts'

export interface StartedServer extends AsyncDisposable {
  readonly url: string
  readonly pid: number
}

export interface StartOptions {
  readonly topology: string | undefined
  /** Gives up, while it starts. */
  readonly signal: AbortSignal
}

/** A stop that takes longer than this is none. */
const patienceMs = 10_000

/** Starts the app of the folder that this was called in, in a process of its own, on a free port and on empty data that are gone with it. */
export async function startServer({ topology, signal }: StartOptions): Promise<StartedServer> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'banyan-load-'))
  const asked = topology === undefined ? [] : ['--topology', topology]
  const args = [...process.execArgv, process.argv[1]!, 'start', '--json', '--stop-with-parent', ...asked]
  const child = spawn(process.execPath, args, {
    env: { ...process.env, PORT: '0', BANYAN_DATA: dataFolder },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // Ctrl-C ends the load first: those who are under way need the server to come to their end.
    detached: true,
  })
  const stop = async () => {
    await stopped(child)
    await removeEngines(dataFolder)
    rmSync(dataFolder, { recursive: true, force: true })
  }
  const giveUp = () => child.kill('SIGTERM')
  signal.addEventListener('abort', giveUp)
  try {
    return { ...(await serving(child)), [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}

/** Waits for the one line that it prints once it serves. What else it has to say is on the terminal already. */
async function serving(child: ChildProcess): Promise<{ readonly url: string; readonly pid: number }> {
  let printed = ''
  return await new Promise((resolve, reject) => {
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk
      const end = printed.indexOf('\n')
      if (end !== -1) resolve(JSON.parse(printed.slice(0, end)) as { url: string; pid: number })
    })
    child.once('error', reject)
    child.once('exit', (code, signal) =>
      reject(loadErrors.LOAD_NO_SERVER(`the app did not start: it ended with ${code ?? signal}`)),
    )
  })
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
  await ended
  clearTimeout(timer)
}
