import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { engineErrors } from './errors.ts'
import { environmentOf, run } from './run.ts'

/** A server whose program does not leave by itself, and which writes its process id into a file. */
export interface Server {
  readonly program: string
  readonly args: readonly string[]
  readonly port: number
  readonly pidFile: string
  /** Where it says what is wrong. */
  readonly log: string
  /** What of its arguments no other process has: a number in a file may be another one's by now. */
  readonly mark: string
}

/** Starts it unless it is up, and waits until it answers. Throws ENGINE_FAILED with what it said. */
export async function startServer(server: Server): Promise<void> {
  if ((await pidOf(server)) !== undefined) return
  const { program, args, port, log } = server
  const child = spawn(program, args, { env: environmentOf(), cwd: '/', detached: true, stdio: 'ignore' })
  child.unref()
  const hasEnded = new Promise<true>((resolve) => {
    child.once('exit', () => resolve(true)).once('error', () => resolve(true))
  })
  for (const end = performance.now() + startMaxMs; ; ) {
    if (await Promise.race([hasEnded, sleep(pollMs, false)])) break
    if (await answers(port)) return
    if (performance.now() > end) break
  }
  const said = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5).join('\n') : 'nothing'
  throw engineErrors.ENGINE_FAILED(`${program} did not start; it said: ${said}`)
}

/** Stops it, and waits for its end. */
export async function stopServer(server: Server): Promise<void> {
  const pid = await pidOf(server)
  if (pid === undefined) return
  process.kill(pid, 'SIGTERM')
  for (const end = performance.now() + stopMaxMs; (await pidOf(server)) !== undefined; await sleep(pollMs))
    if (performance.now() > end) throw engineErrors.ENGINE_FAILED(`${server.program} (process ${pid}) does not stop`)
}

export async function isServerUp(server: Server): Promise<boolean> {
  return (await pidOf(server)) !== undefined
}

const pollMs = 50
const startMaxMs = 60_000
const stopMaxMs = 60_000

/** Undefined unless the process of its file is this server. */
async function pidOf({ pidFile, mark }: Server): Promise<number | undefined> {
  if (!existsSync(pidFile)) return undefined
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10)
  if (!(pid > 0)) return undefined
  const { output } = await run('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { expected: [1] })
  return output.includes(mark) ? pid : undefined
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('data', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false)).once('close', () => resolve(false))
  })
}
