import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Overrides } from '../../load/plan.ts'
import { cliErrors } from '../errors.ts'
import { shownPath } from '../user-error.ts'
import type { TargetOptions } from './target.ts'

/** The options of `banyan load`, as they were given. */
export interface LoadOptions extends TargetOptions {
  readonly duration?: string
  readonly rate?: string
  readonly users?: string
  readonly seed?: string
  readonly out?: string
  readonly html?: string
  readonly compare?: string
  readonly compareDifferent?: boolean
  readonly json?: boolean
}

/** What they change of the profile. Throws USAGE for what is no number. */
export function overridesOf({ duration, rate, users, seed }: LoadOptions): Overrides {
  return {
    freshSeed: Math.floor(Math.random() * 2 ** 31),
    ...(duration === undefined ? {} : { duration }),
    ...(rate === undefined ? {} : { rate: numberOf('--rate', rate) }),
    ...(users === undefined ? {} : { users: numberOf('--users', users) }),
    ...(seed === undefined ? {} : { seed: numberOf('--seed', seed) }),
  }
}

function numberOf(option: string, text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value
  throw cliErrors.USAGE(`${option} is ${JSON.stringify(text)}; it must be a number`)
}

/** Throws USAGE where a file could not be written once the load is over. */
export function refuseUnlessWritable(file: string): void {
  const folder = dirname(resolve(file))
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw cliErrors.USAGE(`${file} cannot be written: there is no folder ${shownPath(folder)}`)
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw cliErrors.USAGE(`${file} cannot be written: it is a folder`)
  }
}
