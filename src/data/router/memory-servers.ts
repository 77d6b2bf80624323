import type { ResourceManifest } from '../../app/manifest.ts'
import type { Position } from '../../core/bookmark.ts'
import { systemClock } from '../../core/clock.ts'
import { systemRandom } from '../../core/random.ts'
import type { Scheduler } from '../../core/scheduler.ts'
import { silentTelemetry } from '../../core/telemetry.ts'
import { dataErrors } from '../errors.ts'
import { storeDrivers } from '../store/drivers.ts'
import type { BatchContext, Commit, OpenStore, Outcome, Store, StoreOperation } from '../store/store.ts'
import type { Member, ReplicaAt } from './replicas.ts'

/** Servers of this process for tests: what each has applied, and whether it answers, is the test's to say. */
export interface MemoryServers {
  readonly primary: MemoryPrimary
  readonly replicas: readonly MemoryReplica[]
}

interface Faulty {
  /** Nothing is answered until this is over; then all of it is. */
  hangs: boolean
  /** Everything is refused. */
  fails: boolean
  /** How often it was asked how far it has come. */
  asked: number
}

export interface MemoryPrimary extends Member, Faulty {
  /** Goes on under another epoch, as after a failover. */
  epoch: string
  position(): Position
}

export interface MemoryReplica extends ReplicaAt, Faulty {
  /** Applies what comes as it comes. */
  follows: boolean
  /** How many commits it has applied. */
  readonly applied: number
  epoch: string
  /** Applies so many of those that it has not; all without a number. */
  apply(count?: number): void
  /** How many reads it was given. */
  readonly reads: number
}

export async function memoryServers(
  resources: readonly ResourceManifest[],
  {
    scheduler,
    zones = [undefined, undefined],
    tookMs = () => 0,
  }: {
    readonly scheduler: Scheduler
    /** Of each replica. */
    readonly zones?: readonly (string | undefined)[]
    /** How long an answer takes. */
    readonly tookMs?: () => number
  },
): Promise<MemoryServers> {
  const driver = await storeDrivers.memory()
  const open = () =>
    driver.open(
      { resources },
      { telemetry: silentTelemetry, clock: systemClock, random: systemRandom(), dataFolder: '' },
    )
  const log: Commit[] = []

  const answering = (server: Faulty) => {
    const held: (() => void)[] = []
    const release = () => {
      if (server.hangs) scheduler.after(10, release)
      else for (const go of held.splice(0)) go()
    }
    return async () => {
      if (tookMs() > 0) await new Promise<void>((resolve) => scheduler.after(tookMs(), resolve))
      if (server.hangs) {
        if (held.length === 0) scheduler.after(10, release)
        await new Promise<void>((resolve) => held.push(resolve))
      }
      if (server.fails) throw dataErrors.STORE_UNAVAILABLE('the test says so')
    }
  }

  const engine = await open()
  const primary: MemoryPrimary = {
    hangs: false,
    fails: false,
    asked: 0,
    epoch: 'one',
    position: () => ({ epoch: primary.epoch, position: log.length }),
    store: served(
      engine,
      () => primaryAnswers(),
      (operations, outcomes) =>
        outcomes.map((outcome, at) => {
          const operation = operations[at]!
          if (outcome.ok && operation.kind === 'commit') {
            log.push(operation)
            for (const replica of replicas) if (replica.follows) replica.apply()
          }
          return outcome.ok ? { ...outcome, position: primary.position() } : outcome
        }),
    ),
    async progress() {
      primary.asked++
      await primaryAnswers()
      return primary.position()
    },
    renew() {},
  }
  const primaryAnswers = answering(primary)

  const replicaOf = async (zone: string | undefined, at: number): Promise<MemoryReplica> => {
    const copy = await open()
    let applied = 0
    let reads = 0
    const position = () => ({ epoch: replica.epoch, position: applied })
    const replica: MemoryReplica = {
      name: `replica ${at + 1}`,
      zone,
      hangs: false,
      fails: false,
      follows: true,
      asked: 0,
      epoch: 'one',
      get applied() {
        return applied
      },
      get reads() {
        return reads
      },
      apply(count = log.length - applied) {
        // The memory store has done it when it returns.
        for (const commit of log.slice(applied, applied + count)) void copy.execute([commit], nobody)
        applied = Math.min(log.length, applied + count)
      },
      store: served(
        copy,
        () => {
          reads++
          return answers()
        },
        (_, outcomes) => outcomes.map((outcome) => (outcome.ok ? { ...outcome, position: position() } : outcome)),
      ),
      async progress() {
        replica.asked++
        await answers()
        return position()
      },
      renew() {},
    }
    const answers = answering(replica)
    return replica
  }
  const replicas: readonly MemoryReplica[] = await Promise.all(zones.map(replicaOf))
  return { primary, replicas }
}

/** A store that answers when it may, with positions of the test's. */
function served(
  engine: OpenStore,
  answers: () => Promise<void>,
  placed: (operations: readonly StoreOperation[], outcomes: readonly Outcome<unknown>[]) => readonly Outcome<unknown>[],
): Store {
  const execute = async (operations: readonly StoreOperation[], context: BatchContext) => {
    try {
      await answers()
    } catch (error) {
      return operations.map(() => ({ ok: false, error }))
    }
    return placed(operations, await engine.execute(operations, context))
  }
  // Outcomes keep the kinds of their operations, which the type of `placed` cannot say.
  return { execute: execute as Store['execute'], [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() }
}

const nobody = { deadline: { atMs: 0, remainingMs: () => 0 } } as unknown as BatchContext // Nothing of it is looked at.
