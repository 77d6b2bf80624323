import type { App, ResourcesOf } from './app.ts'
import type { NewRowOf } from './resource.ts'
import type { AnyService } from './service.ts'

/** Rows for an app. Imported once, in order; an import that was cut off goes on where it stopped. */
export interface Seed {
  readonly kind: 'seed'
  /** What has been imported is remembered under this name. */
  readonly name: string
  /** Another seed whose rows these refer to: it is imported first, unless it is in already. */
  readonly after?: Seed
  readonly parts: (context: SeedContext) => Iterable<SeedPart> | AsyncIterable<SeedPart>
}

export interface SeedContext {
  /** When this import began, also when it goes on after an interruption: a timestamp. */
  readonly startedAt: string
}

/** The rows of one resource; a seed has one part for each. */
export interface SeedPart {
  readonly resource: string
  readonly total: number
  readonly rows: SeedRows<object>
}

/**
 * The same rows in the same order each time that they are asked for with the same `startedAt`. A function gives those behind
 * the first `from`, so that an import that goes on need not make the rows that are in; of anything else they are made again
 * and passed over.
 */
export type SeedRows<Row> = Rows<Row> | ((from: number) => Rows<Row>)

type Rows<Row> = Iterable<Row> | AsyncIterable<Row>

/** The rows behind the first `from`. */
export function rowsBehind(rows: SeedRows<object>, from: number): Rows<object> {
  if (typeof rows === 'function') return rows(from)
  return from === 0 ? rows : passedOver(rows, from)
}

async function* passedOver(rows: Rows<object>, from: number): AsyncGenerator<object> {
  let at = 0
  for await (const row of rows) if (++at > from) yield row
}

/** What is given to seed a row. A generated id may be given as well, so that imported rows keep theirs. */
export type SeedRowOf<R> = NewRowOf<R> & { readonly id?: string }

type PartsOf<Services extends readonly AnyService[]> = {
  [Name in keyof ResourcesOf<Services>]: {
    readonly resource: Name
    readonly total: number
    readonly rows: SeedRows<SeedRowOf<ResourcesOf<Services>[Name]>>
  }
}[keyof ResourcesOf<Services>]

/**
 * Declares rows for an app. The file that `package.json#banyan.seed` names exports those that it begins with by default, and
 * `banyan seed FILE` imports others.
 */
export function seed<Services extends readonly AnyService[]>(
  _app: App<string, Services>,
  options: {
    readonly name: string
    readonly after?: Seed
    readonly parts: (context: SeedContext) => Iterable<PartsOf<Services>> | AsyncIterable<PartsOf<Services>>
  },
): Seed {
  const { name, after, parts } = options
  return { kind: 'seed', name, ...(after === undefined ? {} : { after }), parts: parts as Seed['parts'] }
}
