import { cp, mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { dataFolder } from './paths.ts'

/** The data of one server of one pair, so that every pair begins with the same rows at the same versions. */
export interface DataCopy extends AsyncDisposable {
  readonly directory: string
  /** What its program is told besides. */
  readonly environment: Readonly<Record<string, string>>
  /** The server that holds the rows, whose work counts as well. */
  readonly database?: { readonly pid: number }
}

/** Makes a copy for the side of this name, which no other has meanwhile. */
export type CopyOf = (name: string) => Promise<DataCopy>

/**
 * Copies of a folder; without one, empty folders. A copy is on the disk before it is used: writing it back later would compete
 * with the `fsync`s that are measured.
 */
export const copiesOf =
  (source: string | undefined): CopyOf =>
  async (name) => {
    const directory = join(dataFolder, 'copies', name)
    await rm(directory, { recursive: true, force: true })
    await mkdir(directory, { recursive: true })
    if (source !== undefined) await cp(source, directory, { recursive: true })
    for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      await using file = await open(join(entry.parentPath, entry.name), 'r+')
      await file.sync()
    }
    return {
      directory,
      environment: {},
      [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
    }
  }

/** The data themselves, for a server that is only read from. */
export const dataInPlace = (directory: string): DataCopy => ({
  directory,
  environment: {},
  [Symbol.asyncDispose]: async () => {},
})
