import { type ChildProcess, spawn } from 'node:child_process'
import { banyan } from '../running-server.ts'

/** A command that goes on until it is told to stop. Disposing of it ends that process by its id, and waits. */
export interface Running extends AsyncDisposable {
  readonly child: ChildProcess
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
  output(): string
  /** Waits until something has been printed, from this place of the output on; gives the match. Rejects after 20 seconds. */
  printed(pattern: RegExp, from?: number): Promise<RegExpExecArray>
}

/** Runs a command of the command line in a folder. */
export function running(folder: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [...banyan, ...args], {
    cwd: folder,
    env: { ...process.env, PORT: '0', BANYAN_TOPOLOGY: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
      for (const listener of listeners) listener()
    })
  }
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal!))
  })
  return {
    child,
    ended,
    output: () => output,
    printed: (pattern, from = 0) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(output.slice(from))
          if (match === null) return
          clearTimeout(timer)
          listeners.delete(look)
          resolve(match)
        }
        const timer = setTimeout(() => {
          listeners.delete(look)
          reject(new Error(`${pattern} was not printed within 20 seconds:\n${output.slice(from)}`))
        }, 20_000)
        listeners.add(look)
        look()
      }),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await ended
    },
  }
}
