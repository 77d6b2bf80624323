import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { postgres } from '../../src/engines/postgres/postgres.ts'
import { postgresHere } from '../../src/engines/postgres/programs.ts'

export type Role = 'primary' | 'replica-1' | 'replica-2'
export const replicaRoles = ['replica-1', 'replica-2'] as const

export interface ClusterOptions {
  /** Two without it. */
  readonly replicas?: 0 | 1 | 2
  /** Of all servers. Without it they do not wait for the disk: processes are ended here and never the machine. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A primary with streaming replicas, to which tests do what happens to servers. Disposing of it ends them all. */
export interface Cluster extends AsyncDisposable {
  /** `PG` and, where there are replicas, `PG_REPLICAS`. */
  readonly environment: Readonly<Record<string, string>>
  urlOf(role: Role): string
  /** Runs one statement on a server. */
  sql(role: Role, text: string): Promise<readonly Record<string, unknown>[]>
  /** Ends a server and all of its processes at once, as a host that fails does. */
  kill(role: Role): Promise<void>
  /** Holds all of its processes, as a host that hangs does. */
  hold(role: Role): void
  release(role: Role): void
  /** Begins with the data that it was killed with, and waits until they can be used. */
  start(role: Role): Promise<void>
  /** Waits until it takes writes. */
  promote(role: Role): Promise<void>
  /** Every commit is applied so much later by the replicas. */
  delay(ms: number): Promise<void>
}

export async function startCluster({
  replicas = 2,
  settings = { fsync: 'off' },
}: ClusterOptions = {}): Promise<Cluster> {
  const kind = postgres({ replicas })
  const roles: readonly Role[] = ['primary', ...replicaRoles.slice(0, replicas)]
  const folder = mkdtempSync(join(tmpdir(), 'banyan-cluster-'))
  const { environment } = await kind.up(folder)
  const here = await postgresHere()
  const { data } = JSON.parse(readFileSync(join(folder, 'engine.json'), 'utf8')) as { readonly data: string }
  const urls = [environment.PG!, ...(environment.PG_REPLICAS?.split(',') ?? [])]
  const urlOf = (role: Role) => urls[roles.indexOf(role)]!
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
  const set = async (to: readonly Role[], setting: string) => {
    for (const role of to) {
      await sql(role, `alter system set ${setting}`)
      await sql(role, 'select pg_reload_conf()')
    }
  }
  for (const [name, value] of Object.entries(settings)) await set(roles, `${name} = '${value}'`)
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
      const [place, log] = [join(data, role), join(data, `${role}.log`)]
      for (let tries = 1; ; tries++) {
        try {
          await here.run('pg_ctl', ['start', '-D', place, '-l', log, '-w', '-t', '60'])
          return
        } catch (error) {
          // What was killed a moment ago may still be ending, and keep its memory for so long.
          if (tries === 20) throw error
          await pause(100)
        }
      }
    },
    async promote(role) {
      await here.run('pg_ctl', ['promote', '-D', join(data, role), '-w', '-t', '60'])
    },
    delay: (ms) => set(roles.slice(1), `recovery_min_apply_delay = ${ms}`),
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
