import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentTelemetry } from '../../src/core/telemetry.ts'
import { boot } from '../../src/runtime/boot.ts'
import type { Topology } from '../../src/topology/topology.ts'
import places from './app.ts'

const identity = { driver: 'development' }
export const topologies: Readonly<Record<string, Topology>> = {
  sqlite: { stores: { main: { driver: 'sqlite', options: {} } }, resources: {}, identity },
  memory: { stores: { main: { driver: 'memory', options: {}, volatile: true } }, resources: {}, identity },
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: any // `any`: tests look into answers of every shape.
}

export interface Api extends AsyncDisposable {
  readonly url: string
  /** `GET /v1/cities?…`, as somebody: `ada`, or `olga:operator`. */
  ask(
    request: string,
    options?: { readonly as?: string; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<Answer>
}

/** The app of these tests, running in this process. */
export async function api(topology: Topology): Promise<Api> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'banyan-rest-'))
  const runtime = await boot(places, topology, { dataFolder, production: false, telemetry: silentTelemetry })
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
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      return {
        status: response.status,
        headers: response.headers,
        body: text.startsWith('{') ? JSON.parse(text) : text,
      }
    },
    async [Symbol.asyncDispose]() {
      await runtime[Symbol.asyncDispose]()
      rmSync(dataFolder, { recursive: true, force: true })
    },
  }
}
