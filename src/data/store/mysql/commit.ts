import type { Position } from '../../../core/bookmark.ts'
import { assert, BanyanError } from '../../../core/errors.ts'
import type { BatchContext, Commit, CommitResult, Outcome } from '../store.ts'
import type { Connection, Result } from './connection.ts'
import type { Connections } from './connections.ts'
import { failure, isBroken, isServerFailure, mayRunAgain, mysqlError } from './errors.ts'
import type { Positions } from './position.ts'
import type { Tables } from './table.ts'
import { canShare, NotTogether, runTogether, type Together } from './together.ts'
import { runTransaction, unknownOutcome } from './transaction.ts'

export interface Committer {
  run(members: readonly Commit[], context: BatchContext): Promise<readonly Outcome<CommitResult>[]>
}

/**
 * Commits share a transaction where they can. Whoever meets somebody else's lock there runs alone; so do all of them where one of
 * them breaks it.
 */
export function committer(connections: Connections, tables: Tables, positions: Positions): Committer {
  const positionOf = async (connection: Connection, result: Result): Promise<Position> => {
    try {
      return await positions.ofCommit(connection, result)
    } catch (cause) {
      throw unknownOutcome(cause)
    }
  }

  const alone = async (member: Commit, { deadline }: BatchContext): Promise<Outcome<CommitResult>> => {
    try {
      return await connections.use(deadline, async (connection) => {
        const result = await again(() => runTransaction(connection, member, tables))
        return { ok: true, value: committed, position: await positionOf(connection, result) }
      })
    } catch (error) {
      return failure(error)
    }
  }

  /** Outcomes of those that were carried out or refused. Throws where nothing was done. */
  const together = (members: readonly Commit[], { deadline }: BatchContext) =>
    connections.use(deadline, async (connection) => {
      const { fates, result } = await runTogether(connection, members, tables)
      const position = result === undefined ? undefined : await positionOf(connection, result)
      return fates.map((fate) => outcomeOf(fate, position))
    })

  const shared = async (
    members: readonly Commit[],
    context: BatchContext,
  ): Promise<readonly Outcome<CommitResult>[]> => {
    try {
      const outcomes = await together(members, context)
      return await Promise.all(members.map((member, at) => outcomes[at] ?? alone(member, context)))
    } catch (error) {
      // The server has refused it, and so did nothing.
      const isRefused = error instanceof NotTogether || (isServerFailure(error) && !isBroken(error))
      if (isRefused) return Promise.all(members.map((member) => alone(member, context)))
      const known = error instanceof BanyanError || isServerFailure(error) ? failure(error) : unknownIfSent(error)
      return members.map(() => known)
    }
  }

  return {
    async run(members, context) {
      for (const { writes } of members) {
        const keys = new Set(writes.map(({ resource, id }) => `${resource}/${id}`))
        assert(keys.size === writes.length, 'two writes of one row in one commit')
      }
      const sharing = members.filter((member) => canShare(member, tables))
      const found = new Map<Commit, Outcome<CommitResult>>()
      const enter = (commits: readonly Commit[], outcomes: readonly Outcome<CommitResult>[]) =>
        commits.forEach((member, at) => {
          found.set(member, outcomes[at]!)
        })
      const others = members.filter((member) => !sharing.includes(member))
      await Promise.all([
        sharing.length === 0 ? undefined : shared(sharing, context).then((outcomes) => enter(sharing, outcomes)),
        ...others.map((member) => alone(member, context).then((outcome) => enter([member], [outcome]))),
      ])
      return members.map((member) => found.get(member)!)
    },
  }
}

const committed: CommitResult = { committed: true }

/** Undefined for one that has to run alone. */
function outcomeOf(fate: Together, position: Position | undefined): Outcome<CommitResult> | undefined {
  if (fate === 'alone') return undefined
  if (fate === 'done') return { ok: true, value: committed, position: position! }
  return { ok: false, error: fate }
}

/** Nobody can say what became of a statement whose answer did not come. */
function unknownIfSent(error: unknown): Outcome<CommitResult> {
  const known = mysqlError(error)
  if (known === undefined) throw error
  return { ok: false, error: unknownOutcome(error) }
}

const triesMax = 5

/** Runs it again when it met others on its way: nothing was done, and they are gone. */
async function again<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries === triesMax || !mayRunAgain(error)) throw error
    }
  }
}
