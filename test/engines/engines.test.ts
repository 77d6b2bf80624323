import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { project } from '../cli/project.ts'
import { engine } from '../engine.ts'
import { banyan } from '../running-server.ts'

interface Kind {
  readonly name: string
  readonly product: RegExp
  /** A program of it: without that it is skipped. */
  readonly program: 'initdb' | 'mariadbd'
  readonly variable: string
  readonly scheme: string
  /** Where a server has its process id, in the folder of the data. */
  pidFile(role: string): string
  /** Whether its making is under way, in the folder of the data. */
  isBegun(data: string): boolean
}

const kinds: readonly Kind[] = [
  {
    name: 'postgres-replicas',
    product: /^PostgreSQL \d/,
    program: 'initdb',
    variable: 'PG',
    scheme: 'postgres',
    pidFile: (role) => `${role}/postmaster.pid`,
    // What initdb runs has a negative number there.
    isBegun: (data) => (pidIn(join(data, 'primary/postmaster.pid')) ?? 0) > 0,
  },
  {
    name: 'mariadb-replicas',
    product: /^MariaDB \d/,
    program: 'mariadbd',
    variable: 'MYSQL',
    scheme: 'mysql',
    pidFile: (role) => `${role}.pid`,
    isBegun: (data) => existsSync(join(data, 'primary/mysql')),
  },
]

for (const kind of kinds) engineSuite(kind)

function engineSuite({ name, product, program, variable, scheme, pidFile, isBegun }: Kind): void {
  const { skip } = engine(program)
  suite(`${name} for development`, { skip: skip ?? false }, () => {
    const here = project({})
    const home = join(here.path, '.banyan/engines', name)
    after(async () => {
      await here.run(['engines', 'down', '--remove'])
      here[Symbol.dispose]()
    })
    let printed: string

    test('up starts a primary with two replicas, prints their addresses and says what they are not for', async () => {
      const { code, out, err } = await here.run(['engines', 'up', name])
      assert.equal(code, 0, err)
      const url = `${scheme}://banyan:[\\w-]{24}@127\\.0\\.0\\.1:\\d+/banyan`
      assert.match(out, new RegExp(`^${variable}=${url}\n${variable}_REPLICAS=${url},${url}\n$`))
      assert.match(err, /development and tests only/)
      printed = out
      for (const [, port] of out.matchAll(/:(\d+)\//g)) assert.equal(await answers(Number(port)), true)
    })

    test('up again leaves what runs as it is', async () => {
      const { out } = await here.run(['engines', 'up', name])
      assert.equal(out, printed)
    })

    test('status tells what runs, and keeps passwords to itself', async () => {
      const { code, out } = await here.run(['engines', 'status', '--json'])
      const found = JSON.parse(out).find((each: { name: string }) => each.name === name)
      assert.equal(code, 0)
      assert.match(found.installed, product)
      assert.deepEqual(
        found.servers.map(({ role, isUp }: { role: string; isUp: boolean }) => [role, isUp]),
        [
          ['primary', true],
          ['replica-1', true],
          ['replica-2', true],
        ],
      )
      const password = /banyan:([\w-]+)@/.exec(printed)![1]!
      assert.ok(!out.includes(password))
      const { out: shown } = await here.run(['engines', 'status'])
      assert.match(shown, new RegExp(`${name} +${product.source.slice(1)}.* primary on port \\d+, `))
    })

    test('the file with the password is nobody else’s to read', () => {
      assert.equal(statSync(join(home, 'engine.json')).mode & 0o777, 0o600)
    })

    test('a server that was killed is started again', async () => {
      const kept = JSON.parse(readFileSync(join(home, 'engine.json'), 'utf8'))
      const pid = pidIn(join(kept.data, pidFile('replica-1')))!
      process.kill(pid, 'SIGKILL')
      await gone(pid)
      assert.match((await here.run(['engines', 'status'])).out, /replica-1 is down/)
      assert.equal((await here.run(['engines', 'up', name])).out, printed)
      assert.doesNotMatch((await here.run(['engines', 'status'])).out, /is down/)
    })

    test('down stops them, and their data come back with the next up', async () => {
      const { code, out } = await here.run(['engines', 'down'])
      assert.equal(code, 0)
      assert.equal(out, `${name} is stopped; its data stay\n`)
      for (const [, port] of printed.matchAll(/:(\d+)\//g)) assert.equal(await answers(Number(port)), false)
      assert.equal((await here.run(['engines', 'up', name])).out, printed)
    })

    test('down --remove deletes the data too', async () => {
      const { data } = JSON.parse(readFileSync(join(home, 'engine.json'), 'utf8'))
      const { out } = await here.run(['engines', 'down', name, '--remove'])
      assert.equal(out, `${name} is stopped, and its data are deleted\n`)
      assert.deepEqual([existsSync(data), existsSync(home)], [false, false])
    })

    test('an up that was killed is begun anew, and leaves no server behind', async () => {
      const file = join(home, 'engine.json')
      const child = spawn(process.execPath, [...banyan, 'engines', 'up', name], {
        cwd: here.path,
        stdio: 'ignore',
      })
      const ended = new Promise((resolve) => child.once('close', resolve))
      const kept = () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined)
      while (kept() === undefined || !isBegun(kept().data)) await new Promise((resolve) => setTimeout(resolve, 5))
      child.kill('SIGKILL')
      await ended
      const left = kept()
      assert.equal(left.isMade, false, 'it was over before it could be killed')
      const pid = pidIn(join(left.data, pidFile('primary')))

      const { code, out, err } = await here.run(['engines', 'up', name])
      assert.equal(code, 0, err)
      assert.match(out, new RegExp(`^${variable}=${scheme}:.*\n${variable}_REPLICAS=.*\n$`))
      if (pid !== undefined) await gone(pid)
      assert.equal(existsSync(left.data) && kept().data !== left.data, false)
      assert.match((await here.run(['engines', 'status'])).out, /replica-2 on port/)
    })
  })
}

suite('engines are asked for by name', () => {
  const here = project({})
  after(() => here[Symbol.dispose]())

  test('an unknown one is refused with those that there are', async () => {
    const { code, err } = await here.run(['engines', 'up', 'oracle'])
    assert.equal(code, 2)
    assert.match(err, /no engine "oracle"; there are: mariadb, mariadb-replicas, postgres, postgres-replicas/)
  })

  test('none is started in production', async () => {
    const { code, err } = await here.run(['engines', 'up', 'postgres'], { NODE_ENV: 'production' })
    assert.equal(code, 2)
    assert.match(err, /not started with NODE_ENV=production/)
  })

  test('down where none was ever up says so', async () => {
    assert.equal((await here.run(['engines', 'down'])).out, 'no engine was ever started here\n')
  })
})

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.unref()
    socket.once('connect', () => socket.destroy())
  })
}

async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function pidIn(file: string): number | undefined {
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined
}
