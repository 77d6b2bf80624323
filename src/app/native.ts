import type { Resources } from './handle.ts'
import type { RowOf } from './resource.ts'

/** What `data.native` gives. The types of a client add themselves to it: `import type {} from 'banyan/kysely'`. */
export interface NativeClient<Tables> {
  /** Which tables there are, for the compiler only. */
  readonly [tables]?: Tables
}
declare const tables: unique symbol

/** The tables of a service's resources, a row each as handlers see it; JSON is parsed. */
export type TablesOf<R extends Resources> = {
  readonly [Key in keyof R as R[Key]['name']]: RowOf<R[Key]> & { readonly slot: number }
}

/** The engines that a body may speak to itself. */
export type NativeEngine = 'postgres'
