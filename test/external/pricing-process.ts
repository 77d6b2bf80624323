import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Mode, Seen } from './pricing-server.ts'

export interface PricingProcess extends AsyncDisposable {
  readonly url: string
  /** How it answers from now on; forgets what it was asked. */
  answers(mode: Mode): Promise<void>
  seen(): Promise<readonly Seen[]>
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>
  /** The same address again, after it was killed. */
  restart(): Promise<void>
}

/** The pricing service in a process of its own, on a free port. */
export async function pricingProcess(): Promise<PricingProcess> {
  let child: ChildProcess
  let port = 0
  const start = async () => {
    const file = fileURLToPath(new URL('./pricing-server.ts', import.meta.url))
    child = spawn(process.execPath, [file, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(child.stdout!, 'data')) as [Buffer]
    port = Number(line)
  }
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await start()
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    answers: async (mode) => {
      await fetch(`${url}/control`, { method: 'POST', body: JSON.stringify(mode) })
    },
    seen: async () => (await (await fetch(`${url}/seen`)).json()) as readonly Seen[],
    kill,
    restart: start,
    [Symbol.asyncDispose]: kill,
  }
}
