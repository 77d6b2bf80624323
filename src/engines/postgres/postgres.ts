import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine, EngineKind, EngineServer } from '../engine.ts'
import { engineErrors } from '../errors.ts'
import { type Kept, newKept, readKept, rolesWith, writeKept } from '../kept.ts'
import { type Postgres, postgresHere } from './programs.ts'

/** A primary and so many streaming replicas of it. */
export function postgres({ replicas }: { readonly replicas: number }): EngineKind {
  const roles = rolesWith(replicas)

  const down = async (folder: string) => {
    const kept = readKept(folder)
    if (kept !== undefined) await stopAll(await postgresHere(), kept)
  }

  return {
    summary: replicas === 0 ? 'PostgreSQL' : `PostgreSQL, a primary with ${replicas} streaming replicas`,
    async installed() {
      return (await postgresHere()).version
    },
    async up(folder) {
      const here = await postgresHere()
      const found = readKept(folder)
      const kept = found?.isMade ? found : await make(here, folder, roles)
      const [primary, ...others] = kept.servers.map(({ role }) => join(kept.data, role))
      await start(here, primary!)
      await Promise.all(others.map((data) => start(here, data)))
      return described(here, kept)
    },
    down,
    async remove(folder) {
      if (readKept(folder) !== undefined) await discard(await postgresHere(), folder)
      rmSync(folder, { recursive: true, force: true })
    },
    async status(folder) {
      const kept = readKept(folder)
      return kept === undefined ? undefined : described(await postgresHere(), kept)
    },
  }
}

const user = 'banyan'

async function make(here: Postgres, folder: string, roles: readonly string[]): Promise<Kept> {
  await discard(here, folder)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const data = emptyDataFolder(here, folder)
  const kept = await newKept(data, roles)
  writeKept(folder, kept)
  const [primary, ...others] = kept.servers
  const first = join(data, primary!.role)
  await here.run('initdb', ['-D', first, '-U', user, ...initdbOptions], {
    input: `${kept.password}\n${kept.password}\n`,
  })
  configure(first, primary!.port)
  await start(here, first)
  const at = ['-h', '127.0.0.1', '-p', String(primary!.port), '-U', user]
  const environment = { PGPASSWORD: kept.password }
  await here.run('createdb', [...at, user], { environment })
  for (const { role, port } of others) {
    const copy = join(data, role)
    // With -R it follows the primary from then on; the slot keeps for it what it has not yet had.
    const options = ['-D', copy, '-R', '-X', 'stream', '-C', '-S', role.replace('-', '_'), '-c', 'fast']
    await here.run('pg_basebackup', [...at, ...options], { environment })
    configure(copy, port)
  }
  const made = { ...kept, isMade: true }
  writeKept(folder, made)
  return made
}

const initdbOptions = ['-A', 'scram-sha-256', '-W', '-E', 'UTF8', '--locale=C.UTF-8', '--no-instructions']

/** In the engine's own folder, unless its servers run as another user: nobody else may enter the folders above that one. */
function emptyDataFolder({ account }: Postgres, folder: string): string {
  const data = account === undefined ? join(folder, 'data') : mkdtempSync('/var/tmp/banyan-postgres-')
  if (account === undefined) mkdirSync(data)
  else chownSync(data, account.uid, account.gid)
  return data
}

/** Takes away what an earlier try has left, the servers that it had started with it. */
async function discard(here: Postgres, folder: string): Promise<void> {
  const left = readKept(folder)
  if (left === undefined) return
  await stopAll(here, left)
  // A program of that try may still be at work there.
  rmSync(left.data, { recursive: true, force: true, maxRetries: 10 })
}

/** The last value of a setting holds, so that these may stand behind what was copied from the primary. */
function configure(data: string, port: number): void {
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    // Sockets would be open to every user of the machine who may enter their folder.
    unix_socket_directories: '',
    wal_level: 'logical',
    log_timezone: 'UTC',
    timezone: 'UTC',
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`)
  writeFileSync(join(data, 'postgresql.conf'), `\n${lines.join('')}`, { flag: 'a' })
}

async function start(here: Postgres, data: string): Promise<void> {
  if (await isUp(here, data)) return
  const log = `${data}.log`
  try {
    await here.run('pg_ctl', ['start', '-D', data, '-l', log, '-w', '-t', '60'])
  } catch (cause) {
    const said = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5).join('\n') : 'nothing'
    throw engineErrors.ENGINE_FAILED(`PostgreSQL did not start in ${data}; it said: ${said}`, { cause })
  }
}

/** Replicas first: a primary waits for those that still stream. */
async function stopAll(here: Postgres, { data, servers }: Kept): Promise<void> {
  for (const { role } of servers.toReversed()) await stop(here, join(data, role))
}

async function stop(here: Postgres, data: string): Promise<void> {
  if (await isUp(here, data)) await here.run('pg_ctl', ['stop', '-D', data, '-m', 'fast', '-w'])
}

async function isUp(here: Postgres, data: string): Promise<boolean> {
  // 3: it is not running; 4: the folder holds no data.
  const { code } = await here.run('pg_ctl', ['status', '-D', data], { expected: [3, 4] })
  return code === 0
}

async function described(here: Postgres, { password, data, servers }: Kept): Promise<Engine> {
  const urlOf = (port: number) => `postgres://${user}:${password}@127.0.0.1:${port}/${user}`
  const [primary, ...others] = servers
  return {
    environment: {
      PG: urlOf(primary!.port),
      ...(others.length === 0 ? {} : { PG_REPLICAS: others.map(({ port }) => urlOf(port)).join(',') }),
    },
    servers: await Promise.all(
      servers.map(
        async ({ role, port }): Promise<EngineServer> => ({ role, port, isUp: await isUp(here, join(data, role)) }),
      ),
    ),
  }
}
