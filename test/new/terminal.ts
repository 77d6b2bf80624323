import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { delimiter, dirname, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** The environment of a terminal with this Node: nothing of this repository and of the npm that runs its tests is left in it. */
export function terminal(node: string): NodeJS.ProcessEnv {
  const foreign = /^(npm_|BANYAN_|NODE_(?!EXTRA_CA_CERTS$)|CI$|INIT_CWD$|PORT$)/i
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(root))
  return { ...env, PATH: [dirname(node), ...folders].join(delimiter) }
}

/** Runs a program to its good end; what it printed. Rejects with that when the end is another. */
export async function run(
  command: readonly [string, ...string[]],
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<string> {
  const [program, ...args] = command
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  const code = await new Promise((done, failed) => child.once('error', failed).once('close', done))
  assert.equal(code, 0, `${command.join(' ')} in ${cwd}:\n${output}`)
  return output
}

/** What npm says when it needs a registry and there is none. */
export const unreachable = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/
