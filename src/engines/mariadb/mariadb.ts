import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine, EngineKind, EngineServer } from '../engine.ts'
import { type Kept, type KeptServer, newKept, readKept, rolesWith, writeKept } from '../kept.ts'
import { run } from '../run.ts'
import { isServerUp, type Server, startServer, stopServer } from '../server.ts'
import { type MariaDb, mariadbHere } from './programs.ts'

export interface MariaDbOptions {
  readonly replicas: number
  /** `false`: the data may be lost with the power, and nothing waits for the disk. For tests. */
  readonly isDurable?: boolean
}

/** A primary and so many replicas that follow it by GTID. */
export function mariadb({ replicas, isDurable = true }: MariaDbOptions): EngineKind {
  const roles = rolesWith(replicas)

  const down = async (folder: string) => {
    const kept = readKept(folder)
    if (kept !== undefined) await stopAll(await mariadbHere(), kept)
  }

  return {
    summary: replicas === 0 ? 'MariaDB' : `MariaDB, a primary with ${replicas} replicas by GTID`,
    async installed() {
      return (await mariadbHere()).version
    },
    async up(folder) {
      const here = await mariadbHere()
      const found = readKept(folder)
      const kept = found?.isMade ? found : await make(here, folder, { roles, isDurable })
      for (const server of kept.servers) await startServer(serverOf(here, kept, server))
      return described(here, kept)
    },
    down,
    async remove(folder) {
      await down(folder)
      rmSync(folder, { recursive: true, force: true })
    },
    async status(folder) {
      const kept = readKept(folder)
      return kept === undefined ? undefined : described(await mariadbHere(), kept)
    },
  }
}

const user = 'banyan'

async function make(
  here: MariaDb,
  folder: string,
  { roles, isDurable }: { readonly roles: readonly string[]; readonly isDurable: boolean },
): Promise<Kept> {
  const left = readKept(folder)
  if (left !== undefined) {
    await stopAll(here, left)
    rmSync(left.data, { recursive: true, force: true, maxRetries: 10 })
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // Another one each time: a program of an earlier try may still be at work in its own.
  const data = mkdtempSync(join(folder, 'data-'))
  const kept = await newKept(data, roles)
  writeKept(folder, kept)
  const [primary, ...others] = kept.servers as [KeptServer, ...KeptServer[]]
  configure(kept, primary, isDurable)
  const accounts = join(data, 'accounts.sql')
  writeFileSync(accounts, accountStatements(kept), { mode: 0o600 })
  await run(here.installer, [
    `--defaults-file=${settingsOf(kept, primary)}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    `--extra-file=${accounts}`,
  ])
  // Nothing of this was written to the primary's log, so replicas begin with the same, and follow all that comes.
  for (const server of others) {
    cpSync(folderOf(kept, primary), folderOf(kept, server), { recursive: true })
    configure(kept, server, isDurable)
  }
  const made = { ...kept, isMade: true }
  writeKept(folder, made)
  return made
}

/** Only one may come in, and only over the loopback. It may do everything but write to what is read only. */
function accountStatements({ password }: Kept): string {
  return [
    'flush privileges',
    `create database ${user} character set utf8mb4`,
    `create user ${user}@'127.0.0.1' identified by '${password}'`,
    `grant all privileges on *.* to ${user}@'127.0.0.1' with grant option`,
    `revoke read_only admin on *.* from ${user}@'127.0.0.1'`,
    `delete from mysql.global_priv where User not in ('${user}', 'mariadb.sys')`,
    'flush privileges',
  ]
    .map((statement) => `${statement};\n`)
    .join('')
}

function configure(kept: Kept, server: KeptServer, isDurable: boolean): void {
  const folder = folderOf(kept, server)
  const { servers, password } = kept
  const primary = servers[0]!
  const isReplica = server !== primary
  // A server that starts takes away what looks like a table for the moment of others, where it has its own.
  const momentary = join(kept.data, `${server.role}-tmp`)
  mkdirSync(momentary, { recursive: true, mode: 0o700 })
  const settings = {
    datadir: folder,
    tmpdir: momentary,
    user: process.getuid?.() === 0 ? 'root' : undefined,
    port: server.port,
    'bind-address': '127.0.0.1',
    // Nobody comes in that way, and its path may not be long.
    socket: `/tmp/banyan-mariadb-${server.port}.sock`,
    'pid-file': pidFileOf(kept, server),
    'log-error': logOf(kept, server),
    'skip-name-resolve': 'ON',
    'server-id': servers.indexOf(server) + 1,
    'log-bin': join(folder, 'binlog'),
    'log-slave-updates': 'ON',
    'binlog-format': 'row',
    'gtid-strict-mode': 'ON',
    ...(isDurable ? { 'sync-binlog': 1 } : unsafe),
    'character-set-server': 'utf8mb4',
    ...(isReplica
      ? { 'read-only': 'ON', 'skip-slave-start': 'ON', 'init-file': join(kept.data, `${server.role}.sql`) }
      : {}),
  }
  const lines = Object.entries(settings).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} = ${value}\n`],
  )
  writeFileSync(settingsOf(kept, server), `[mariadbd]\n${lines.join('')}`, { mode: 0o600 })
  if (!isReplica) return
  const follow = `change master to master_host='127.0.0.1', master_port=${primary.port}, master_user='${user}', master_password='${password}', master_connect_retry=1, master_use_gtid=slave_pos;\nstart slave;\n`
  writeFileSync(join(kept.data, `${server.role}.sql`), follow, { mode: 0o600 })
}

const unsafe = {
  'sync-binlog': 0,
  'innodb-flush-log-at-trx-commit': 0,
  'innodb-flush-method': 'nosync',
  'debug-no-sync': 'ON',
}

function serverOf(here: MariaDb, kept: Kept, server: KeptServer): Server {
  const settings = settingsOf(kept, server)
  return {
    program: here.server,
    args: [`--defaults-file=${settings}`],
    port: server.port,
    pidFile: pidFileOf(kept, server),
    log: logOf(kept, server),
    mark: settings,
  }
}

function folderOf({ data }: Kept, { role }: KeptServer): string {
  return join(data, role)
}

function settingsOf({ data }: Kept, { role }: KeptServer): string {
  return join(data, `${role}.cnf`)
}

function pidFileOf({ data }: Kept, { role }: KeptServer): string {
  return join(data, `${role}.pid`)
}

function logOf({ data }: Kept, { role }: KeptServer): string {
  return join(data, `${role}.log`)
}

async function stopAll(here: MariaDb, kept: Kept): Promise<void> {
  for (const server of kept.servers.toReversed()) await stopServer(serverOf(here, kept, server))
}

async function described(here: MariaDb, kept: Kept): Promise<Engine> {
  const urlOf = ({ port }: KeptServer) => `mysql://${user}:${kept.password}@127.0.0.1:${port}/${user}`
  const [primary, ...others] = kept.servers as [KeptServer, ...KeptServer[]]
  return {
    environment: {
      MYSQL: urlOf(primary),
      ...(others.length === 0 ? {} : { MYSQL_REPLICAS: others.map(urlOf).join(',') }),
    },
    servers: await Promise.all(
      kept.servers.map(
        async (server): Promise<EngineServer> => ({
          ...server,
          isUp: await isServerUp(serverOf(here, kept, server)),
        }),
      ),
    ),
  }
}
