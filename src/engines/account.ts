import { readFileSync } from 'node:fs'

/** A user of this machine. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/** The user of this name; undefined where there is none. */
export function accountOf(name: string): Account | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${name}:`))
  if (line === undefined) return undefined
  const [, , uid, gid] = line.split(':')
  return { uid: Number(uid), gid: Number(gid) }
}
