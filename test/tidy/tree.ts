import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { type Import, importsOf } from './imports.ts'

/** A file as the rules take it: `path` is relative to the project and has forward slashes. */
export type File = { readonly path: string; readonly text: string }

/** The files together with what the rules ask about them. */
export type Tree = {
  readonly files: readonly File[]
  readonly importsOf: (file: File) => readonly Target[]
  /** The contents of the package.json in a folder; `''` is the project. */
  readonly manifest: (folder: string) => Manifest
  /** By driver folder, the `drivers.ts` that registers it. */
  readonly drivers: ReadonlyMap<string, string>
}
export type Target = Import &
  ({ readonly path: string; readonly package?: never } | { readonly package: string; readonly path?: never })
export type Manifest = { readonly name?: string } & {
  readonly [Kind in DependencyKind]?: Readonly<Record<string, string>>
}
export type DependencyKind = 'dependencies' | 'devDependencies' | 'peerDependencies'

export function treeOf(files: readonly File[]): Tree {
  const targets = new Map(files.map((file) => [file, /\.[jt]s$/.test(file.path) ? targetsOf(file) : []]))
  const manifests = new Map(
    files
      .filter(({ path }) => posix.basename(path) === 'package.json')
      .map(({ path, text }) => [folderOf(path), JSON.parse(text) as Manifest]),
  )
  const drivers = new Map<string, string>()
  for (const [{ path }, imports] of targets) {
    if (posix.basename(path) !== 'drivers.ts') continue
    const family = `${folderOf(path)}/`
    for (const target of imports) {
      if (!target.path?.startsWith(family)) continue
      const [driver, ...rest] = target.path.slice(family.length).split('/')
      if (rest.length > 0) drivers.set(`${family}${driver}`, path)
    }
  }
  return {
    files,
    importsOf: (file) => targets.get(file) ?? [],
    manifest: (folder) => manifests.get(folder) ?? {},
    drivers,
  }
}

/** Where an import leads: into a file of the project, or into a package. Node's own modules count as neither. */
function targetsOf({ path, text }: File): Target[] {
  return importsOf(text).flatMap((found): Target[] => {
    const { specifier } = found
    if (specifier.startsWith('node:')) return []
    if (specifier.startsWith('.')) return [{ ...found, path: posix.join(folderOf(path), specifier) }]
    return [{ ...found, package: specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/') }]
  })
}

export function folderOf(path: string): string {
  const folder = posix.dirname(path)
  return folder === '.' ? '' : folder
}

/** Reads what the rules look at: every path, and the text of sources and manifests. */
export function readFiles(root: string): File[] {
  const skipped = new Set(['node_modules', 'dist'])
  const walk = (folder: string): File[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry): File[] => {
      const path = posix.join(folder, entry.name)
      if (entry.isDirectory()) return skipped.has(entry.name) || entry.name.startsWith('.') ? [] : walk(path)
      const isRead = /(\.[jt]s|(^|\/)package\.json)$/.test(path)
      return [{ path, text: isRead ? readFileSync(join(root, path), 'utf8') : '' }]
    })
  return walk('')
}
