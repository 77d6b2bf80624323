import { accessSync, constants, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The first of these folders, then of `PATH`, that has all of these programs; undefined where none has. */
export function folderOfPrograms(names: readonly string[], folders: readonly string[] = []): string | undefined {
  const onPath = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return [...folders, ...onPath].find((folder) => names.every((name) => isExecutable(join(folder, name))))
}

/** The folders `BASE/VERSION/bin`, the newest version first. */
export function versionedFolders(base: string): readonly string[] {
  try {
    return readdirSync(base)
      .filter((name) => /^\d/.test(name))
      .toSorted((one, other) => Number.parseFloat(other) - Number.parseFloat(one))
      .map((version) => join(base, version, 'bin'))
  } catch {
    return []
  }
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
