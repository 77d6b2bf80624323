import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { project } from '../cli/project.ts'
import { engine } from '../engine.ts'
import { banyan } from '../running-server.ts'

const { skip } = engine('initdb')

suite('engines for development', { skip: skip ?? false }, () => {
  const here = project({})
  const home = join(here.path, '.banyan/engines/postgres-replicas')
  after(async () => {
    await here.run(['engines', 'down', '--remove'])
    here[Symbol.dispose]()
  })
  let printed: string

  test('up starts a primary with two replicas, prints their addresses and says what they are not for', async () => {
    const { code, out, err } = await here.run(['engines', 'up', 'postgres-replicas'])
    assert.equal(code, 0, err)
    const url = /postgres:\/\/banyan:[\w-]{24}@127\.0\.0\.1:\d+\/banyan/.source
    assert.match(out, new RegExp(`^PG=${url}\nPG_REPLICAS=${url},${url}\n$`))
    assert.match(err, /development and tests only/)
    printed = out
    for (const [, port] of out.matchAll(/:(\d+)\//g)) assert.equal(await answers(Number(port)), true)
  })

  test('up again leaves what runs as it is', async () => {
    const { out } = await here.run(['engines', 'up', 'postgres-replicas'])
    assert.equal(out, printed)
  })

  test('status tells what runs, and keeps passwords to itself', async () => {
    const { code, out } = await here.run(['engines', 'status', '--json'])
    const found = JSON.parse(out).find(({ name }: { name: string }) => name === 'postgres-replicas')
    assert.equal(code, 0)
    assert.match(found.installed, /^PostgreSQL \d/)
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
    assert.match(
      (await here.run(['engines', 'status'])).out,
      /postgres-replicas +PostgreSQL \d.* primary on port \d+, /,
    )
  })

  test('the file with the password is nobody else’s to read', () => {
    assert.equal(statSync(join(home, 'engine.json')).mode & 0o777, 0o600)
  })

  test('a server that was killed is started again', async () => {
    const kept = JSON.parse(readFileSync(join(home, 'engine.json'), 'utf8'))
    const pid = Number(readFileSync(join(kept.data, 'replica-1/postmaster.pid'), 'utf8').split('\n')[0])
    process.kill(pid, 'SIGKILL')
    await gone(pid)
    assert.match((await here.run(['engines', 'status'])).out, /replica-1 is down/)
    assert.equal((await here.run(['engines', 'up', 'postgres-replicas'])).out, printed)
    assert.doesNotMatch((await here.run(['engines', 'status'])).out, /is down/)
  })

  test('down stops them, and their data come back with the next up', async () => {
    const { code, out } = await here.run(['engines', 'down'])
    assert.equal(code, 0)
    assert.equal(out, 'postgres-replicas is stopped; its data stay\n')
    for (const [, port] of printed.matchAll(/:(\d+)\//g)) assert.equal(await answers(Number(port)), false)
    assert.equal((await here.run(['engines', 'up', 'postgres-replicas'])).out, printed)
  })

  test('down --remove deletes the data too', async () => {
    const { data } = JSON.parse(readFileSync(join(home, 'engine.json'), 'utf8'))
    const { out } = await here.run(['engines', 'down', 'postgres-replicas', '--remove'])
    assert.equal(out, 'postgres-replicas is stopped, and its data are deleted\n')
    assert.deepEqual([existsSync(data), existsSync(home)], [false, false])
  })

  test('an up that was killed is begun anew, and leaves no server behind', async () => {
    const file = join(here.path, '.banyan/engines/postgres-replicas/engine.json')
    const child = spawn(process.execPath, [...banyan, 'engines', 'up', 'postgres-replicas'], {
      cwd: here.path,
      stdio: 'ignore',
    })
    const ended = new Promise((resolve) => child.once('close', resolve))
    const primary = () => {
      const found = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
      const pidFile = found === undefined ? '' : join(found.data, 'primary/postmaster.pid')
      return existsSync(pidFile) ? { ...found, pid: Number(readFileSync(pidFile, 'utf8').split('\n')[0]) } : undefined
    }
    while (!(primary()?.pid > 0)) await new Promise((resolve) => setTimeout(resolve, 5))
    child.kill('SIGKILL')
    await ended
    const left = primary()
    assert.equal(left.isMade, false, 'it was over before it could be killed')

    const { code, out, err } = await here.run(['engines', 'up', 'postgres-replicas'])
    assert.equal(code, 0, err)
    assert.match(out, /^PG=postgres:.*\nPG_REPLICAS=.*\n$/)
    await gone(left.pid)
    assert.equal(existsSync(left.data) && primary().data !== left.data, false)
    assert.match((await here.run(['engines', 'status'])).out, /replica-2 on port/)
  })
})

suite('engines are asked for by name', () => {
  const here = project({})
  after(() => here[Symbol.dispose]())

  test('an unknown one is refused with those that there are', async () => {
    const { code, err } = await here.run(['engines', 'up', 'oracle'])
    assert.equal(code, 2)
    assert.match(err, /no engine "oracle"; there are: postgres, postgres-replicas/)
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
