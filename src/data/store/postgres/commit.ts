import { assert, BanyanError } from '../../../core/errors.ts'
import type { BatchContext, Commit, CommitResult, Outcome } from '../store.ts'
import type { Connection } from './connection.ts'
import type { Connections } from './connections.ts'
import { failure, isServerFailure, mayRunAgain, postgresError } from './errors.ts'
import { groups } from './groups.ts'
import type { Positions } from './position.ts'
import type { Result } from './quick-query.ts'
import { type Shape, shapeKey, shapeOf } from './shape.ts'
import type { Statement } from './statement.ts'
import type { Tables } from './tables.ts'
import { runTransaction, unknownOutcome } from './transaction.ts'

export interface Committer {
  run(members: readonly Commit[], context: BatchContext): Promise<readonly Outcome<CommitResult>[]>
  /** The statement that this commit would share with others of its shape; undefined: it runs alone. */
  shapeOf(commit: Commit): Shape | undefined
}

/**
 * Commits of one shape are one statement. Whoever is refused by it, or meets somebody else's lock, runs alone, and is told why; so
 * do all of them where one of them breaks the statement.
 */
export function committer(connections: Connections, tables: Tables, positions: Positions): Committer {
  const shapes = new Map<string, Shape>()
  const shapeFor = (key: string, sample: Commit): Shape => {
    let shape = shapes.get(key)
    if (shape === undefined) {
      // Clients choose which fields they patch.
      if (shapes.size >= shapesMax) shapes.clear()
      shape = shapeOf(sample, tables)
      shapes.set(key, shape)
    }
    return shape
  }

  /** Of the members those that were carried out. Throws where nothing was. */
  const together = async (connection: Connection, members: readonly Commit[], shape: Shape) => {
    const done = runShape(connection, members, shape)
    const position = positions.now(connection)
    position.catch(() => {}) // Where the statement is refused its own error is told.
    const { rows } = await done
    const known = await position.catch((cause: unknown) => {
      throw unknownOutcome(cause)
    })
    return { results: new Map(rows.map(([n, ...values]) => [Number(n) - 1, shape.resultOf(values)])), position: known }
  }

  const alone = async (member: Commit, { deadline }: BatchContext): Promise<Outcome<CommitResult>> => {
    try {
      return await connections.alone(deadline, async (connection) => {
        const value = await again(() => runTransaction(connection, member, tables))
        const position = await positions.now(connection).catch((cause: unknown) => {
          throw unknownOutcome(cause)
        })
        return { ok: true, value, position }
      })
    } catch (error) {
      return failure(error)
    }
  }

  const group = async (members: readonly Commit[], shape: Shape, context: BatchContext) => {
    let connection: Connection
    try {
      connection = await connections.shared()
    } catch (error) {
      const known = failure(error)
      return members.map(() => known)
    }
    try {
      const { results, position } = await together(connection, members, shape)
      return Promise.all(
        members.map((member, at): Promise<Outcome<CommitResult>> | Outcome<CommitResult> => {
          const value = results.get(at)
          return value === undefined ? alone(member, context) : { ok: true, value, position }
        }),
      )
    } catch (error) {
      // The server has refused it, and so did nothing.
      if (isServerFailure(error) && !isBroken(error))
        return Promise.all(members.map((member) => alone(member, context)))
      const known = isServerFailure(error) && !isEnding(error) ? failure(error) : unknownIfSent(error)
      return members.map(() => known)
    }
  }

  return {
    async run(members, context) {
      const outcomes = new Array<Outcome<CommitResult>>(members.length)
      for (const { writes } of members) {
        const keys = new Set(writes.map(({ resource, id }) => `${resource}/${id}`))
        assert(keys.size === writes.length, 'two writes of one row in one commit')
      }
      const keys = members.map((member) => shapeKey(member, tables))
      await Promise.all(
        groups(keys).map(async (places) => {
          const same = places.map((at) => members[at]!)
          const key = keys[places[0]!]
          const found =
            key === undefined ? [await alone(same[0]!, context)] : await group(same, shapeFor(key, same[0]!), context)
          places.forEach((at, place) => {
            outcomes[at] = found[place]!
          })
        }),
      )
      return outcomes
    },
    shapeOf(commit) {
      const key = shapeKey(commit, tables)
      return key === undefined ? undefined : shapeFor(key, commit)
    },
  }
}

/** With its check, if it has one, in a transaction whose parts travel together; whose commit undoes it where one was refused. */
async function runShape(connection: Connection, members: readonly Commit[], shape: Shape): Promise<Result> {
  const statement = { text: shape.text, values: shape.bind(members) }
  if (shape.check === undefined) return connection.run(statement)
  const parts = [begin, statement, shape.check(members), commit]
  // They are answered in their order: what rejects is the first that was refused.
  const [, result] = await Promise.all(parts.map((part) => connection.run(part)))
  return result!
}

const begin: Statement = { text: 'begin', values: [] }
const commit: Statement = { text: 'commit', values: [] }

const shapesMax = 500

/** The server itself is in trouble: nobody would fare better alone. */
function isBroken({ code }: { readonly code: string }): boolean {
  return /^(08|53|57|58|25)/.test(code)
}

/** The server ended the connection, perhaps in the middle of the commit. */
function isEnding({ code }: { readonly code: string }): boolean {
  return code === '57P01' || code === '57P02'
}

/** Nobody can say what became of a statement whose answer did not come. */
function unknownIfSent(error: unknown): Outcome<CommitResult> {
  if (error instanceof BanyanError && error.kind === 'unknown') return { ok: false, error }
  const known = postgresError(error)
  if (known === undefined) throw error
  return { ok: false, error: unknownOutcome(error) }
}

const triesMax = 5

/** Runs it again when it met others on its way: nothing was done, and they are gone. */
async function again<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries === triesMax || !mayRunAgain(error)) throw error
    }
  }
}
