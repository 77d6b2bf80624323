/** The types of `data.native`: `import type {} from 'banyan/kysely'` once, where the app's operations are. */
import type { Kysely } from 'kysely'

export type { TablesOf } from '../../app/native.ts'

declare module '../../app/native.ts' {
  interface NativeClient<Tables> extends Kysely<Tables> {}
}
