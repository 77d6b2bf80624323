import type { Position } from '../../../core/bookmark.ts'
import type { StoreCapabilities } from '../../../core/driver.ts'
import { BanyanError, coreErrors } from '../../../core/errors.ts'
import { dataErrors } from '../../errors.ts'
import type {
  BatchContext,
  Commit,
  Count,
  Explanation,
  OpenStore,
  Outcome,
  ResultOf,
  StoreDriver,
  StoreOperation,
  Value,
} from '../store.ts'
import { runCommit } from './commit.ts'
import { Table, type Tables } from './table.ts'

const gives: StoreCapabilities = {
  profile: 'relational',
  atomicity: 'store',
  isolation: 'serializable',
  durability: 'nothing',
  staleForMs: 0,
  unique: true,
  references: true,
  orderedScans: true,
  scanAssertions: true,
  search: true,
  processes: 'one',
  ordered: true,
  readsTogether: false,
  adopts: false,
}

/** The reference: what every other store must answer, byte for byte. Rows live in this process and end with it. */
export const memory: StoreDriver<{}> = {
  name: 'memory',
  options: { type: 'object', properties: {}, additionalProperties: false },
  gives,
  errorOf: () => undefined,
  async open({ resources }, { random }): Promise<OpenStore> {
    const tables: Tables = new Map(resources.map((resource) => [resource.name, new Table(resource)]))
    const epoch = Buffer.from(random.bytes(9)).toString('base64url')
    let position: Position = { epoch, position: 0 }
    let closed = false

    const run = (operation: StoreOperation): ResultOf<StoreOperation> => {
      switch (operation.kind) {
        case 'get':
          return tables.get(operation.resource)!.read(operation.ids)
        case 'scan':
          return { rows: tables.get(operation.resource)!.scan(operation) }
        case 'search':
          return tables.get(operation.resource)!.search(operation)
        case 'count':
          return tables.get(operation.resource)!.count(operation)
        case 'commit':
          runCommit(tables, operation)
          position = { epoch, position: position.position + 1 }
          return { committed: true }
      }
    }

    const outcomeOf = (operation: StoreOperation): Outcome<ResultOf<StoreOperation>> => {
      try {
        return { ok: true, value: run(operation), position }
      } catch (error) {
        if (error instanceof BanyanError && error.kind !== 'bug') return { ok: false, error }
        throw error
      }
    }

    // Nothing here waits, so a batch is over before another begins, and its members run one after another.
    const execute = async (operations: readonly StoreOperation[], _context: BatchContext) => {
      if (closed) {
        const error = dataErrors.STORE_CLOSED('the store has been closed')
        return operations.map(() => ({ ok: false, error }) as const)
      }
      for (const operation of operations) if (operation.kind === 'commit') assertOneWriteARow(operation)
      return operations.map(outcomeOf)
    }

    return {
      durability: 'memory of this process: gone with it',
      // Each operation gets an outcome of its own kind; the type of `outcomeOf` cannot say so.
      execute: execute as OpenStore['execute'],
      explain,
      beginLoad: async () => {},
      finishLoads: async () => {},
      async [Symbol.asyncDispose]() {
        closed = true
        tables.clear()
      },
    }
  },
}

/** Looked at before anything runs: a bug of the caller must not leave half a batch behind. */
function assertOneWriteARow({ writes }: Commit): void {
  const rows = new Set<string>()
  for (const { resource, id } of writes) {
    const row = `${resource}/${id}`
    if (rows.has(row)) throw coreErrors.BUG(`two writes of ${row} in one commit`)
    rows.add(row)
  }
}

async function explain(operation: StoreOperation): Promise<Explanation> {
  switch (operation.kind) {
    case 'get':
      return { statement: `get ${operation.resource} by id`, plan: ['a look into a map for each id'], excess: [] }
    case 'scan': {
      const { resource, descending } = operation
      return {
        statement: `scan ${resource} along ${filterWords(operation)}${descending ? ', descending' : ''}`,
        plan: ['binary search in a sorted array'],
        excess: [],
      }
    }
    case 'search':
      return {
        statement: `search ${operation.resource} by ${filterWords(operation)}`,
        plan: ['every row is looked at'],
        excess: ['scan'],
      }
    case 'count': {
      const { resource, of } = operation
      return {
        statement: `count ${resource} by ${filterWords(of)}`,
        plan: [of.kind === 'scan' ? 'binary search in a sorted array' : 'every row is looked at'],
        excess: of.kind === 'scan' ? [] : ['scan'],
      }
    }
    case 'commit': {
      const writes = operation.writes.map(({ kind, resource }) => `${kind} ${resource}`)
      return {
        statement: [...operation.assertions.map(({ kind }) => `assert ${kind}`), ...writes].join('; '),
        plan: [],
        excess: [],
      }
    }
  }
}

function filterWords(of: Count['of']): string {
  switch (of.kind) {
    case 'scan':
      return of.path
        .map((name, at) => {
          if (at < of.equal.length) return equalWords(name, of.equal[at]!)
          const bounds = at === of.equal.length ? Object.keys(of.range ?? {}) : []
          return bounds.length === 0 ? name : `${name} ${bounds.map((bound) => `${bound} …`).join(' ')}`
        })
        .join(', ')
    case 'search':
      return [
        ...of.terms.map(({ isPrefix }) => (isPrefix ? 'word*' : 'word')),
        ...Object.entries(of.equal).map(([name, value]) => equalWords(name, value)),
      ].join(', ')
  }
}

function equalWords(name: string, value: Value | readonly Value[]): string {
  return Array.isArray(value) ? `${name} in (…)` : `${name} = …`
}
