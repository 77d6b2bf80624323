import { randomInt } from 'node:crypto'
import { inspect } from 'node:util'
import type { LogLine } from './log.ts'

/** What the test apps of one process share, so that the tests of a file can be run again exactly as they were. */
export interface TestRun {
  /** Of all randomness: `BANYAN_TEST_SEED`, or drawn. */
  readonly seed: number
  /** When the clocks begin, in milliseconds since 1970. */
  readonly startMs: number
  /** To be told if the tests fail. */
  fault(line: LogLine): void
}

/** Begins with the first test app. If the process fails, it ends with saying how the same happens again. */
export function testRun(): TestRun {
  current ??= begin()
  return current
}

let current: TestRun | undefined

function begin(): TestRun {
  const run = { seed: seedOf(process.env.BANYAN_TEST_SEED), startMs: Date.now() }
  const faults: LogLine[] = []
  process.once('exit', (code) => {
    if (code !== 0) process.stderr.write(`${failureText(run.seed, faults)}\n`)
  })
  return { ...run, fault: (line) => void faults.push(line) }
}

const seedMost = 2 ** 32 - 1

function seedOf(given: string | undefined): number {
  if (given === undefined || given === '') return randomInt(seedMost + 1)
  const seed = Number(given)
  if (/^\d+$/.test(given) && seed <= seedMost) return seed
  throw new TypeError(`BANYAN_TEST_SEED is ${JSON.stringify(given)}; it must be a whole number from 0 to ${seedMost}`)
}

const faultsShown = 5

function failureText(seed: number, faults: readonly LogLine[]): string {
  const shown = faults.slice(0, faultsShown).map(faultText)
  const more = faults.length > faultsShown ? [`  and ${faults.length - faultsShown} more`] : []
  return [
    `banyan: tests failed; the same ids come again with BANYAN_TEST_SEED=${seed}.`,
    ...(faults.length === 0 ? [] : ['What the app under test logged as faults of its own:', ...shown, ...more]),
  ].join('\n')
}

function faultText({ message, facts }: LogLine): string {
  const { cause, stack, ...rest } = facts
  const origin = cause === undefined ? String(stack ?? '') : inspect(cause)
  return `${message} ${inspect(rest)}\n${origin}`.replaceAll(/^(?=.)/gm, '  ').trimEnd()
}
