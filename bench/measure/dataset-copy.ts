import { cp, mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { dataFolder } from './paths.ts'

/**
 * A copy of the data for one server of one pair, so that every pair begins with the same rows at the same versions. It is
 * on the disk before it is used: writing it back later would compete with the `fsync`s that are measured.
 * Without a source it is an empty folder.
 */
export const copyOfData = async (source: string | undefined, name: string): Promise<DataCopy> => {
  const directory = join(dataFolder, 'copies', name)
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true })
  if (source !== undefined) await cp(source, directory, { recursive: true })
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    await using file = await open(join(entry.parentPath, entry.name), 'r+')
    await file.sync()
  }
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) }
}

/** The data themselves, for a server that is only read from. */
export const dataInPlace = (directory: string): DataCopy => ({ directory, [Symbol.asyncDispose]: async () => {} })

export interface DataCopy extends AsyncDisposable {
  readonly directory: string
}
