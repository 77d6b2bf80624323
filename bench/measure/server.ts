import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, openSync, readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { scratchFolder } from './paths.ts'
import { onProcessor, serverProcessor } from './processor.ts'

/**
 * Starts a server and waits until it answers `probe` with 200. Disposing of it sends SIGTERM and waits; one that does not
 * end within ten seconds is killed, and that is an error, because its data may not be what a clean stop leaves behind.
 */
export const startServer = async (
  program: Program,
  environment: Readonly<Record<string, string>> = {},
): Promise<Server> => {
  const port = await freePort()
  mkdirSync(scratchFolder, { recursive: true })
  const log = join(scratchFolder, `${program.name}-${port}.log`)
  const output = openSync(log, 'w')
  const { PORT: _port, NODE_OPTIONS: _options, ...inherited } = process.env
  const startedAt = performance.now()
  const child = spawn(...onProcessor(serverProcessor, program.command, program.args), {
    cwd: program.cwd,
    env: { ...inherited, ...environment, ...program.environment(port) },
    stdio: ['ignore', output, output],
  })
  const ended = once(child, 'exit')
  const firstAnswerAt = await Promise.race([
    firstAnswer(port, program.probe, startedAt + (program.patienceMs ?? 60_000)),
    ended.then(() => undefined),
  ])
  if (firstAnswerAt === undefined) {
    child.kill('SIGKILL')
    throw new Error(`${program.name} did not start:\n${readFileSync(log, 'utf8').slice(-4000)}`)
  }
  return {
    name: program.name,
    pid: child.pid!,
    port,
    firstAnswerMs: firstAnswerAt - startedAt,
    [Symbol.asyncDispose]: () => stop(child, ended, program.name),
  }
}

export type Program = {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly environment: (port: number) => Readonly<Record<string, string>>
  /** A path that is answered 200 as soon as the server serves. */
  readonly probe: string
  /** How long the first answer may take; a minute unless told. */
  readonly patienceMs?: number
}

export interface Server extends AsyncDisposable {
  readonly name: string
  readonly pid: number
  readonly port: number
  readonly firstAnswerMs: number
}

const stop = async (child: ChildProcess, ended: Promise<unknown>, name: string): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${name} had ended before it was stopped.`)
  child.kill('SIGTERM')
  let isKilled = false
  const timer = setTimeout(() => {
    isKilled = true
    child.kill('SIGKILL')
  }, 10_000)
  await ended
  clearTimeout(timer)
  if (isKilled) throw new Error(`${name} did not end within ten seconds of SIGTERM.`)
}

/** Tries without pause while nobody listens: a refusal on loopback takes some microseconds, a sleep would blur the figure. */
const firstAnswer = async (port: number, path: string, until: number): Promise<number | undefined> => {
  while (performance.now() < until) {
    if (await isAnswered(port, path)) return performance.now()
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return undefined
}

const isAnswered = (port: number, path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    let answer = ''
    socket.setEncoding('latin1')
    socket.on('connect', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`))
    socket.on('data', (chunk) => {
      answer += chunk
      if (answer.length >= 12) {
        socket.destroy()
        resolve(answer.startsWith('HTTP/1.1 200'))
      }
    })
    socket.on('error', () => resolve(false))
    socket.on('close', () => resolve(false))
  })

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a numbered port.')
  return address.port
}
