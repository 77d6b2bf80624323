import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, suite, test } from 'node:test'
import { engine } from '../engine.ts'
import { temporaryFolder } from '../running-server.ts'
import { containerOf } from './container.ts'
import { run, terminal, unreachable } from './terminal.ts'

const root = resolve(import.meta.dirname, '../..')
const older = engine('node24')
const nodes = [
  { version: process.version, node: process.execPath, skip: false },
  { version: 'Node 24', node: older.path, skip: older.skip ?? false },
]
/** Beyond the chain that every run of the tests walks. */
const thorough = process.env.CI === 'true' ? false : 'takes a minute; runs where CI=true'

suite('a new app from a packed Banyan', () => {
  const folder = temporaryFolder()
  const shop = join(folder.path, 'shop')
  const env = terminal(process.execPath)
  const tarball = join(folder.path, 'banyan-0.1.0.tgz')
  let noRegistry: string | undefined

  before(async () => {
    await run(['npm', 'pack', '--pack-destination', folder.path], { cwd: root, env })
    try {
      const create = ['npm', 'exec', '--yes', '--prefer-offline', '--package', tarball, '--'] as const
      await run([...create, 'banyan', 'new', 'shop', '--banyan', tarball], { cwd: folder.path, env })
      await run(['npm', 'install', '--prefer-offline'], { cwd: shop, env })
    } catch (error) {
      if (!unreachable.test((error as Error).message) || process.env.CI === 'true') throw error
      noRegistry = 'the registry cannot be reached, and the cache of npm is not enough'
    }
  })
  after(() => folder[Symbol.dispose]())

  for (const { version, node, skip } of nodes) {
    test(`passes its test, compiles and may start, on ${version}`, { skip }, async (t) => {
      if (noRegistry !== undefined) return t.skip(noRegistry)
      const on = { cwd: shop, env: terminal(node) }
      assert.match(await run(['npm', 'test'], on), /^ℹ pass 2$/m)
      assert.match(await run(['npm', 'run', 'check'], on), /This app may start: nothing wrong\./)
      const inProduction = { ...on, env: { ...on.env, NODE_ENV: 'production' } }
      assert.match(await run(['npx', 'banyan', 'check'], inProduction), /This app may start: nothing wrong\./)
      await run(['npm', 'run', 'build'], on)
      assert.deepEqual(readdirSync(join(shop, 'dist')), ['app.js'])
    })

    test(`is served as compiled JavaScript, and stops when it is told to, on ${version}`, { skip }, async (t) => {
      if (noRegistry !== undefined) return t.skip(noRegistry)
      const data = join(folder.path, `data-${version}`)
      const command = [node, join(shop, 'node_modules/banyan/bin/banyan.js'), 'start', '--json'] as const
      const server = spawn(command[0], command.slice(1), {
        cwd: join(shop, 'dist'),
        env: { ...terminal(node), NODE_ENV: 'production', PORT: '0', BANYAN_DATA: data },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [line] = await once(createInterface(server.stdout), 'line')
      const { url } = JSON.parse(line) as { url: string }
      await signAndRead(url)
      assert.equal((await fetch(`${url}/guide/`)).status, 404, 'the guide is for development')
      server.kill('SIGTERM')
      assert.deepEqual(await once(server, 'exit'), [0, null])
      assert.ok(readdirSync(data).includes('main.db'))
    })
  }

  test('its server has the guide while it is developed, and says so', async (t) => {
    if (noRegistry !== undefined) return t.skip(noRegistry)
    const banyan = join(shop, 'node_modules/banyan/bin/banyan.js')
    const server = spawn(process.execPath, [banyan, 'start'], {
      cwd: shop,
      env: { ...env, PORT: '0', BANYAN_DATA: join(folder.path, 'data-guide') },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let guide: string | undefined
    for await (const line of createInterface(server.stdout)) {
      guide ??= /^ {2}Guide (\S+)$/.exec(line)?.[1]
      if (line === 'Ctrl-C stops it.') break
    }
    assert.ok(guide)
    assert.match(await (await fetch(guide)).text(), /<title>Banyan<\/title>/)
    assert.match(await (await fetch(new URL('/docs', guide))).text(), /<a href="\/guide\/">/)
    server.kill('SIGTERM')
    assert.deepEqual(await once(server, 'exit'), [0, null])
  })

  test('its image runs as nobody in particular, writes only its data, and stops when it is told to', {
    skip: thorough,
  }, async (t) => {
    if (noRegistry !== undefined) return t.skip(noRegistry)
    const stages = join(folder.path, 'stages')
    const isRoot = process.getuid!() === 0
    const user = isRoot ? 1000 : process.getuid!()
    // Whoever that is has to reach it.
    for (const path of [folder.path, stages]) {
      mkdirSync(path, { recursive: true })
      chmodSync(path, 0o755)
    }
    const container = await containerOf({
      context: shop,
      folder: stages,
      owner: `${user}:${user}`,
      run: (command, cwd) => run(['sh', '-c', command], { cwd, env: { ...env, npm_config_prefer_offline: 'true' } }),
    })
    assert.deepEqual([container.user, container.volumes], ['1000:1000', ['/data']])
    const app = join(container.root, container.workdir)
    assert.deepEqual(readdirSync(app).sort(), ['app.js', 'node_modules', 'package.json'])
    assert.ok(!readdirSync(join(app, 'node_modules')).includes('typescript'), 'only what it runs with')

    const port = String(await freePort())
    const inContainer = (command: readonly [string, ...string[]]): ChildProcess => {
      const as = isRoot
        ? ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--', ...command]
        : command
      return spawn(as[0]!, as.slice(1), {
        cwd: app,
        env: {
          PATH: env.PATH,
          ...container.env,
          BANYAN_DATA: join(container.root, container.env.BANYAN_DATA!),
          PORT: port,
          // As with --read-only there is no place for temporary files.
          TMPDIR: '/nowhere',
          HOME: '/nowhere',
        },
        stdio: ['ignore', 'inherit', 'inherit'],
      })
    }
    const before = filesIn(app)
    const server = inContainer(container.command)
    const isHealthy = async () => (await once(inContainer(container.healthcheck), 'exit'))[0] === 0
    while (!(await isHealthy())) assert.equal(server.exitCode, null, 'it ended instead')
    if (isRoot) assert.match(readFileSync(`/proc/${server.pid}/status`, 'utf8'), /^Uid:\t1000\t1000/m)
    await signAndRead(`http://127.0.0.1:${port}`)
    server.kill('SIGTERM')
    assert.deepEqual(await once(server, 'exit'), [0, null])
    assert.equal(await isHealthy(), false)
    assert.deepEqual(filesIn(app), before)
    assert.ok(readdirSync(join(container.root, 'data')).includes('main.db'))
  })

  test('npm create banyan begins the same app', { skip: thorough }, async (t) => {
    if (noRegistry !== undefined) return t.skip(noRegistry)
    await run(['npm', 'pack', '--pack-destination', folder.path], { cwd: join(root, 'create'), env })
    const packages = [tarball, join(folder.path, 'create-banyan-0.1.0.tgz')].flatMap((path) => ['--package', path])
    const create = ['npm', 'exec', '--yes', '--prefer-offline', ...packages, '--', 'create-banyan'] as const
    await run([...create, 'copy/shop', '--banyan', tarball], { cwd: folder.path, env })
    const written = readdirSync(join(folder.path, 'copy/shop'))
    assert.deepEqual(written, [
      '.dockerignore',
      '.env.example',
      '.gitignore',
      'Dockerfile',
      'README.md',
      'app.test.ts',
      'app.ts',
      'banyan-0.1.0.tgz',
      'package.json',
      'tsconfig.build.json',
      'tsconfig.json',
    ])
    for (const file of written)
      assert.deepEqual(readFileSync(join(folder.path, 'copy/shop', file)), readFileSync(join(shop, file)), file)
  })
})

/** One write, and one read of it. */
async function signAndRead(url: string): Promise<void> {
  const entry = { name: 'Ada', message: 'What a place!' }
  const signed = await fetch(`${url}/v1/entries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(entry),
  })
  assert.equal(signed.status, 201)
  const { data } = (await (await fetch(`${url}/v1/entries`)).json()) as { data: readonly (typeof entry)[] }
  assert.deepEqual(
    data.map(({ name, message }) => ({ name, message })),
    [entry],
  )
}

/** Every file with its size and the time of its last change. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name)
      const { size, mtimeMs } = statSync(path)
      return `${path} ${size} ${mtimeMs}`
    })
    .sort()
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as { readonly port: number }
  listener.close()
  await once(listener, 'close')
  return port
}
