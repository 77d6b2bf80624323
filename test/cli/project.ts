import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { banyan } from '../running-server.ts'

export interface Project extends Disposable {
  readonly path: string
  write(file: string, text: string): void
  /** Runs the command line in it, to its end. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>
}

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A project of its own that has Banyan installed, with these files. */
export function project(files: Readonly<Record<string, string>>): Project {
  const path = mkdtempSync(join(tmpdir(), 'banyan-project-'))
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(path, file)), { recursive: true })
    writeFileSync(join(path, file), text)
  }
  write('package.json', '{ "type": "module" }')
  for (const [file, text] of Object.entries(files)) write(file, text)
  mkdirSync(join(path, 'node_modules'))
  symlinkSync(fileURLToPath(new URL('../..', import.meta.url)), join(path, 'node_modules/banyan'))
  return {
    path,
    write,
    run: (args, env = {}) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [...banyan, ...args], {
          cwd: path,
          env: { ...process.env, PORT: '0', BANYAN_TOPOLOGY: undefined, ...env },
          stdio: ['ignore', 'pipe', 'pipe'],
          timeout: 60_000,
        })
        let [out, err] = ['', '']
        child.stdout.on('data', (chunk) => {
          out += chunk
        })
        child.stderr.on('data', (chunk) => {
          err += chunk
        })
        child.once('error', reject)
        child.once('close', (code) => resolve({ code, out, err }))
      }),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  }
}

export const smallApp = `
import { anyone, app, resource, service, t } from 'banyan'
const Task = resource('tasks', { title: t.text({ maxLength: 80 }) }).index('title').access({ read: anyone, write: anyone })
export default app('tasks', { version: 'v1', services: [service('tasks', { resources: { Task } })] })
`
