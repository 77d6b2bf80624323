import { spawn } from 'node:child_process'
import type { Account } from './account.ts'
import { engineErrors } from './errors.ts'

export interface RunOptions {
  /** Whose rights it has; those of this process without it. */
  readonly account?: Account | undefined
  readonly environment?: Readonly<Record<string, string>>
  readonly input?: string
  /** Exit codes that are answers and no failures, beside 0. */
  readonly expected?: readonly number[]
}

/** Runs a program to its end. Throws ENGINE_FAILED with what it printed when its exit code is none that was expected. */
export async function run(
  program: string,
  args: readonly string[],
  { account, environment, input = '', expected = [] }: RunOptions = {},
): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn(program, args, {
    env: environmentOf(environment),
    cwd: '/',
    ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      if (output.length < outputMax) output += part
    })
  child.stdin.on('error', () => {}) // A program that ended has no need of the rest.
  child.stdin.end(input)
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    // Not `close`: a server that stays holds the streams of the program that started it.
    child.once('exit', (exitCode) => resolve(exitCode ?? -1))
  })
  child.stdout.destroy()
  child.stderr.destroy()
  if (code !== 0 && !expected.includes(code))
    throw engineErrors.ENGINE_FAILED(`${program} failed with ${code}: ${output.trim() || 'it said nothing'}`)
  return { code, output }
}

/** Of our own environment an engine gets what programs need to be found and nothing that could change what they do. */
export function environmentOf(more: RunOptions['environment'] = {}): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: '/', LC_ALL: 'C.UTF-8', TZ: 'UTC', ...more }
}

const outputMax = 20_000
