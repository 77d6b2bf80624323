import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { airportCode } from '../app/rows.ts'
import { peersFolder } from '../measure/paths.ts'
import type { Subject } from '../works/work.ts'

/** A server from a folder of `peers/`, whose packages are installed when it is first needed. It finds its data in `DATA` and `PG`. */
export const peer = (
  name: string,
  folderName: string,
  { script = 'server.js', probe = airport }: More = {},
): Subject => {
  const folder = join(peersFolder, folderName)
  return {
    name,
    versions: versionsIn(folder),
    prepare: async () => {
      if (existsSync(join(folder, 'node_modules'))) return
      console.error(`Installing the packages of ${name}.`)
      const { status } = spawnSync('npm', ['ci', '--omit=dev'], { cwd: folder, stdio: 'inherit' })
      if (status !== 0) throw new Error(`npm ci failed in ${folder}.`)
    },
    program: (dataDirectory) => ({
      name: folderName,
      command: process.execPath,
      args: [script],
      cwd: folder,
      environment: (port) => ({ PORT: String(port), DATA: dataDirectory, NODE_ENV: 'production' }),
      probe,
    }),
  }
}

/** Pinned in its `package.json`. */
const versionsIn = (folder: string): Readonly<Record<string, string>> =>
  (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest).dependencies

type Manifest = { readonly dependencies: Readonly<Record<string, string>> }
type More = { readonly script?: string; readonly probe?: string }

const airport = `/v1/airports/${airportCode(0)}`
