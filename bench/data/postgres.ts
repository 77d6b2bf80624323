import { spawnSync } from 'node:child_process'
import { existsSync, globSync, writeFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type CopyOf, copiesOf } from '../measure/dataset-copy.ts'
import { benchFolder, dataFolder, rootFolder } from '../measure/paths.ts'
import { addressOf, postgresTopology } from '../subjects/banyan.ts'
import { buildStamp } from '../subjects/build.ts'
import { writeIdLists } from './id-lists.ts'
import type { PostgresServer } from './postgres-server.ts'

/**
 * Copies of a database that Banyan has made by importing the seeds of the app that is measured, together with the folder of its
 * keys. Every side gets one, with the same rows, indexes and constraints; it is kept until the build or that app changes.
 */
export const preparePostgres = async (server: PostgresServer): Promise<CopyOf> => {
  writeIdLists()
  const name = `seeded_${buildStamp()}`
  const directory = join(dataFolder, `postgres-${name}`)
  const finished = `${directory}.finished`
  if (!existsSync(finished)) await make(server, name, directory)
  writeFileSync(finished, '')
  const filesOf = copiesOf(directory)
  return async (side) => {
    const database = `side_${side}`
    await server.run('postgres', `drop database if exists ${database} with (force)`)
    await server.run('postgres', `create database ${database} template ${name} strategy file_copy`)
    await server.run(database, 'vacuum analyze')
    await server.run(database, 'checkpoint')
    const files = await filesOf(side)
    return {
      directory: files.directory,
      environment: addressOf(server.urlOf(database)),
      database: server,
      async [Symbol.asyncDispose]() {
        await files[Symbol.asyncDispose]()
        await server.run('postgres', `drop database ${database} with (force)`)
      },
    }
  }
}

const make = async (server: PostgresServer, name: string, directory: string): Promise<void> => {
  console.error('Banyan imports the data that all sides are measured on.')
  for (const outdated of globSync(`${dataFolder}/postgres-seeded_*`)) await rm(outdated, { recursive: true })
  const outdated = await server.run('postgres', `select datname from pg_database where datname like 'seeded\\_%'`)
  for (const { datname } of outdated) await server.run('postgres', `drop database ${datname} with (force)`)
  await server.run('postgres', `create database ${name}`)
  await mkdir(directory, { recursive: true })
  for (const seed of ['seed.ts', 'more-orders.ts']) {
    const { status } = spawnSync(
      process.execPath,
      [join(rootFolder, 'bin/banyan.js'), 'seed', seed, '--topology', postgresTopology],
      {
        cwd: join(benchFolder, 'app'),
        env: { ...process.env, ...addressOf(server.urlOf(name)), BANYAN_DATA: directory },
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    )
    if (status !== 0) throw new Error(`banyan seed ${seed} ended with ${status}.`)
  }
  await server.run(name, 'vacuum (freeze, analyze)')
}
