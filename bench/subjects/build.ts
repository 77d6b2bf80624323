import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootFolder } from '../measure/paths.ts'

/** Builds `dist`, which is what people install and what is therefore measured. */
export const build = (): void => {
  const { status } = spawnSync(process.execPath, ['scripts/run.js', 'build'], { cwd: rootFolder, stdio: 'inherit' })
  if (status !== 0) throw new Error('The build failed; see above.')
}

/** Changes with anything that could change what the data file looks like. */
export const buildStamp = (): string => {
  const hash = createHash('sha256')
  for (const file of globSync(['dist/**/*.js', 'bench/app/*.ts'], { cwd: rootFolder }).sort()) {
    hash.update(file).update(readFileSync(join(rootFolder, file)))
  }
  return hash.digest('hex').slice(0, 16)
}
