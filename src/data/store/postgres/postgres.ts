import { randomBytes } from 'node:crypto'
import type { ResourceManifest } from '../../../app/manifest.ts'
import { deadlineIn } from '../../../core/deadline.ts'
import type { DriverDependencies } from '../../../core/driver.ts'
import { durationMs } from '../../../core/duration.ts'
import { systemScheduler } from '../../../core/scheduler.ts'
import { dataErrors } from '../../errors.ts'
import { migrateAtStart } from '../../migration/migrate.ts'
import type { StoredModel } from '../../migration/stored.ts'
import { isListed } from '../listed-filter.ts'
import type {
  BatchContext,
  Commit,
  Explanation,
  OpenStore,
  Replica,
  Replication,
  StoreDriver,
  StoreOperation,
} from '../store.ts'
import { addressWords } from './address.ts'
import { adoptedTables } from './adoption/adopted.ts'
import { postgresAdoption } from './adoption/adoption.ts'
import type { PostgresTable } from './adoption/catalog.ts'
import { committer } from './commit.ts'
import { countStatement } from './count.ts'
import { openingError, postgresError, takesNoWrites } from './errors.ts'
import { getStatement } from './get.ts'
import { postgresGives, postgresOptions } from './gives.ts'
import { History } from './history.ts'
import { inspect, review } from './inspect.ts'
import { openMigrator, postgresMigration } from './migration/migration.ts'
import { nativeAccess } from './native.ts'
import { planOf } from './plan.ts'
import { type Primary, primaryFrom } from './primary.ts'
import { type Read, reader } from './reads.ts'
import { replicaAt } from './replica.ts'
import { scanStatement, scansOf } from './scan.ts'
import { dropSchema, scratchOptions } from './scratch.ts'
import { searchStatement } from './search.ts'
import { type Servers, serversOf } from './servers.ts'
import { sessionOf } from './session.ts'
import { maxOfAllDefault } from './survey.ts'
import type { Table } from './table.ts'
import { tablesOf } from './tables.ts'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`, or several: the one that takes writes is it. */
  readonly primary: string | readonly string[]
  /** Of servers that follow the primary. `?zone=eu-1a` says where one is. */
  readonly replicas?: string | readonly string[]
  /** Where this process is. */
  readonly zone?: string
  /** So long a read waits for a replica to have what its caller has seen, a duration; `50ms` without it. */
  readonly waitFor?: string
  /** The schema that holds the tables; `public` without it. */
  readonly schema?: string
  /** The most connections that this process has; 10 without it. */
  readonly connections?: number
  /** The most of all processes together that have this schema, on each server; 20 without it. */
  readonly maxConnections?: number
  /** The longest that an operation waits for a connection, a duration; `5s` without it. */
  readonly waitMax?: string
  /** What stands between: a pooler each of whose connections is one of the server's until it ends. */
  readonly pooler?: 'session'
  /** Accepts that what goes to another machine can be read on the way. */
  readonly plaintext?: boolean
  /** After which the server ends a statement, a duration; `5s` without it. */
  readonly statementTimeout?: string
}

/** A schema on the server that takes writes. */
export interface AtPrimary extends Omit<PostgresOptions, 'primary'> {
  readonly primary: string
}

/** PostgreSQL, shared by many processes. Reads of one turn travel together; a commit is one transaction. */
export const postgres: StoreDriver<PostgresOptions> = {
  name: 'postgres',
  options: postgresOptions,
  peer: { package: 'pg', range: '^8.23.0' },
  gives: postgresGives,
  errorOf: postgresError,
  migration: postgresMigration,
  adoption: postgresAdoption,
  review,
  inspect,
  async open(
    { resources, backfills = new Map(), mayMigrate = true, isScratch = false, onMigration, ...given },
    deps,
  ): Promise<OpenStore> {
    const options = isScratch ? scratchOptions(given) : given
    const servers = await serversOf(options, deps)
    const atPrimary = { ...options, primary: servers.primary.url }
    const migrator = await openMigrator(atPrimary, deps)
    let model: StoredModel
    try {
      const progress = onMigration === undefined ? {} : { onProgress: onMigration }
      // Tables of somebody else's stay as they are.
      const own = resources.filter(({ adopted }) => adopted === undefined)
      const wanted = { resources: own, backfills, derived: postgresMigration.derived }
      model = await migrateAtStart(migrator, wanted, { ...deps, ...progress, mayMigrate })
    } finally {
      await migrator[Symbol.asyncDispose]()
    }
    const adopted = await adoptedTables(atPrimary, resources)
    const store = await storeOn(servers, options, { ...deps, resources, model, adopted })
    return isScratch ? dropping(store, atPrimary) : store
  },
}

/** Takes the data along when it is disposed of, which may happen twice. */
function dropping(store: OpenStore, options: AtPrimary): OpenStore {
  let dropped: Promise<void> | undefined
  // Nobody waits for replicas to have what is gone soon.
  const { replication, ...alone } = store
  return {
    ...alone,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      dropped ??= dropSchema(options)
      await dropped
    },
  }
}

/** What a store is made of beside its servers: resources, and data that have been brought to them. */
export interface Content extends Pick<DriverDependencies, 'telemetry' | 'scheduler'> {
  readonly resources: readonly ResourceManifest[]
  readonly model: StoredModel
  /** Tables of somebody else's, by resource. */
  readonly adopted?: ReadonlyMap<string, PostgresTable>
}

/** Rejects where the processes that share the schema leave this one no connections. */
export async function storeOn(servers: Servers, options: PostgresOptions, content: Content): Promise<OpenStore> {
  const { connections = 10, maxConnections = maxOfAllDefault, waitMax = '5s' } = options
  const { resources, model, adopted = new Map(), telemetry, scheduler = systemScheduler } = content
  const max = Math.min(connections, maxConnections)
  const pool = {
    ...sessionOf(options),
    maxOfAll: maxConnections,
    waitMaxMs: durationMs(waitMax),
    name: `banyan ${randomBytes(4).toString('hex')}`,
  }
  const history = new History(servers.found)
  const isAlone = servers.replicas.length === 0
  const following = { addresses: servers.all, history, pool, max, scheduler, telemetry, isAlone }
  const primary = primaryFrom(servers.primary, servers.found, following)
  const { positions } = primary
  const tables = tablesOf(resources, model, adopted)
  const replicas = servers.replicas.map((address) => replicaAt(address, tables, history, pool))
  try {
    await primary.connections.begin()
  } catch (error) {
    await primary.close()
    throw openingError(error, servers.primary.url) ?? postgresError(error) ?? error
  }
  /** What many rows were put into, of which the planner knows nothing yet. */
  const loaded = new Set<string>()
  let closed = false

  const reads = reader(primary.connections, tables, positions)
  const commits = committer(primary.connections, tables, positions)

  const explained = async (operation: StoreOperation): Promise<Explanation> => {
    const planned = (text: string, sorts = false) =>
      planOf(primary.connections, text, { sorts, deadline: deadlineIn(planWithinMs, scheduler) })
    if (operation.kind === 'commit') {
      const shape = commits.shapeOf(operation)
      if (shape === undefined)
        return { statement: 'a transaction of its own, a statement after the other', plan: [], excess: [] }
      const { plan, excess } = await planned(shape.text, true)
      // The rows of a batch are few: they are sorted to be locked in order, and compared.
      return { statement: shape.text, plan, excess: excess.filter((kind) => kind === 'scan') }
    }
    const { statement, together } = textsOf(tables.of(operation.resource), operation)
    if (statement === noStatement) return { statement, plan: [], excess: [] }
    return { statement, ...(together === undefined ? {} : { together }), ...(await planned(statement)) }
  }

  const execute = async (operations: readonly StoreOperation[], context: BatchContext) => {
    if (closed) {
      const error = dataErrors.STORE_CLOSED('the store has been closed')
      return operations.map(() => ({ ok: false, error }) as const)
    }
    const [first] = operations
    if (first?.kind !== 'commit') return reads(operations as readonly Read[], context)
    const outcomes = await commits.run(operations as readonly Commit[], context)
    if (outcomes.some((outcome) => !outcome.ok && takesNoWrites(outcome.error.facts.cause))) primary.doubt()
    return outcomes
  }

  return {
    durability: servers.found.durability,
    connection: [servers.primary, ...servers.replicas].map(addressWords).join('; '),
    ...(servers.all.length === 1 ? {} : { replication: replicationOf(primary, replicas, options) }),
    native: nativeAccess(primary.connections, tables, positions),
    // Each operation gets an outcome of its own kind; the type of `read` cannot say so.
    execute: execute as OpenStore['execute'],
    explain: explained,
    // Others serve from the same tables meanwhile, and need their indexes.
    async beginLoad(resource) {
      if (!tables.of(resource).isAdopted) loaded.add(resource)
    },
    async finishLoads(onStep) {
      for (const resource of loaded) {
        await onStep(`look at the values of ${resource}, by which statements are planned`)
        await (await primary.connections.shared()).execute(`analyze ${tables.of(resource).name}`)
        loaded.delete(resource)
      }
    },
    async [Symbol.asyncDispose]() {
      if (closed) return
      closed = true
      await Promise.all([primary.close(), ...replicas.map((replica) => replica[Symbol.asyncDispose]())])
    },
  }
}

const planWithinMs = 10_000
const noStatement = 'none: no row can be what is asked for'

/** What a read runs by itself, and with others. */
function textsOf(table: Table, operation: Read): Pick<Explanation, 'statement' | 'together'> {
  switch (operation.kind) {
    case 'get': {
      const [statement, together] = [operation.ids, ['', '']].map((ids) => getStatement(table, ids).text)
      return { statement: statement!, together: together! }
    }
    case 'scan': {
      const statement = scanStatement(table, operation)?.text
      if (statement === undefined) return { statement: noStatement }
      if (isListed(operation)) return { statement }
      const scans = scansOf(table)
      return { statement, together: scans.shapeOf(scans.asked(operation)).many }
    }
    case 'search':
      return { statement: searchStatement(table, operation).text }
    case 'count':
      return { statement: countStatement(table, operation.of, operation.exactMax).text }
  }
}

function replicationOf(
  { progress, doubt }: Primary,
  replicas: readonly Replica[],
  { zone, waitFor }: PostgresOptions,
): Replication {
  return { progress, renew: doubt, replicas, zone, waitForMs: waitFor === undefined ? undefined : durationMs(waitFor) }
}
