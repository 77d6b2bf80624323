import type { Position } from '../../core/bookmark.ts'
import type { Scheduler } from '../../core/scheduler.ts'
import type { Telemetry } from '../../core/telemetry.ts'
import type { BatchContext, Outcome, Store, StoreOperation } from '../store/store.ts'
import { chooser } from './choice.ts'
import { Counting, type Counts, type Reason } from './counts.ts'
import { pulse } from './pulse.ts'
import { Samples } from './samples.ts'
import { type Need, reasonOf, verdictOf } from './verdict.ts'
import { waitingRoom } from './waiting.ts'
import { type Member, Watched, type WatchOptions } from './watched.ts'

export type { Member } from './watched.ts'

/** A replica, and where it is. */
export interface ReplicaAt extends Member {
  /** For logs and counts. */
  readonly name: string
  readonly zone?: string | undefined
}

export interface ReplicatedOptions {
  readonly scheduler: Scheduler
  readonly telemetry: Telemetry
  /** The store's name in bookmarks. */
  readonly name: string
  /** How far a reader of a resource may lag; with 0 it is read from the primary. */
  readonly staleForMs: (resource: string) => number
  /** Where this process is: replicas of the same zone are preferred. */
  readonly zone?: string | undefined
  /** So long a read waits for a replica to come as far as is needed; 50 without it. */
  readonly waitForMs?: number | undefined
}

export interface ReplicatedStore extends Store {
  readonly counts: Counts
}

/**
 * A store made of a primary and replicas of it. Commits go to the primary, and so does every read that is not for a resource whose
 * readers may lag. Others go to a replica that has what their caller has seen, lags no more than the resource allows and has the
 * least to do; where none does, in a moment, to the primary. A replica that does not answer is left out until it does, and
 * reads that were under way there are run again elsewhere. While the primary is lost, replicas are taken for as fresh as they were
 * then: nothing new can have been acknowledged by it.
 *
 * It stands outside of batching, so that each read is sent by its own caller's bookmark. Whoever opens it has asked the primary how
 * far it has come, `from`: what has not come as far is not read.
 */
export function replicated(
  primary: Member,
  replicas: readonly ReplicaAt[],
  from: Position,
  options: ReplicatedOptions,
): ReplicatedStore {
  const { scheduler, telemetry, name, staleForMs, zone, waitForMs = 50 } = options
  const counts = new Counting()
  for (const replica of replicas) counts.replicas[replica.name] = 0
  let samples = new Samples(from, scheduler.monotonicMs())
  let closed = false

  const watched = <Each extends Member>(member: Each, called: string, onProgress?: WatchOptions['onProgress']) =>
    new Watched(member, {
      scheduler,
      onChange: () => room.look(),
      onTurn(reason) {
        if (reason === undefined) telemetry.log('info', `the store ${name}: ${called} is back`)
        else if (!closed) telemetry.log('warn', `the store ${name}: ${called} is left out until it answers: ${reason}`)
      },
      onProgress,
    })
  const first = watched(primary, 'the primary', ({ epoch, position }, askedMs) => {
    if (epoch === samples.epoch) return samples.observe(position, askedMs)
    telemetry.log('warn', `the store ${name}: the primary has another history now, ${epoch} after ${samples.epoch}`)
    samples = new Samples({ epoch, position }, askedMs)
  })
  const others = replicas.map((replica) => watched(replica, `the replica ${replica.name}`))
  const choose = chooser<Watched<ReplicaAt>>(zone)

  /** A replica that will do, or why there is none; undefined while one may within the budget. */
  const replicaFor = (need: Need, budgetMs: number): Watched<ReplicaAt> | Reason | undefined => {
    const nowMs = scheduler.monotonicMs()
    // What the primary was last known to have is all that it acknowledged, once it is lost.
    const standing = { samples, nowMs, freshMs: first.isLost ? first.askedMs : nowMs }
    const verdicts = others.map((replica) => verdictOf(replica, need, standing, budgetMs))
    const ready = others.filter((_, at) => verdicts[at] === 'ready')
    if (ready.length > 0) return choose(ready)
    return verdicts.includes('later') ? undefined : reasonOf(verdicts as Reason[])
  }

  const ask = () => {
    for (const server of [first, ...others]) void server.ask()
  }
  const room = waitingRoom({ scheduler, waitForMs, find: replicaFor, ask })
  const sampling = pulse({ scheduler, busyMs: 25, idleMs: 1_000, busyForMs: 1_000, beat: ask })

  const onPrimary = async (operations: readonly StoreOperation[], context: BatchContext): Promise<Outcomes> => {
    const askedMs = scheduler.monotonicMs()
    const outcomes = await primary.store.execute(operations, context)
    for (const outcome of outcomes) {
      // What a caller has been answered is known here when it comes again.
      if (outcome.ok && outcome.position.epoch === samples.epoch) samples.observe(outcome.position.position, askedMs)
      else if (!outcome.ok && outcome.error.kind === 'unavailable') void first.ask()
    }
    return outcomes
  }

  const onReplica = async (
    operations: readonly StoreOperation[],
    context: BatchContext,
    allowedMs: number,
  ): Promise<Outcomes | Reason> => {
    const seen = context.bookmark.positionOf(name)
    // It may be forged, and nobody waits for what the primary itself does not have.
    if (seen !== undefined && seen.epoch !== samples.epoch) return 'history'
    if (seen !== undefined && seen.position > samples.position) return 'ahead'
    const need: Need = { position: seen?.position ?? 0, staleForMs: allowedMs }
    for (let tries = 0; tries <= others.length; tries++) {
      let found = replicaFor(need, waitForMs)
      if (found === undefined) {
        counts.waited++
        found = await room.wait(need, context.deadline)
      }
      if (typeof found === 'string') return found
      const outcomes = await found.read(operations, context)
      if (outcomes !== undefined) {
        counts.replicas[found.member.name]!++
        return outcomes
      }
    }
    return 'failed'
  }

  const read = async (
    operations: readonly StoreOperation[],
    context: BatchContext,
    allowedMs: number,
  ): Promise<Outcomes> => {
    sampling.wake()
    const answer = await onReplica(operations, context, allowedMs)
    if (typeof answer !== 'string') return answer
    counts.primary[answer]++
    return onPrimary(operations, context)
  }

  const execute = (operations: readonly StoreOperation[], context: BatchContext): Promise<Outcomes> => {
    if (closed) return onPrimary(operations, context)
    let allowedMs = Number.POSITIVE_INFINITY
    for (const operation of operations) {
      if (operation.kind === 'commit') return onPrimary(operations, context)
      allowedMs = Math.min(allowedMs, staleForMs(operation.resource))
    }
    if (allowedMs > 0 && context.reads !== 'primary') return read(operations, context, allowedMs)
    counts.primary[allowedMs > 0 ? 'decided' : 'undeclared']++
    return onPrimary(operations, context)
  }

  return {
    counts,
    // The outcomes are of the operations' own kinds; the type of `execute` cannot follow where they come from.
    execute: execute as Store['execute'],
    async [Symbol.asyncDispose]() {
      closed = true
      sampling.stop()
      await Promise.all([primary, ...replicas].map(({ store }) => store[Symbol.asyncDispose]()))
    },
  }
}

type Outcomes = readonly Outcome<unknown>[]
