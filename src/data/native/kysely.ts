import { createRequire } from 'node:module'
import type { Kysely } from 'kysely'
import type { Context } from '../../core/context.ts'
import { dataErrors } from '../errors.ts'
import type { NativeAccess } from './native.ts'

/** Kysely on the connections of a store, for one request. What it reads and writes, the caller's bookmark has seen. */
export function kyselyOn({ acquire }: NativeAccess, storeName: string, context: Context): Kysely<unknown> {
  const { Kysely: Client, PostgresDialect } = loaded()
  return new Client({
    dialect: new PostgresDialect({
      pool: {
        options: {},
        async connect() {
          const connection = await acquire(context.deadline)
          return {
            async query(text: string, values: readonly unknown[] = []) {
              const { command, count, rows, position } = await connection.query(text, values)
              context.bookmark.observe(storeName, position)
              return { command, rowCount: count, rows: [...rows] }
            },
            release: (isBroken?: boolean) => connection.release(isBroken === true),
          }
        },
        // The connections are the store's.
        async end() {},
      } as unknown as PoolOfDialect, // Cursors and cancelling are not offered.
    }),
  })
}

type KyselyModule = typeof import('kysely')
type PoolOfDialect = ConstructorParameters<KyselyModule['PostgresDialect']>[0]['pool'] & object

let kysely: KyselyModule | undefined

/** Loaded by who asks for it first: a call of `data.native` waits for nothing. */
function loaded(): KyselyModule {
  try {
    kysely ??= createRequire(import.meta.url)('kysely') as KyselyModule
    return kysely
  } catch (cause) {
    throw dataErrors.NATIVE_UNAVAILABLE('data.native is Kysely, a package of its own: npm install kysely', { cause })
  }
}
