import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { luaScriptOf } from './lua-script.ts'
import { scratchFolder } from './paths.ts'
import { loadProcessor, onProcessor } from './processor.ts'
import type { RequestPlan } from './request-plan.ts'

/**
 * Sends a plan with `wrk` from one thread, closed loop: each connection sends its next request when the last is answered.
 * Throws when a request fails or is answered with another status than the plan expects, because a figure over failures
 * would be about something else.
 */
export const runLoad = async (plan: RequestPlan, options: LoadOptions): Promise<LoadResult> => {
  mkdirSync(scratchFolder, { recursive: true })
  const script = join(scratchFolder, `${options.run}.lua`)
  writeFileSync(script, luaScriptOf(plan, options))
  const { connections, seconds, port } = options
  const flags = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script]
  const { stdout } = await promisify(execFile)(
    ...onProcessor(loadProcessor, 'wrk', [...flags, `http://127.0.0.1:${port}`]),
    { encoding: 'utf8' },
  )
  const line = /^BENCH (.*)$/m.exec(stdout)?.[1]
  if (line === undefined) throw new Error(`wrk printed no result:\n${stdout}`)
  const raw = JSON.parse(line) as Raw
  const other = Object.entries(raw.statuses).filter(([status]) => Number(status) !== plan.expects)
  if (raw.requests === 0 || raw.above399 > 0 || raw.socket > 0 || other.length > 0) {
    throw new Error(`${plan.method} ${plan.path} was not answered ${plan.expects} each time: ${line}`)
  }
  return {
    successes: raw.requests,
    seconds: raw.microseconds / 1e6,
    p50Ms: raw.p50 / 1000,
    p99Ms: raw.p99 / 1000,
  }
}

export type LoadOptions = {
  readonly port: number
  readonly connections: number
  readonly seconds: number
  readonly run: string
  readonly offset: number
  readonly seed: number
}

export type LoadResult = {
  readonly successes: number
  /** How long it took by the generator's own clock. */
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

type Raw = {
  readonly requests: number
  readonly microseconds: number
  readonly p50: number
  readonly p99: number
  readonly above399: number
  readonly socket: number
  readonly statuses: Readonly<Record<string, number>>
}
