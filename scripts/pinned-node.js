// Finds the Node that package.json pins, which the package `node` brings, and makes sure that it runs here.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'

export function findPinnedNode(root) {
  const folder = join(root, 'node_modules/node')
  const node = join(folder, 'bin/node')
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  if (!existsSync(node)) throw new Error(`Node ${version} is not in node_modules/node/bin. ${mend}`)
  // npm puts node_modules/.bin first on PATH, so from the second start on this very process runs on the pinned Node.
  if (process.version === `v${version}` && realpathSync(node) === realpathSync(process.execPath)) return node
  const probe = spawnSync(node, ['--version'], { encoding: 'utf8' })
  if (probe.stdout?.trim() === `v${version}`) return node
  const found = probe.error?.message ?? (probe.stderr.trim() || probe.stdout.trim() || `signal ${probe.signal}`)
  throw new Error(`Node ${version} in node_modules/node/bin does not run here (${found}). ${mend}`)
}

const mend = [
  'An install script of the package "node" fetches it, so install scripts have to be allowed for that package:',
  '  npm rebuild node --ignore-scripts=false',
  'If node_modules was copied from another machine, delete it and run the same command again.',
].join('\n')
