import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { engine } from '../engine.ts'
import { banyan, EndedEarly, type RunningServer, startServer, temporaryFolder } from '../running-server.ts'

const flights = fileURLToPath(new URL('../../examples/flights', import.meta.url))
const { skip } = engine('initdb')

suite('the preset replicated', { skip: skip ?? false }, () => {
  const folder = temporaryFolder()
  const run = (args: readonly string[]) =>
    promisify(execFile)(process.execPath, [...banyan, ...args], {
      cwd: flights,
      env: { ...process.env, BANYAN_DATA: folder.path },
    })
  const started = (env: Readonly<Record<string, string>> = {}): Promise<RunningServer> =>
    startServer({
      app: flights,
      dataFolder: folder.path,
      env: { BANYAN_TOPOLOGY: 'replicated', PG: '', PG_REPLICAS: '', ...env },
    })
  after(async () => {
    await run(['engines', 'down', '--remove'])
    folder[Symbol.dispose]()
  })

  test('brings its engines up by itself, says what they are for, and serves the flights example with its rows', async () => {
    await using server = await started()
    assert.match(server.output(), /PG.* not set, so this runs on postgres-replicas in .*engines\/postgres-replicas/)
    assert.match(server.output(), /development and tests only.*\n.*banyan engines down/)
    const answer = await fetch(`${server.url}/v1/flights?limit=1`)
    assert.equal(((await answer.json()) as { readonly data: readonly unknown[] }).data.length, 1)
  })

  test('what it started stays up, and serves the next start', async () => {
    const ports = await portsUp()
    assert.equal(ports.length, 3)
    await using server = await started()
    assert.equal((await fetch(`${server.url}/readyz`)).status, 200)
    assert.deepEqual(await portsUp(), ports)
  })

  test('starts no engine in production: there the address is missed', async () => {
    await assert.rejects(
      started({ NODE_ENV: 'production' }),
      (error) => error instanceof EndedEarly && error.exitCode === 3 && /variable PG is not set/.test(error.message),
    )
  })

  test('starts no engine where somebody has named one', async () => {
    await assert.rejects(
      started({ PG: 'postgres://nobody@127.0.0.1:1/nowhere' }),
      (error) => error instanceof EndedEarly && !/so this runs on/.test(error.message),
    )
  })

  async function portsUp(): Promise<readonly number[]> {
    const { stdout } = await run(['engines', 'status', '--json'])
    const all = JSON.parse(stdout) as readonly Status[]
    const { servers } = all.find(({ name }) => name === 'postgres-replicas')!
    return servers.filter(({ isUp }) => isUp).map(({ port }) => port)
  }
})

interface Status {
  readonly name: string
  readonly servers: readonly { readonly port: number; readonly isUp: boolean }[]
}
