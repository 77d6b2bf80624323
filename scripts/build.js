// Writes dist/: what is published, as JavaScript and type declarations, and the pages of docs/ as a site.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { runChild } from './child.js'
import { findPinnedNode } from './pinned-node.js'
import { root } from './tasks.js'

// The compiler never deletes, and the output of a file that is gone would be published with the rest.
rmSync(join(root, 'dist'), { recursive: true, force: true })

const tsc = join(root, 'node_modules/typescript/bin/tsc')
const code = await runChild(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root })
process.exitCode = code === 0 ? await writeSite() : code

/** The site is written in TypeScript, which the Node that npm runs on may not understand. */
function writeSite() {
  const node = process.features.typescript ? process.execPath : findPinnedNode(root)
  return runChild(node, [join(root, 'site/build.ts')], { cwd: root })
}
