import { createHash } from 'node:crypto'
import { t } from '../app/field.ts'
import { type ResourceManifest, resourceManifest } from '../app/manifest.ts'
import { resource } from '../app/resource.ts'
import { storedValue } from '../app/row.ts'
import type { Clock } from '../core/clock.ts'
import type { Context } from '../core/context.ts'
import { BanyanError, coreErrors } from '../core/errors.ts'
import type { Random } from '../core/random.ts'
import { newRow } from '../data/change.ts'
import type { ResourceModel } from '../data/model.ts'
import { readRow } from '../data/rows.ts'
import { type OpenTransaction, runTransaction } from '../data/transaction.ts'
import { serviceErrors } from './errors.ts'
import type { Answer } from './operation.ts'

/** One row a key that was used, in every store: what the request was and what it got. */
export const idempotencyResource: ResourceManifest = {
  ...resourceManifest(
    'banyan',
    resource('_banyan_idempotency', {
      id: t.text({ maxLength: 64 }),
      fingerprint: t.text({ maxLength: 64 }),
      answer: t.text({ maxLength: 10_000_000 }),
      expiresAt: t.timestamp(),
    }).index('expiresAt').declaration,
  ),
  // Given by us, but like generated ones they leave no version behind: a key that is deleted and comes again begins anew.
  ids: 'generated',
}

export interface Idempotency {
  /**
   * Runs the work once a key. `remember` must be called inside the transaction that makes the effect, and the very answer that
   * it was given be returned once that is committed; another answer is kept by a commit of its own. Without a key the work
   * simply runs.
   */
  run(request: IdempotentRequest, work: (remember: Remember | undefined) => Promise<Answer>): Promise<Answer>
  /** Deletes expired rows of a store, at most `purgeMax` at once; how many. */
  purge(store: string, context: Context): Promise<number>
}

export type Remember = (tx: OpenTransaction, answer: Answer) => void

export interface IdempotentRequest {
  /** What was asked for: `bookings.book`. */
  readonly route: string
  /** What must be the same when the key comes again. */
  readonly body: unknown
  readonly key: string | undefined
  /** The store in which the effect will be. */
  readonly store: string
  readonly context: Context
  /** While another request with this key runs in this process: refused without it, or waited for as long as the deadline allows. */
  readonly whileRunning?: 'wait'
}

export const purgeMax = 200

const keptMs = 24 * 3_600_000

export function idempotency(
  models: ReadonlyMap<string, ResourceModel>,
  deps: { readonly clock: Clock; readonly random: Random },
): Idempotency {
  const { clock } = deps
  /** The requests that run now, each with a promise that is kept when it has ended, however it has. */
  const running = new Map<string, Promise<void>>()

  const lookUp = async (model: ResourceModel, id: string, fingerprint: string, context: Context) => {
    const row = await readRow(model, id, context)
    if (row === null) return undefined
    const version = row[model.versionAt] as number
    if ((row[model.indexOf('expiresAt')] as string) <= clock.now()) return { version }
    if (row[model.indexOf('fingerprint')] !== fingerprint)
      throw serviceErrors.IDEMPOTENCY_KEY_REUSED('this key came with another body before')
    const answer = JSON.parse(row[model.indexOf('answer')] as string) as Answer | null
    if (answer === null)
      throw serviceErrors.IDEMPOTENCY_RUNNING('what this key asked for is done, and its answer is not kept yet', {
        retryAfterSeconds: 1,
      })
    return { version, answer }
  }

  /** Keeps what only the commit could tell. Whoever asks before is told to ask again. */
  const keep = (model: ResourceModel, id: string, answer: Answer, context: Context): Promise<void> =>
    runTransaction(context, { scans: false, slots: 'one' }, (tx) =>
      tx.updateSystemRow(model, id, { set: { answer: JSON.stringify(answer) }, updatedAt: clock.now() }),
    )

  return {
    async run({ route, body, key, store, context, whileRunning }, work) {
      if (key === undefined) return work(undefined)
      const model = models.get(store)!
      const id = digest(context.principal?.id ?? '', route, key)
      const fingerprint = digest(JSON.stringify(body))
      for (let first = running.get(id); first !== undefined; first = running.get(id)) {
        if (whileRunning === undefined)
          throw serviceErrors.IDEMPOTENCY_RUNNING('the first request with this key still runs', {
            retryAfterSeconds: 1,
          })
        await first
        // Whoever asked has been told that nobody knows; nothing may be begun behind that.
        if (context.deadline.remainingMs() <= 0) throw coreErrors.DEADLINE_PASSED(`${route} waited for its key`)
      }
      const run = Promise.withResolvers<void>()
      running.set(id, run.promise)
      try {
        const known = await lookUp(model, id, fingerprint, context)
        if (known?.answer !== undefined) return known.answer
        let remembered: Answer | undefined
        let isOpen = false
        const remember: Remember = (tx, answer) => {
          remembered = answer
          isOpen = tx.isOpen
          const given = {
            id,
            fingerprint,
            // The commit completes it, and it is kept behind that.
            answer: isOpen ? 'null' : JSON.stringify(answer),
            expiresAt: new Date(clock.epochMs() + keptMs).toISOString(),
          }
          if (known !== undefined) {
            // A row whose time is over takes the new request.
            const set = Object.fromEntries(
              Object.entries(given)
                .filter(([name]) => name !== 'id')
                .map(([name, value]) => [name, storedValue(model.manifest.fields[name]!, value)]),
            )
            tx.updateSystemRow(model, id, { set, version: known.version, updatedAt: clock.now() })
          } else {
            tx.insert(model, id, tx.slot, newRow(model, given, deps, 1, id).row)
          }
        }
        const answer = await work(remember)
        if (remembered !== undefined && answer === remembered) {
          // The effect is there, whatever becomes of this.
          if (isOpen) await keep(model, id, answer, context).catch(() => {})
          return answer
        }
        // Without a transaction of its own, or when that came to nothing, the work leaves only this row behind.
        await runTransaction(context, { scans: false, slots: 'one' }, () => answer, remember)
        return answer
      } catch (error) {
        // The row of this key may be what was refused: then another process came first, and its answer counts.
        if (error instanceof BanyanError && error.facts.row?.resource === model.name) {
          const known = await lookUp(model, id, fingerprint, context)
          if (known?.answer !== undefined) return known.answer
        }
        throw error
      } finally {
        running.delete(id)
        run.resolve()
      }
    },

    async purge(store, context) {
      const model = models.get(store)!
      const [outcome] = await model.store.execute(
        [
          {
            kind: 'scan',
            resource: model.name,
            path: ['expiresAt', 'id'],
            equal: [],
            range: { lt: clock.now() },
            descending: false,
            limit: purgeMax,
          },
        ],
        context,
      )
      if (!outcome!.ok) throw outcome!.error
      const expired = outcome!.value.rows
      await model.store.execute(
        expired.map((row) => ({
          kind: 'commit',
          writes: [
            {
              kind: 'delete',
              resource: model.name,
              id: row[0] as string,
              version: row[model.versionAt] as number,
              deletedAt: clock.now(),
            },
          ],
          assertions: [],
        })),
        context,
      )
      return expired.length
    },
  }
}

function digest(...parts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${part.length}:`).update(part)
  return hash.digest('base64url')
}
