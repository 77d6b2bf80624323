import type { Row } from '../app/row.ts'
import type { Context } from '../core/context.ts'
import { BanyanError } from '../core/errors.ts'
import { dataErrors } from './errors.ts'
import type { ResourceModel } from './model.ts'
import { checkRules } from './rules.ts'
import type {
  Assertion,
  BatchContext,
  Commit,
  GetResult,
  Outcome,
  Scan,
  ScanResult,
  Store,
  Write,
} from './store/store.ts'
import { applied, type Buffered, type Change, type WriteBuffer, writeBuffer } from './write-buffer.ts'

/** What a transaction may do beyond reading and writing rows of one slot by id. */
export interface TransactionNeeds {
  readonly scans: boolean
  readonly slots: 'one' | 'many'
}

const rerunsMax = 3

/**
 * Runs the body on recorded reads and buffered writes, then makes one `commit` of them. When something that was read has
 * changed meanwhile, the body runs again, at most three times; any other refusal is final. `finish` sees the result before
 * the commit and may add a write, which is how an answer is stored with its effect.
 */
export async function runTransaction<Result>(
  context: Context,
  needs: TransactionNeeds,
  body: (tx: OpenTransaction) => Result | Promise<Result>,
  finish?: (tx: OpenTransaction, result: Result) => void,
): Promise<Result> {
  for (let reruns = 0; ; reruns++) {
    const tx = openTransaction(context, needs)
    let result: Result
    try {
      result = await body(tx)
      await tx.checkRules()
      finish?.(tx, result)
      const store = tx.store()
      // A body that neither read nor wrote has nothing to commit.
      if (store === undefined) return result
      const [outcome] = await store.store.execute([tx.toCommit()], batchContext(context))
      if (outcome!.ok) {
        context.bookmark.observe(store.name, outcome!.position)
        return result
      }
      throw outcome!.error
    } catch (error) {
      if (reruns === rerunsMax || !isRerunnable(error)) throw error
    } finally {
      tx.close()
    }
  }
}

function isRerunnable(error: unknown): boolean {
  return (
    error instanceof BanyanError && (error.code === 'STORE_VERSION_CONFLICT' || error.code === 'STORE_SCAN_CONFLICT')
  )
}

/** A transaction whose body runs. */
export interface OpenTransaction {
  /** The row with this transaction's own writes in it. */
  get(model: ResourceModel, id: string): Promise<Row | null>
  /** The last version of a client-given id that has no row; 0 if it never had one. */
  lastVersion(model: ResourceModel, id: string): Promise<number>
  scan(model: ResourceModel, scan: Scan): Promise<readonly Row[]>
  insert(model: ResourceModel, id: string, slot: number, row: Row): void
  update(model: ResourceModel, id: string, change: Change): void
  delete(model: ResourceModel, id: string, version: number | undefined, deletedAt: string): void
  /** Updates a row of the runtime's own, which travels in this transaction's slot. */
  updateSystemRow(model: ResourceModel, id: string, change: Change): void
  checkRules(): Promise<void>
  /** The slot of its writes; 0 if there are none. */
  slot(): number
  store(): { readonly name: string; readonly store: Store } | undefined
  toCommit(): Commit
  /** After this every use is refused: a body that goes on after its transaction has a missing `await`. */
  close(): void
}

function openTransaction(context: Context, needs: TransactionNeeds): OpenTransaction {
  const reads = new Map<
    string,
    { readonly model: ResourceModel; readonly id: string; readonly row: Row | null; readonly lastVersion: number }
  >()
  const scans: Extract<Assertion, { kind: 'scan' }>[] = []
  const writes: WriteBuffer = writeBuffer()
  let slot: number | undefined
  let place: { readonly name: string; readonly store: Store } | undefined
  let isClosed = false

  const enter = (model: ResourceModel, ownSlot: number | undefined): void => {
    if (isClosed)
      throw dataErrors.TRANSACTION_MISUSE(
        `${model.name} was used after its transaction had ended; is an await missing?`,
      )
    place ??= { name: model.storeName, store: model.store }
    if (place.store !== model.store)
      throw dataErrors.TRANSACTION_MISUSE(`${model.name} lives in another store than what this transaction used before`)
    if (ownSlot === undefined) return
    slot ??= ownSlot
    if (slot !== ownSlot && needs.slots === 'one') {
      throw dataErrors.TRANSACTION_MISUSE(
        `a row of ${model.name} lies in another slot than what this transaction used before; declare transaction: { slots: 'many' } on the operation`,
      )
    }
  }

  const read = async (model: ResourceModel, id: string) => {
    const key = `${model.name}/${id}`
    const known = reads.get(key)
    if (known !== undefined) return known
    const [outcome] = (await model.store.execute(
      [{ kind: 'get', resource: model.name, ids: [id] }],
      batchContext(context),
    )) as readonly Outcome<GetResult>[]
    if (!outcome!.ok) throw outcome!.error
    context.bookmark.observe(model.storeName, outcome!.position)
    // Two reads of one row may have been under way at once; the first that came back counts.
    const found = reads.get(key) ?? {
      model,
      id,
      row: outcome!.value.rows[0]!,
      lastVersion: outcome!.value.lastVersions?.[0] ?? 0,
    }
    reads.set(key, found)
    return found
  }

  const get = async (model: ResourceModel, id: string): Promise<Row | null> => {
    enter(model, model.slotOf(id))
    const buffered = writes.of(model, id)?.write
    if (buffered?.kind === 'insert') return buffered.row
    if (buffered?.kind === 'delete') return null
    const { row } = await read(model, id)
    return row === null || buffered === undefined ? row : counted(model, applied(model, id, row, buffered))
  }

  return {
    get,
    async lastVersion(model, id) {
      enter(model, model.slotOf(id))
      return (await read(model, id)).lastVersion
    },

    async scan(model, scan) {
      enter(model, undefined)
      if (!needs.scans)
        throw dataErrors.TRANSACTION_MISUSE(
          `${model.name} was listed in a transaction; declare transaction: { scans: true } on the operation`,
        )
      if (writes.touches(model))
        throw dataErrors.TRANSACTION_MISUSE(
          `${model.name} cannot be listed after it was written in the same transaction; list first`,
        )
      const [outcome] = (await model.store.execute([scan], batchContext(context))) as readonly Outcome<ScanResult>[]
      if (!outcome!.ok) throw outcome!.error
      context.bookmark.observe(model.storeName, outcome!.position)
      const { rows } = outcome!.value
      scans.push({
        kind: 'scan',
        scan,
        found: rows.map((row) => [row[0] as string, row[model.versionAt] as number] as const),
      })
      return rows
    },

    insert(model, id, rowSlot, row) {
      enter(model, rowSlot)
      writes.insert(model, id, rowSlot, row)
    },
    update(model, id, change) {
      enter(model, model.slotOf(id))
      writes.update(model, id, change)
    },
    delete(model, id, version, deletedAt) {
      enter(model, model.slotOf(id))
      writes.delete(model, id, version, deletedAt)
    },

    updateSystemRow(model, id, change) {
      enter(model, undefined)
      writes.update(model, id, change)
    },

    async checkRules() {
      for (const buffered of writes.all())
        await checkRules(buffered, async () => (await read(buffered.model, buffered.write.id)).row)
    },

    slot: () => slot ?? 0,
    store: () => place,
    toCommit: () => ({ kind: 'commit', ...assertedWrites(writes.all(), [...reads.values()], scans) }),
    close: () => {
      isClosed = true
    },
  }
}

/** A row that was read and is written needs no assertion of its own: its write expects the version that was read. */
function assertedWrites(
  buffered: readonly Buffered[],
  reads: readonly { readonly model: ResourceModel; readonly id: string; readonly row: Row | null }[],
  scans: readonly Assertion[],
): Pick<Commit, 'writes' | 'assertions'> {
  const writes = new Map<string, Write>(buffered.map(({ model, write }) => [`${model.name}/${write.id}`, write]))
  const assertions: Assertion[] = [...scans]
  for (const { model, id, row } of reads) {
    const key = `${model.name}/${id}`
    const write = writes.get(key)
    const version = row === null ? 0 : (row[model.versionAt] as number)
    if (row !== null && (write?.kind === 'update' || write?.kind === 'delete') && write.version === undefined) {
      writes.set(key, { ...write, version })
    } else if (write?.kind !== 'insert') {
      assertions.push({ kind: 'row', resource: model.name, id, version })
    }
  }
  return { writes: [...writes.values()], assertions }
}

function counted(model: ResourceModel, row: Row): Row {
  return row.with(model.versionAt, (row[model.versionAt] as number) + 1)
}

export function batchContext({ deadline, bookmark }: Context): BatchContext {
  return { deadline, bookmark }
}
