import { after, suite } from 'node:test'
import { engine } from '../../../../test/engine.ts'
import { testServer } from '../../../../test/mysql/server.ts'
import { systemClock } from '../../../core/clock.ts'
import { systemRandom } from '../../../core/random.ts'
import { silentTelemetry } from '../../../core/telemetry.ts'
import type { Open } from '../conformance/example.ts'
import { storeConformance } from '../conformance.ts'
import { type MysqlOptions, mysql } from './mysql.ts'

const { skip } = engine('mariadbd')

if (skip !== undefined) suite('mysql', { skip }, () => {})
else {
  const server = await testServer()
  after(() => server[Symbol.asyncDispose]())
  const deps = { telemetry: silentTelemetry, clock: systemClock, random: systemRandom(), dataFolder: '' }
  /** By what is stored: databases that were used, and are empty again. */
  const used = new Map<string, MysqlOptions[]>()
  const open: Open = async (resources) => {
    const key = JSON.stringify(resources)
    const options = used.get(key)?.pop() ?? (await server.options())
    const store = await mysql.open({ ...options, resources }, deps)
    let closing: Promise<void> | undefined
    const close = async () => {
      await store[Symbol.asyncDispose]()
      await server.empty(options)
      used.set(key, [...(used.get(key) ?? []), options])
    }
    return {
      ...store,
      [Symbol.asyncDispose]() {
        closing ??= close()
        return closing
      },
    }
  }
  storeConformance('mysql', open, { gives: mysql.gives })
}
