import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { globSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { project, smallApp } from './cli/project.ts'
import { startServer, temporaryFolder } from './running-server.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** A store whose server runs beside the app. */
export interface ServedStore {
  readonly product: string
  readonly driver: string
  /** What `banyan engines up` calls its server, and the variable that it then prints the address as. */
  readonly engine: string
  readonly variable: string
  readonly skip: string | undefined
  /** What the sheet says of its durability. */
  readonly durability: RegExp
  /** The statement of an insert into `tasks`. */
  readonly insert: RegExp
}

/** What people see of an app on such a store, from the tests of the flights example to mistakes in the address. */
export function servedStoreSuite({ product, driver, engine, variable, skip, durability, insert }: ServedStore): void {
  /** A topology of one store, at the address that a variable has. */
  const topology = JSON.stringify({
    stores: { main: { driver, options: { primary: { env: variable } } } },
    identity: { driver: 'development' },
  })

  suite(`an app on ${product}`, { skip: skip ?? false }, () => {
    const here = project({ 'app.ts': smallApp, 'served.json': topology })
    const folder = temporaryFolder()
    let url: string
    before(async () => {
      const { code, out, err } = await here.run(['engines', 'up', engine])
      assert.equal(code, 0, err)
      url = out.trim().replace(`${variable}=`, '')
    })
    after(async () => {
      await here.run(['engines', 'down', '--remove'])
      here[Symbol.dispose]()
      folder[Symbol.dispose]()
    })

    test('passes the tests of the flights example, unchanged', async () => {
      const file = join(folder.path, 'served.json')
      writeFileSync(file, topology)
      const env = { [variable]: url, BANYAN_TOPOLOGY: file }
      await using server = await startServer({
        app: join(root, 'examples/flights'),
        dataFolder: join(folder.path, 'data'),
        env,
      })
      await passes(globSync('examples/flights/test/*.test.ts', { cwd: root }), { BANYAN_URL: server.url })
    })

    test('passes the tests of REST, unchanged', async () => {
      const files = globSync('test/rest/*.test.ts', { cwd: root }).filter((file) => !/documents|drain|guide/.test(file))
      await passes(files, { BANYAN_TEST_STORE: driver, BANYAN_TEST_PRIMARY: url })
    })

    const wrong = (change: (url: URL) => void) => {
      const address = new URL(url)
      change(address)
      return address.href
    }
    const mistakes: Readonly<Record<string, readonly [address: () => string, says: RegExp]>> = {
      'a password that is wrong': [
        () => wrong((at) => (at.password = 'secret')),
        /does not take the password of banyan/,
      ],
      'a database that is not there': [() => wrong((at) => (at.pathname = '/nowhere')), /has no database nowhere/],
      'a port where nobody listens': [() => wrong((at) => (at.port = '1')), /is not there: nobody listens/],
      'a host that is not there': [() => wrong((at) => (at.hostname = 'nowhere.invalid')), /there is no such host/],
    }
    for (const [mistake, [address, says]] of Object.entries(mistakes)) {
      test(`${mistake} is told before anything is served, without the password`, async () => {
        const { code, err } = await here.run(['start', '-t', 'served.json'], { [variable]: address() })
        assert.match(err, says)
        assert.deepEqual([code, err.includes(new URL(address()).password)], [4, false])
      })
    }

    test('a variable that is not set is refused with what to do', async () => {
      const { code, out } = await here.run(['check', '-t', 'served.json'], { [variable]: '' })
      assert.equal(code, 3)
      assert.match(out, new RegExp(`the variable ${variable} is not set`))
      assert.match(out.replaceAll(/\s+/g, ' '), new RegExp(`banyan engines up ${engine}`))
    })

    test('the sheet has what the server says of its durability, and nothing of the address', async () => {
      const { code, out } = await here.run(['check', '-t', 'served.json', '--json'], { [variable]: url })
      assert.equal(code, 0)
      assert.match(out, durability)
      assert.ok(!out.includes(new URL(url).password))
    })

    test('explain tells the statement that a commit shares with others, and leaves nothing behind', async () => {
      const { code, out } = await here.run(['explain', 'POST /v1/tasks', '-t', 'served.json'], { [variable]: url })
      assert.equal(code, 0)
      assert.match(out, insert)
    })
  })
}

/** Runs test files in a process of their own. */
async function passes(files: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  assert.ok(files.length > 2)
  const args = ['--conditions=banyan-source', '--test', '--test-concurrency=2', ...files]
  const child = spawn(process.execPath, args, {
    cwd: root,
    // This process is a test itself, and a child that knew would tell nobody but it.
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    printed += part
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  const passed = Number(/^ℹ pass (\d+)/m.exec(printed)?.[1] ?? 0)
  assert.equal(code, 0, printed.slice(printed.indexOf('failing tests')))
  assert.ok(passed > 20, printed)
}
