// Keeps dist/guide/ as new as docs/, for the servers that have it at /guide.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { runChild } from './child.js'
import { root } from './tasks.js'

/** Writes the site where a page is newer than it. What is wrong with a page is printed, and keeps no server from starting. */
export async function keepGuideCurrent(node) {
  const written = statSync(join(root, 'dist/guide/index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (Math.max(...['docs', 'site'].map((folder) => newest(join(root, folder)))) <= written) return
  await runChild(node, [join(root, 'site/build.ts')], { cwd: root })
}

/** When something in a folder was last changed; a folder changes with the names in it. */
function newest(path) {
  const stats = statSync(path)
  if (!stats.isDirectory()) return stats.mtimeMs
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}
