import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePorts } from './ports.ts'

/** What is remembered of an engine in the folder that is its own. */
export interface Kept {
  /** False until everything is there: what was cut off is found by this, and made anew. */
  readonly isMade: boolean
  readonly password: string
  /** Where the data are, a folder for each role. */
  readonly data: string
  readonly servers: readonly KeptServer[]
}

export interface KeptServer {
  readonly role: string
  readonly port: number
}

/** Undefined where it was never up, or its data are gone. */
export function readKept(folder: string): Kept | undefined {
  const file = join(folder, keptName)
  if (!existsSync(file)) return undefined
  const kept = JSON.parse(readFileSync(file, 'utf8')) as Kept
  return existsSync(kept.data) ? kept : undefined
}

export function writeKept(folder: string, kept: Kept): void {
  writeFileSync(join(folder, keptName), `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 })
}

/** Of an engine that is about to be made: a password and ports that nobody has. */
export async function newKept(data: string, roles: readonly string[]): Promise<Kept> {
  const ports = await freePorts(roles.length)
  return {
    isMade: false,
    password: randomBytes(18).toString('base64url'),
    data,
    servers: roles.map((role, at) => ({ role, port: ports[at]! })),
  }
}

const keptName = 'engine.json'

/** A primary and so many replicas of it. */
export function rolesWith(replicas: number): readonly string[] {
  return ['primary', ...Array.from({ length: replicas }, (_, at) => `replica-${at + 1}`)]
}
