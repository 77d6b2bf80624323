import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { banyan, startServer } from '../running-server.ts'
import { project } from './project.ts'

const files = [
  '.dockerignore',
  '.env.example',
  '.gitignore',
  'Dockerfile',
  'README.md',
  'app.test.ts',
  'app.ts',
  'package.json',
  'tsconfig.build.json',
  'tsconfig.json',
]

/** An empty folder, in which npm is a script that tells where and with what it was run, and ends with this code. */
function emptyFolder(npmEnds = 0) {
  const it = project({ 'bin/npm': `#!/bin/sh\necho "npm $* in $PWD"\nexit ${npmEnds}\n`, 'work/.keep': '' })
  chmodSync(join(it.path, 'bin/npm'), 0o755)
  const env = { PATH: join(it.path, 'bin') }
  return { ...it, run: (args: readonly string[]) => it.run(args, env), [Symbol.dispose]: it[Symbol.dispose] }
}

suite('banyan new', () => {
  test('writes an app that bears the name of its folder, and says what comes next', async () => {
    using it = emptyFolder()
    const { code, out, err } = await it.run(['new', 'apps/my-shop'])
    assert.equal(code, 0, err)
    const path = join(it.path, 'apps/my-shop')
    assert.deepEqual(readdirSync(path).sort(), files)
    const { name, dependencies } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    assert.deepEqual([name, dependencies], ['my-shop', { banyan: `^${version}` }])
    assert.match(readFileSync(join(path, 'app.ts'), 'utf8'), /export default app\('my-shop', /)
    for (const file of files) assert.doesNotMatch(readFileSync(join(path, file), 'utf8'), /guestbook/, file)
    assert.match(out, /^my-shop is written\.\n\n {2}cd apps\/my-shop\n {2}npm install\n {2}npm run dev /)
    assert.doesNotMatch(out, /npm install in/)
  })

  test('what it writes may start, also in production', async () => {
    using it = emptyFolder()
    await it.run(['new', 'shop'])
    using shop = project(
      Object.fromEntries(files.map((file) => [file, readFileSync(join(it.path, 'shop', file), 'utf8')])),
    )
    for (const NODE_ENV of ['', 'production']) {
      const { code, out } = await shop.run(['check'], { NODE_ENV })
      assert.equal(code, 0, out)
      assert.match(out, /This app may start: nothing wrong\./)
    }
  })

  test('takes this folder, when nothing but a repository is in it', async () => {
    using it = emptyFolder()
    const path = join(it.path, 'shop')
    mkdirSync(join(path, '.git'), { recursive: true })
    const { status, stdout, stderr } = spawnSync(process.execPath, [...banyan, 'new', '.'], {
      cwd: path,
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
    assert.match(stdout, /^shop is written\.\n\n {2}npm install\n/)
    assert.deepEqual(readdirSync(path).sort(), ['.git', ...files].sort())
  })

  test('installs packages when it is asked to', async () => {
    using it = emptyFolder()
    const { code, out } = await it.run(['new', 'shop', '--install'])
    assert.equal(code, 0)
    assert.ok(out.startsWith(`npm install in ${join(it.path, 'shop')}\n`), out)
    assert.doesNotMatch(out, /^ {2}npm install$/m)
  })

  test('says so when that fails; the app is written', async () => {
    using it = emptyFolder(7)
    const { code, err } = await it.run(['new', 'shop', '--install'])
    assert.equal(code, 1)
    assert.match(err, /npm install failed in shop: it ended with 7\n.*Mend what npm says above, and run npm install/)
    assert.deepEqual(readdirSync(join(it.path, 'shop')).sort(), files)
  })

  test('takes Banyan from a version, a repository, or a tarball that it brings along', async () => {
    using it = emptyFolder()
    it.write('banyan-9.9.9.tgz', 'packed')
    const dependency = async (folder: string, given: string) => {
      const { code, err } = await it.run(['new', folder, '--banyan', given])
      assert.equal(code, 0, err)
      return JSON.parse(readFileSync(join(it.path, folder, 'package.json'), 'utf8')).dependencies.banyan
    }
    assert.equal(await dependency('one', '~9.9.0'), '~9.9.0')
    assert.equal(await dependency('two', 'git+https://example.com/banyan.git'), 'git+https://example.com/banyan.git')
    assert.equal(await dependency('three', 'https://example.com/banyan.tgz'), 'https://example.com/banyan.tgz')
    for (const [folder, given] of [
      ['four', './banyan-9.9.9.tgz'],
      ['five', `file:${join(it.path, 'banyan-9.9.9.tgz')}`],
    ]) {
      assert.equal(await dependency(folder!, given!), 'file:banyan-9.9.9.tgz')
      assert.equal(readFileSync(join(it.path, folder!, 'banyan-9.9.9.tgz'), 'utf8'), 'packed')
    }
  })
})

suite('what was compiled stands for its source where only that is there', () => {
  const smallApp = `
import { anyone, app, resource, service, t } from 'banyan'
const Task = resource('tasks', { title: t.text() }).access({ read: anyone })
export default app('tasks', { version: 'v1', services: [service('tasks', { resources: { Task } })] })
`
  const seed = `
import { seed } from 'banyan'
import tasks from './app.js'
export default seed(tasks, { name: 'compiled', parts: () => [{ resource: 'tasks', total: 1, rows: [{ title: 'one' }] }] })
`
  const small = `export default { stores: { main: { driver: 'memory', volatile: true } }, resources: {} }`

  test('the app, its seed and its topologies', async () => {
    using it = project({
      'package.json': '{ "type": "module", "banyan": { "app": "./app.ts", "seed": "./seed.ts" } }',
      'app.js': smallApp,
      'seed.js': seed,
      'topologies/small.js': small,
    })
    for (const name of ['small', 'topologies/small.ts']) {
      const { code, out } = await it.run(['check', '-t', name])
      assert.equal(code, 0, out)
      assert.match(out, /memory/)
    }
    await using server = await startServer({ app: it.path, dataFolder: join(it.path, '.banyan') })
    const { data } = (await (await fetch(`${server.url}/v1/tasks`)).json()) as { data: { title: string }[] }
    assert.deepEqual(
      data.map(({ title }) => title),
      ['one'],
    )
  })

  test('and never where the source is there', async () => {
    using it = project({ 'app.ts': smallApp, 'app.js': 'throw new Error("compiled long ago")' })
    assert.equal((await it.run(['check'])).code, 0)
  })
})
