import type { DatabaseSync } from 'node:sqlite'
import type { ResourceManifest } from '../../../app/manifest.ts'
import type { Position } from '../../../core/bookmark.ts'
import { BanyanError } from '../../../core/errors.ts'
import type { Random } from '../../../core/random.ts'
import { dataErrors } from '../../errors.ts'
import { versionConflict } from '../refusal.ts'
import type { Assertion, Commit, CommitResult, Explanation, Outcome } from '../store.ts'
import { isSqliteFailure, sqliteError } from './errors.ts'
import { explained } from './plan.ts'
import type { TableStatements } from './table.ts'
import { tableWrites } from './write.ts'

export interface Committer {
  readonly position: Position
  /** Group commit: one SQLite transaction and one `fsync` for all members. */
  run(members: readonly Commit[]): readonly Outcome<CommitResult>[]
  explain(commit: Commit): Explanation
}

const committed: CommitResult = { committed: true }

export function committer(
  database: DatabaseSync,
  resources: readonly ResourceManifest[],
  tableOf: (name: string) => TableStatements,
  random: Random,
): Committer {
  const begin = database.prepare('begin immediate')
  const commit = database.prepare('commit')
  const savepoint = database.prepare('savepoint member')
  const release = database.prepare('release member')
  const undo = database.prepare('rollback to member')
  const advance = database.prepare("update _banyan_meta set value = ? where key = 'position'")
  const writes = tableWrites(database, resources, tableOf)
  const wordIndexes = resources.flatMap(({ name }) => tableOf(name).words ?? [])
  let position = readPosition(database, random)

  const check = (assertion: Assertion): void => {
    if (assertion.kind === 'row') {
      const version = tableOf(assertion.resource).versionOf(assertion.id)
      if (version !== assertion.version) throw versionConflict(assertion, version, assertion.version)
      return
    }
    const { scan, found } = assertion
    const table = tableOf(scan.resource)
    const versionAt = table.indexOf('version')
    const rows = table.scan(scan)
    const same =
      rows.length === found.length &&
      rows.every((row, at) => row[0] === found[at]![0] && row[versionAt] === found[at]![1])
    if (!same) throw dataErrors.STORE_SCAN_CONFLICT(`a list of ${scan.resource} has changed since it was read`)
  }

  /** Undefined when it was refused behind a write of its own, and has no savepoint to go back to. */
  const runMember = (member: Commit, hasSavepoint: boolean): Outcome<CommitResult> | undefined => {
    const areReferencesSure = writes.areReferencesSure(member)
    const isKept = hasSavepoint || !areReferencesSure
    const progress = { made: 0 }
    if (isKept) savepoint.run()
    try {
      for (const assertion of member.assertions) check(assertion)
      writes.run(member, progress, areReferencesSure)
      if (isKept) release.run()
      return { ok: true, value: committed, position }
    } catch (error) {
      const known = error instanceof BanyanError ? error : sqliteError(error)
      if (known === undefined || known.kind === 'bug') throw error
      if (isKept && database.isTransaction) {
        undo.run()
        release.run()
      } else if (progress.made > 0 && database.isTransaction) return undefined
      return { ok: false, error: known }
    }
  }

  /** All members, or undefined and nothing when one of them would have needed a savepoint. */
  const runAll = (
    members: readonly Commit[],
    haveSavepoints: boolean,
  ): readonly Outcome<CommitResult>[] | undefined => {
    try {
      begin.run()
    } catch (error) {
      return failAll(
        members,
        sqliteError(error) ?? dataErrors.STORE_UNAVAILABLE('the transaction could not begin', { cause: error }),
      )
    }
    const next = { epoch: position.epoch, position: position.position + 1 }
    try {
      const outcomes: Outcome<CommitResult>[] = []
      for (const member of members) {
        const outcome = runMember(member, haveSavepoints)
        if (outcome === undefined) {
          database.exec('rollback')
          return undefined
        }
        // A full disk, among others, makes SQLite roll the whole transaction back by itself.
        if (!database.isTransaction)
          return failAll(
            members,
            outcome.ok ? dataErrors.STORE_UNAVAILABLE('the transaction was rolled back') : outcome.error,
          )
        outcomes.push(outcome)
      }
      if (!outcomes.some(({ ok }) => ok)) {
        database.exec('rollback')
        return outcomes
      }
      // Once for all members: what they wrote one after another is entered in order, and no savepoint comes between.
      for (const words of wordIndexes) words.enter()
      advance.run(next.position)
      commit.run()
      position = next
      return outcomes.map((outcome) => (outcome.ok ? { ...outcome, position } : outcome))
    } catch (error) {
      // What is known to have been rolled back was not done; of anything else nobody can say.
      const wasOpen = database.isTransaction
      if (wasOpen) database.exec('rollback')
      if (!isSqliteFailure(error)) throw error
      const known = sqliteError(error)
      return failAll(
        members,
        known?.code === 'STORE_FULL'
          ? known
          : dataErrors.STORE_COMMIT_UNKNOWN('the engine could not finish the commit', { cause: error }),
      )
    } finally {
      for (const words of wordIndexes) words.forget()
    }
  }

  return {
    get position() {
      return position
    },
    // A savepoint makes SQLite copy every page that its member changes, and hardly any member is refused behind its first write.
    // So the first try goes without, and is run again where one is.
    run: (members) => runAll(members, false) ?? runAll(members, true)!,
    explain: (member) => {
      const lookups = explained(database, member.writes.flatMap(writes.lookupsOf))
      const statements = [...member.writes.map(writes.sqlOf), ...(lookups.statement === '' ? [] : [lookups.statement])]
      return { ...lookups, statement: ['begin immediate', ...statements, 'commit'].join(';\n') }
    },
  }
}

function failAll(members: readonly Commit[], error: BanyanError): readonly Outcome<CommitResult>[] {
  return members.map(() => ({ ok: false, error }))
}

/** The position is part of the data: it goes on after a restart, and another file is another epoch. */
function readPosition(database: DatabaseSync, random: Random): Position {
  const read = (key: string) => database.prepare('select value from _banyan_meta where key = ?').get(key)?.value
  const insert = database.prepare('insert or ignore into _banyan_meta (key, value) values (?, ?)')
  if (read('epoch') === undefined) {
    insert.run('epoch', newEpoch(random))
    insert.run('position', 0)
  }
  return { epoch: String(read('epoch')), position: Number(read('position')) }
}

/** Names one history of the data. A restored copy goes on from an earlier moment, so it is another. */
export function newEpoch(random: Random): string {
  return Buffer.from(random.bytes(9)).toString('base64url')
}
