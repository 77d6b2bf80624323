import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { engineKinds } from '../../src/engines/kinds.ts'
import { postgresHere } from '../../src/engines/postgres/programs.ts'

export type Role = 'primary' | 'replica-1' | 'replica-2'
export const replicaRoles = ['replica-1', 'replica-2'] as const

/** A primary with two streaming replicas, to which tests do what happens to servers. Disposing of it ends them all. */
export interface Cluster extends AsyncDisposable {
  /** `PG` and `PG_REPLICAS`. */
  readonly environment: Readonly<Record<string, string>>
  urlOf(role: Role): string
  /** Runs one statement on a server. */
  sql(role: Role, text: string): Promise<readonly Record<string, unknown>[]>
  /** Ends a server and all of its processes at once, as a host that fails does. */
  kill(role: Role): Promise<void>
  /** Holds all of its processes, as a host that hangs does. */
  hold(role: Role): void
  release(role: Role): void
  start(role: Role): Promise<void>
  /** Waits until it takes writes. */
  promote(role: Role): Promise<void>
  /** Every commit is applied so much later by the replicas. */
  delay(ms: number): Promise<void>
}

export async function startCluster(): Promise<Cluster> {
  const kind = await engineKinds['postgres-replicas']()
  const folder = mkdtempSync(join(tmpdir(), 'banyan-cluster-'))
  const { environment } = await kind.up(folder)
  const here = await postgresHere()
  const { data } = JSON.parse(readFileSync(join(folder, 'engine.json'), 'utf8')) as { readonly data: string }
  const urls = [environment.PG!, ...environment.PG_REPLICAS!.split(',')]
  const urlOf = (role: Role) => urls[['primary', ...replicaRoles].indexOf(role)]!
  const signal = (role: Role, name: NodeJS.Signals) => {
    const processes = processesOf(join(data, role))
    for (const pid of processes) {
      try {
        process.kill(pid, name)
      } catch {} // It has ended by itself.
    }
    return processes
  }
  const sql = async (role: Role, text: string) => {
    const client = new pg.Client({ connectionString: urlOf(role) })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(text)).rows as Record<string, unknown>[]
    } finally {
      await client.end()
    }
  }
  const held = new Set<Role>()
  const set = async (roles: readonly Role[], setting: string) => {
    for (const role of roles) {
      await sql(role, `alter system set ${setting}`)
      await sql(role, 'select pg_reload_conf()')
    }
  }
  // Processes are ended here and never the machine, so nothing has to wait for the disk.
  await set(['primary', ...replicaRoles], 'fsync = off')
  const cluster: Cluster = {
    environment,
    urlOf,
    sql,
    async kill(role) {
      const processes = signal(role, 'SIGKILL')
      while (processes.some(isRunning)) await pause(5)
      rmSync(join(data, role, 'postmaster.pid'))
    },
    hold(role) {
      held.add(role)
      signal(role, 'SIGSTOP')
    },
    release(role) {
      held.delete(role)
      signal(role, 'SIGCONT')
    },
    async start(role) {
      await here.run('pg_ctl', ['start', '-D', join(data, role), '-l', join(data, `${role}.log`), '-w', '-t', '60'])
    },
    async promote(role) {
      await here.run('pg_ctl', ['promote', '-D', join(data, role), '-w', '-t', '60'])
    },
    delay: (ms) => set(replicaRoles, `recovery_min_apply_delay = ${ms}`),
    async [Symbol.asyncDispose]() {
      for (const role of [...held]) cluster.release(role)
      await kind.remove(folder)
    },
  }
  return cluster
}

/** A server and everything that it has started. */
function processesOf(folder: string): readonly number[] {
  const server = Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0])
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === server)
  return [server, ...children]
}

function parentOf(pid: number): number {
  return Number(statusOf(pid)?.[1])
}

/** One that nobody has asked about its end is still listed. */
function isRunning(pid: number): boolean {
  const state = statusOf(pid)?.[0]
  return state !== undefined && state !== 'Z'
}

/** State and parent; undefined where there is no such process. */
function statusOf(pid: number): readonly string[] | undefined {
  try {
    // The name of the program stands in parentheses, and may hold any character.
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(') ') + 2).split(' ')
  } catch {
    return undefined
  }
}
