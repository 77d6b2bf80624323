import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs'
import { join } from 'node:path'

export interface WatchOptions {
  /** Folders, with all that is in them, that do not matter. */
  readonly isIgnored: (path: string) => boolean
  /** Called for every change of code, JSON or `.env`, several times for one that is written in steps. */
  readonly onChange: (path: string) => void
}

/**
 * Watches the files of a project, in folders that are there and in those that come later. One watcher a folder: a recursive
 * one would also follow node_modules, which takes seconds and, on Linux, more watches than a user may have.
 */
export function watchFolder(root: string, { isIgnored, onChange }: WatchOptions): Disposable {
  const watchers = new Map<string, FSWatcher>()

  const add = (folder: string): void => {
    if (watchers.has(folder) || isIgnored(folder)) return
    try {
      const watcher = watch(folder, (_event, name) => {
        if (name !== null) onEvent(folder, name)
      })
      watcher.on('error', () => remove(folder))
      watchers.set(folder, watcher)
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        if (entry.isDirectory() && isWatched(entry.name)) add(join(folder, entry.name))
      }
    } catch {
      // It has gone again meanwhile.
      remove(folder)
    }
  }
  const remove = (folder: string): void => {
    watchers.get(folder)?.close()
    watchers.delete(folder)
  }
  const onEvent = (folder: string, name: string): void => {
    const path = join(folder, name)
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      if (isWatched(name) && !watchers.has(path)) {
        add(path)
        // What was written into it before it was watched.
        if (watchers.has(path)) onChange(path)
      }
      return
    }
    if (watchers.has(path)) {
      remove(path)
      onChange(path)
    } else if (matters(name)) {
      onChange(path)
    }
  }

  add(root)
  return {
    [Symbol.dispose]() {
      for (const watcher of watchers.values()) watcher.close()
      watchers.clear()
    },
  }
}

function isWatched(folder: string): boolean {
  return !folder.startsWith('.') && folder !== 'node_modules' && folder !== 'dist'
}

function matters(file: string): boolean {
  return /^\.env$|\.([cm]?[tj]s|json)$/.test(file)
}
