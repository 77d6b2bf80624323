import type { App, ResourcesOf } from './app.ts'
import type { NewRowOf } from './resource.ts'
import type { AnyService } from './service.ts'

/** Rows that an app begins with. Imported once, in order; an import that was cut off goes on where it stopped. */
export interface Seed {
  readonly kind: 'seed'
  /** What has been imported is remembered under this name. */
  readonly name: string
  readonly parts: (context: SeedContext) => Iterable<SeedPart> | AsyncIterable<SeedPart>
}

export interface SeedContext {
  /** When this import began, also when it goes on after an interruption: a timestamp. */
  readonly startedAt: string
}

export interface SeedPart {
  readonly resource: string
  readonly total: number
  /** Must give the same rows in the same order each time it is run with the same `startedAt`. */
  readonly rows: Iterable<object> | AsyncIterable<object>
}

/** What is given to seed a row. A generated id may be given as well, so that imported rows keep theirs. */
export type SeedRowOf<R> = NewRowOf<R> & { readonly id?: string }

type PartsOf<Services extends readonly AnyService[]> = {
  [Name in keyof ResourcesOf<Services>]: {
    readonly resource: Name
    readonly total: number
    readonly rows:
      | Iterable<SeedRowOf<ResourcesOf<Services>[Name]>>
      | AsyncIterable<SeedRowOf<ResourcesOf<Services>[Name]>>
  }
}[keyof ResourcesOf<Services>]

/** Declares the rows that an app begins with; `package.json#banyan.seed` names the file that exports it by default. */
export function seed<Services extends readonly AnyService[]>(
  _app: App<string, Services>,
  options: {
    readonly name: string
    readonly parts: (context: SeedContext) => Iterable<PartsOf<Services>> | AsyncIterable<PartsOf<Services>>
  },
): Seed {
  return { kind: 'seed', name: options.name, parts: options.parts as Seed['parts'] }
}
