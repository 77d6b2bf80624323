import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export interface Server extends AsyncDisposable {
  readonly url: string
}

/**
 * The server that `BANYAN_URL` names, whatever its topology; without it one is started on empty data, imported anew, and
 * stopped in the end.
 */
export async function server(): Promise<Server> {
  const given = process.env.BANYAN_URL
  if (given !== undefined) return { url: given, [Symbol.asyncDispose]: async () => {} }

  const folder = await dataFolder()
  const started = await startServer(folder.path).catch(async (error) => {
    await folder[Symbol.asyncDispose]()
    throw error
  })
  const stop = async () => {
    await started[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
  return { url: started.url, [Symbol.asyncDispose]: stop }
}

/** A folder for the data of servers, removed in the end. */
export async function dataFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'flights-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** A server on the data of this folder, whose clock is ahead of ours. */
export async function startServer(folder: string, clockAheadMs = 0): Promise<Server> {
  const port = await freePort()
  const clock = `data:text/javascript,const now = Date.now; Date.now = () => now() + ${clockAheadMs}`
  const child = spawn(process.execPath, ['--import', clock, ...command, 'start'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, PORT: String(port), BANYAN_DATA: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const url = `http://127.0.0.1:${port}`
  const started = { url, [Symbol.asyncDispose]: () => stopped(child) }
  try {
    await ready(child, url)
    return started
  } catch (error) {
    await started[Symbol.asyncDispose]()
    throw error
  }
}

// In this repository the command line is run from its sources; elsewhere this would be `npx banyan`.
const command = ['--conditions=banyan-source', fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url))]

/** Waits until it may receive traffic, the import included; rejects with what it printed when it ends before. */
async function ready(child: ChildProcess, url: string): Promise<void> {
  let printed = ''
  child.stdout?.on('data', (chunk) => (printed += chunk))
  child.stderr?.on('data', (chunk) => (printed += chunk))
  const patience = AbortSignal.timeout(120_000)
  while (!patience.aborted) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the server ended with ${child.exitCode ?? child.signalCode} before it was ready:\n${printed}`)
    }
    const answer = await fetch(`${url}/readyz`).catch(() => null)
    if (answer?.ok) return
    await sleep(100)
  }
  throw new Error(`the server was not ready within two minutes:\n${printed}`)
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => listener.once('listening', resolve))
  const { port } = listener.address() as { port: number }
  await new Promise((resolve) => listener.close(resolve))
  return port
}
