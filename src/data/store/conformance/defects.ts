import type { FieldDeclaration } from '../../../app/field.ts'
import { BanyanError } from '../../../core/errors.ts'
import type {
  BatchContext,
  Commit,
  CountResult,
  GetResult,
  Outcome,
  Row,
  Scan,
  Search,
  SearchResult,
  Store,
  StoreOperation,
  Value,
  Write,
} from '../store.ts'
import type { Open } from './example.ts'
import { sampleOf } from './samples.ts'

/** Ways of being wrong, each around a store that is right. The model-based run must find every one of them. */
export const defects: Readonly<Record<string, (open: Open) => Open>> = {
  'never checks unique fields': withFields((field) => ({ ...field, unique: false })),
  'treats references as plain texts': withFields((field) => (field.kind === 'ref' ? textLike(field) : field)),
  'forgets cascades': withFields((field) =>
    field.kind === 'ref' && field.onDelete === 'cascade' ? textLike(field) : field,
  ),
  'refuses instead of setting to null': withFields((field) =>
    field.kind === 'ref' && field.onDelete === 'setNull' ? { ...field, onDelete: 'restrict' } : field,
  ),
  'compares decimals as texts': withOrder(['decimal'], byUnits),
  'compares 64-bit integers as texts': withOrder(['bigint'], byUnits),
  'compares texts by UTF-16 units': withOrder(['text'], byUnits),
  'sorts null last': withOrder(['text', 'integer', 'decimal', 'timestamp'], (left, right) =>
    left === null || right === null ? Number(left === null) - Number(right === null) : 0,
  ),
  'ignores the limits of fields': withFields((field) => {
    if (field.kind !== 'integer' && field.kind !== 'decimal') return field
    const { minimum: _, maximum: __, ...rest } = field
    return rest as FieldDeclaration
  }),
  'does not tell of which row a refusal is': withResults((_, outcome) => {
    if (outcome.ok) return outcome
    const { code, message, facts } = outcome.error
    const { row: _row, ...rest } = facts
    return { ok: false, error: new BanyanError(code, outcome.error, message, rest) }
  }),
  'keeps no last versions': withResults((operation, outcome) => {
    if (operation.kind !== 'get' || !outcome.ok) return outcome
    const { rows, lastVersions } = outcome.value as GetResult
    return {
      ...outcome,
      value: { rows, ...(lastVersions === undefined ? {} : { lastVersions: lastVersions.map(() => 0) }) },
    }
  }),
  'does not merge what a list of values finds': withExecute(async (store, operations, context) => {
    if (operations[0]?.kind !== 'scan') return store.execute(operations, context)
    return Promise.all((operations as readonly Scan[]).map((scan) => oneAfterAnother(store, scan, context)))
  }),
  'does not sort': withRows((_, rows) => rows.toSorted((left, right) => byUnits(left.join(), right.join()))),
  'ignores the direction': withOperations((operation) =>
    operation.kind === 'scan' ? { ...operation, descending: false } : operation,
  ),
  'ignores the cursor': withOperations((operation) =>
    operation.kind === 'scan' ? without(operation, 'after') : operation,
  ),
  'ignores ranges': withOperations((operation) =>
    operation.kind === 'scan' ? without(operation, 'range') : operation,
  ),
  'gives one row too many': withOperations((operation) =>
    operation.kind === 'scan' ? { ...operation, limit: operation.limit + 1 } : operation,
  ),
  'reads only the first of a list of values': withOperations((operation) =>
    operation.kind === 'scan'
      ? { ...operation, equal: operation.equal.map((value) => (Array.isArray(value) ? [value[0]] : value)) }
      : operation,
  ),
  'counts no further than a page': withCount(({ count, kind }) => ({ count: Math.min(count, 2), kind })),
  'calls every count an estimate': withCount(({ count }) => ({ count, kind: 'estimated' })),
  'counts without filters': withOperations((operation) =>
    operation.kind === 'count' && operation.of.kind === 'scan'
      ? { ...operation, of: { kind: 'scan', path: operation.of.path, equal: [] } }
      : operation,
  ),
  'estimates less than it has counted': withResults((operation, outcome) =>
    operation.kind === 'count' && operation.exactMax !== undefined && outcome.ok
      ? {
          ...outcome,
          value: { count: Math.min((outcome.value as CountResult).count, operation.exactMax), kind: 'estimated' },
        }
      : outcome,
  ),
  'finds rows with the first of the words': withSearch(({ terms, ...rest }) => ({ ...rest, terms: terms.slice(0, 1) })),
  'takes the beginnings of words for words': withSearch(({ terms, ...rest }) => ({
    ...rest,
    terms: terms.map(({ word }) => ({ word, isPrefix: false })),
  })),
  'takes words for the beginnings of words': withSearch(({ terms, ...rest }) => ({
    ...rest,
    terms: terms.map(({ word }) => ({ word, isPrefix: true })),
  })),
  'searches without filters': withSearch((search) => ({ ...search, equal: {} })),
  'ranks no search': withResults((operation, outcome) =>
    operation.kind === 'search' && outcome.ok
      ? {
          ...outcome,
          value: {
            ...(outcome.value as SearchResult),
            rows: (outcome.value as SearchResult).rows.toSorted((left, right) => byUnits(left[0]!, right[0]!)),
          },
        }
      : outcome,
  ),
  'finds words that rows have no longer': withExecute(async (store, operations, context) => {
    if (operations[0]?.kind !== 'search') return store.execute(operations, context)
    const found = foundBefore.get(store) ?? new Map<string, Outcome<unknown>>()
    foundBefore.set(store, found)
    const outcomes = await store.execute(operations, context)
    return operations.map((operation, at) => {
      const key = JSON.stringify(operation)
      if (!found.has(key)) found.set(key, outcomes[at]!)
      return found.get(key)!
    })
  }),
  'ignores versions': withWrites((write) => (write.kind === 'insert' ? write : (without(write, 'version') as Write))),
  'ignores guards': withWrites((write) => (write.kind === 'update' ? { ...write, guards: [] } : write)),
  'sets what it should add': withWrites((write) =>
    write.kind === 'update' ? { ...write, add: {}, set: { ...write.set, ...write.add } } : write,
  ),
  'ignores assertions': withOperations((operation) =>
    operation.kind === 'commit' ? { ...operation, assertions: [] } : operation,
  ),
  'commits every write by itself': withExecute(async (store, operations, context) => {
    if (operations[0]?.kind !== 'commit') return store.execute(operations, context)
    const outcomes: Outcome<unknown>[] = []
    for (const { writes, assertions } of operations as readonly Commit[]) {
      let last = (await store.execute([{ kind: 'commit', writes: [], assertions }], context))[0]!
      for (const write of writes) {
        if (!last.ok) break
        last = (await store.execute([{ kind: 'commit', writes: [write], assertions: [] }], context))[0]!
      }
      outcomes.push(last)
    }
    return outcomes
  }),
  'fails the neighbours of a member that fails': withExecute(async (store, operations, context) => {
    const outcomes = await store.execute(operations, context)
    const failed = outcomes.findIndex(({ ok }) => !ok)
    return outcomes.map((outcome, at) => (failed === -1 || at < failed ? outcome : outcomes[failed]!))
  }),
  'runs a batch backwards': withExecute(async (store, operations, context) =>
    (await store.execute(operations.toReversed(), context)).toReversed(),
  ),
  'mixes up the outcomes of a batch': withExecute(async (store, operations, context) =>
    (await store.execute(operations, context)).toReversed(),
  ),
}

const foundBefore = new WeakMap<Store, Map<string, Outcome<unknown>>>()

function byUnits(left: Value, right: Value): number {
  if (left === null || right === null) return 0
  return left < right ? -1 : left > right ? 1 : 0
}

async function oneAfterAnother(store: Store, scan: Scan, context: BatchContext): Promise<Outcome<unknown>> {
  const list = scan.equal.findIndex((value) => Array.isArray(value))
  if (list === -1) return (await store.execute([scan], context))[0]!
  const parts = (scan.equal[list] as readonly Value[]).map((value) => ({
    ...scan,
    equal: scan.equal.with(list, value),
  }))
  const pages = await store.execute<Scan>(parts, context)
  const rows = pages.flatMap((page) => (page.ok ? page.value.rows : []))
  return { ...pages[0]!, value: { rows: rows.slice(0, scan.limit) } } as Outcome<unknown>
}

function withExecute(
  execute: (
    store: Store,
    operations: readonly StoreOperation[],
    context: BatchContext,
  ) => Promise<readonly Outcome<unknown>[]>,
): (open: Open) => Open {
  return (open) => async (resources) => {
    const store = await open(resources)
    return {
      // A defect keeps to the kinds of outcomes, which the type of `execute` cannot say.
      execute: ((operations, context) => execute(store, operations, context)) as Store['execute'],
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    }
  }
}

function withOperations(change: (operation: StoreOperation) => StoreOperation): (open: Open) => Open {
  return withExecute((store, operations, context) => store.execute(operations.map(change), context))
}

function withWrites(change: (write: Write) => Write): (open: Open) => Open {
  return withOperations((operation) =>
    operation.kind === 'commit' ? { ...operation, writes: operation.writes.map(change) } : operation,
  )
}

function withResults(
  change: (operation: StoreOperation, outcome: Outcome<unknown>) => Outcome<unknown>,
): (open: Open) => Open {
  return withExecute(async (store, operations, context) =>
    (await store.execute(operations, context)).map((outcome, at) => change(operations[at]!, outcome)),
  )
}

function withSearch(change: (search: Search) => Search): (open: Open) => Open {
  return withOperations((operation) => (operation.kind === 'search' ? change(operation) : operation))
}

function withCount(change: (count: CountResult) => CountResult): (open: Open) => Open {
  return withResults((operation, outcome) =>
    operation.kind === 'count' && outcome.ok ? { ...outcome, value: change(outcome.value as CountResult) } : outcome,
  )
}

function withRows(change: (scan: Scan, rows: readonly Row[]) => readonly Row[]): (open: Open) => Open {
  return withResults((operation, outcome) => {
    if (operation.kind !== 'scan' || !outcome.ok) return outcome
    return { ...outcome, value: { rows: change(operation, (outcome.value as { rows: readonly Row[] }).rows) } }
  })
}

/** Pages whose rows are put in another order where the first member behind the equality prefix is of these kinds. */
function withOrder(kinds: readonly FieldDeclaration['kind'][], compare: (left: Value, right: Value) => number) {
  return withRows((scan, rows) => {
    const { columns } = sampleOf(scan.resource)
    const at = columns.findIndex(({ name }) => name === scan.path[scan.equal.length])
    if (at === -1 || !kinds.includes(columns[at]!.field.kind)) return rows
    return rows.toSorted((left, right) => (scan.descending ? -1 : 1) * compare(left[at]!, right[at]!))
  })
}

/** A store that was told other declarations than the app made. */
function withFields(change: (field: FieldDeclaration) => FieldDeclaration): (open: Open) => Open {
  return (open) => (resources) =>
    open(
      resources.map((resource) => ({
        ...resource,
        columns: resource.columns.map(({ name, field }) => ({ name, field: change(field) })),
      })),
    )
}

function textLike({ optional, unique, private: hidden, writeOnce }: FieldDeclaration): FieldDeclaration {
  return { kind: 'text', maxLength: 100, optional, unique, private: hidden, writeOnce }
}

function without<Whole extends object>(whole: Whole, name: string): Whole {
  return Object.fromEntries(Object.entries(whole).filter(([other]) => other !== name)) as Whole
}
