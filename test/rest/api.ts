import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import type { App } from '../../src/app/app.ts'
import { silentTelemetry } from '../../src/core/telemetry.ts'
import { type BootOptions, boot } from '../../src/runtime/boot.ts'
import type { Topology } from '../../src/topology/topology.ts'
import places from './app.ts'

const identity = { driver: 'development' }
export const embedded: Readonly<Record<string, Topology>> = {
  sqlite: { stores: { main: { driver: 'sqlite', options: {} } }, resources: {}, identity },
  memory: { stores: { main: { driver: 'memory', options: {}, volatile: true } }, resources: {}, identity },
}
/**
 * Where somebody names the driver of a store and its address, as `test/postgres` and `test/mysql` do, the same tests are about that:
 * `BANYAN_TEST_STORE=postgres BANYAN_TEST_PRIMARY=postgres://…`.
 */
export const topologies: Readonly<Record<string, Topology>> =
  process.env.BANYAN_TEST_STORE === undefined ? embedded : { [process.env.BANYAN_TEST_STORE]: served() }

function served(): Topology {
  const options = { primary: { env: 'BANYAN_TEST_PRIMARY' } }
  return { stores: { main: { driver: process.env.BANYAN_TEST_STORE!, options } }, resources: {}, identity }
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: any // `any`: tests look into answers of every shape.
}

export interface Asked {
  /** `ada`, or `olga:operator`. */
  readonly as?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Api extends AsyncDisposable {
  readonly url: string
  /** `GET /v1/cities?…`, as somebody. */
  ask(request: string, options?: Asked): Promise<Answer>
  /** Bytes that no decent client would send; the connection's whole answer as text. */
  raw(bytes: string | Buffer): Promise<string>
}

/** The app of these tests, running in this process. */
export async function api(
  topology: Topology,
  app: App<any, any, any, any> = places, // `any`: only what the app does is looked at.
  options: Partial<BootOptions> = {},
): Promise<Api> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'banyan-rest-'))
  const runtime = await boot(app, topology, {
    dataFolder,
    production: false,
    telemetry: silentTelemetry,
    isScratch: true,
    ...options,
  })
  const url = await runtime.listen({ host: '127.0.0.1', port: 0 })
  return {
    url,
    async ask(request, { as, body, headers = {} } = {}) {
      const [method, path] = request.split(' ') as [string, string]
      const response = await fetch(url + path, {
        method,
        headers: {
          ...(as === undefined ? {} : { authorization: `Bearer dev:${as}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined
          ? {}
          : { body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      return {
        status: response.status,
        headers: response.headers,
        body: text.startsWith('{') ? JSON.parse(text) : text,
      }
    },
    async raw(bytes) {
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      socket.write(bytes)
      // A request whose connection is half closed has nobody who waits for its answer; one that is cut short never has one.
      const isEnough = setTimeout(() => socket.end(), 500)
      socket.once('data', () => socket.end()).once('close', () => clearTimeout(isEnough))
      return textOf(socket)
    },
    async [Symbol.asyncDispose]() {
      await runtime[Symbol.asyncDispose]()
      rmSync(dataFolder, { recursive: true, force: true })
    },
  }
}
