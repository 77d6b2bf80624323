// Runs `npm ci` when node_modules is not what package-lock.json says.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runChild } from './child.js'

export async function installMissingPackages(root) {
  const reason = reasonToInstall(root)
  if (!reason) return
  console.error(`banyan: installing packages with "npm ci", because ${reason}. This takes up to a minute.`)
  const [command, ...args] = npm()
  const env = { ...process.env, BANYAN_PREPARE: 'no' }
  const code = await runChild(command, [...args, 'ci', ...options], { cwd: root, env })
  if (code !== 0) throw new Error(`"npm ci" failed with exit code ${code}; its reason is above. ${mend}`)
  const still = reasonToInstall(root)
  if (still) throw new Error(`"npm ci" succeeded, and yet ${still}. Delete node_modules and try again.`)
}

const options = [
  '--prefer-offline',
  // Without a network the answer should come within seconds; npm's own patience is over a minute.
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=5000',
  // npm warns of packages that want a newer Node than the one it runs on. They get one: the pinned.
  '--loglevel=error',
]
const mend =
  'Check that the npm registry can be reached (the first start needs a network), then run the same command again.'

/**
 * Compares the two lock files themselves instead of keeping a stamp: npm rewrites the one inside node_modules at the
 * end of every install, so this also notices an install that was interrupted, or made for another branch.
 */
export function reasonToInstall(root) {
  const wanted = readLock(join(root, 'package-lock.json'))
  if (!wanted) throw new Error('package-lock.json is missing or damaged. Restore it: git checkout package-lock.json')
  if (!existsSync(join(root, 'node_modules'))) return 'node_modules is missing'
  const installed = readLock(join(root, 'node_modules/.package-lock.json'))
  if (!installed) return 'node_modules is incomplete'
  for (const [place, want] of Object.entries(wanted)) {
    // The other places are this package and the examples, whose dependencies have places of their own.
    if (!place.includes('node_modules/')) continue
    const have = installed[place]
    // npm leaves out optional packages that are built for other platforms.
    if (!have && want.optional) continue
    if (!have) return `${place} is missing`
    if (have.version !== want.version) return `${place} is at ${have.version} instead of ${want.version}`
    if (have.integrity !== want.integrity) return `${place} differs from package-lock.json`
  }
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}

/**
 * The npm that started us, on the Node that it runs on: `node` alone would find the pinned one inside node_modules,
 * which "npm ci" is about to delete.
 */
function npm() {
  const { npm_node_execpath: node, npm_execpath: cli } = process.env
  const isNpm = cli?.endsWith('npm-cli.js') && existsSync(cli)
  return isNpm && node && existsSync(node) ? [node, cli] : ['npm']
}
