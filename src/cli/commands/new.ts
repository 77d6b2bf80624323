import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { styleText } from 'node:util'
import { cliErrors } from '../errors.ts'
import { banyanPackage } from '../new/banyan-package.ts'
import { placeOf } from '../new/place.ts'
import { templateFiles } from '../new/template.ts'
import { shownPath } from '../user-error.ts'

export interface NewOptions {
  readonly install?: boolean
  readonly banyan?: string
}

/** Writes a new app into a folder. Throws USAGE where it cannot, before anything is written. */
export async function newApp(folder: string, { install, banyan }: NewOptions, version: string): Promise<void> {
  const { path, name } = placeOf(folder)
  const source = banyanPackage(banyan ?? `^${version}`)
  const files = templateFiles(name, source.dependency)
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(path, file)), { recursive: true })
      writeFileSync(join(path, file), text)
    }
    if (source.tarball !== undefined) copyFileSync(source.tarball, join(path, basename(source.tarball)))
  } catch (cause) {
    throw cliErrors.USAGE(`${shownPath(path)} cannot be written: ${(cause as Error).message}`, { cause })
  }
  if (install) await npmInstall(path)
  console.log(nextSteps(name, path, install === true))
}

async function npmInstall(path: string): Promise<void> {
  const isWindows = process.platform === 'win32'
  const ended = Promise.withResolvers<string | undefined>()
  spawn('npm', ['install'], { cwd: path, stdio: 'inherit', shell: isWindows })
    .once('error', ({ message }) => ended.resolve(message))
    .once('exit', (code, signal) => ended.resolve(code === 0 ? undefined : `it ended with ${code ?? signal}`))
  const failure = await ended.promise
  if (failure !== undefined) throw cliErrors.INSTALL_FAILED(`npm install failed in ${shownPath(path)}: ${failure}`)
}

function nextSteps(name: string, path: string, isInstalled: boolean): string {
  const isHere = path === process.cwd()
  const steps = [
    ...(isHere ? [] : [[`cd ${shownPath(path)}`, '']]),
    ...(isInstalled ? [] : [['npm install', '']]),
    ['npm run dev', 'serves it, and again after each change'],
    ['npm test', 'runs app.test.ts'],
    ['npm run check', 'types, and the guarantees that it starts with'],
  ] as const
  const width = Math.max(...steps.map(([command]) => command.length))
  const lines = steps.map(([command, what]) => `  ${styleText('cyan', command.padEnd(width))}  ${what}`.trimEnd())
  return [
    styleText('bold', `${name} is written.`),
    '',
    ...lines,
    '',
    'README.md tells how to put it into production.',
  ].join('\n')
}
