import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { airportCode } from '../app/rows.ts'
import { peersFolder } from '../measure/paths.ts'
import type { Subject } from '../works/work.ts'

const folder = join(peersFolder, 'fastify-sqlite')

/** The server that an expert writes by hand with Fastify and `node:sqlite`, on the same data file. */
export const fastifySqlite: Subject = {
  name: 'Fastify + node:sqlite',
  prepare: async () => {
    if (existsSync(join(folder, 'node_modules'))) return
    console.error('Installing the packages of the hand-written server.')
    const { status } = spawnSync('npm', ['ci', '--omit=dev'], { cwd: folder, stdio: 'inherit' })
    if (status !== 0) throw new Error(`npm ci failed in ${folder}.`)
  },
  program: (dataDirectory) => ({
    name: 'fastify-sqlite',
    command: process.execPath,
    args: ['start.js'],
    cwd: folder,
    environment: (port) => ({ PORT: String(port), DATA: dataDirectory }),
    probe: `/v1/airports/${airportCode(0)}`,
  }),
}
