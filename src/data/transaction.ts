import type { Row } from '../app/row.ts'
import type { Context } from '../core/context.ts'
import { BanyanError } from '../core/errors.ts'
import { dataErrors } from './errors.ts'
import type { ResourceModel } from './model.ts'
import { checkRules } from './rules.ts'
import type { Key } from './store/refusal.ts'
import type {
  Assertion,
  BatchContext,
  Commit,
  CommitResult,
  GetResult,
  Outcome,
  Scan,
  ScanResult,
  Store,
  Write,
} from './store/store.ts'
import { applied, type Buffered, type Change, WriteBuffer } from './write-buffer.ts'

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
    const tx = new OpenTransaction(context, needs)
    let result: Result
    try {
      result = await body(tx)
      // What the body still writes behind its own back would be lost, or escape the rules: it is refused.
      tx.close()
      await tx.checkRules()
      if (finish !== undefined) tx.whileOpen(() => finish(tx, result))
      const { store } = tx
      // A body that neither read nor wrote has nothing to commit.
      if (store === undefined) return result
      const commit = tx.toCommit()
      const [outcome] = await store.execute([commit], batchContext(context))
      if (outcome!.ok) {
        context.bookmark.observe(tx.storeName, outcome!.position)
        tx.complete(commit, outcome!.value)
        return result
      }
      throw outcome!.error
    } catch (error) {
      if (reruns === rerunsMax || !isRerunnable(error, tx)) throw error
    } finally {
      tx.close()
    }
  }
}

/** Whether another run may succeed. */
function isRerunnable(error: unknown, tx: OpenTransaction): boolean {
  if (!(error instanceof BanyanError)) return false
  if (error.code === 'STORE_SCAN_CONFLICT') return true
  // Somebody has made the row since this transaction read that there was none.
  if (error.code === 'STORE_EXISTS') return tx.readAsAbsent(error.facts.row)
  return error.code === 'STORE_VERSION_CONFLICT' && !tx.isFinal(error.facts.row)
}

interface Read {
  readonly model: ResourceModel
  readonly id: string
  readonly row: Row | null
  /** Of a client-given id that has no row: its last version, 0 if it never had one. */
  readonly lastVersion: number
}

/** By resource and the id that they were written under. */
type MadeRows = ReadonlyMap<string, Row>

/** A transaction whose body runs. */
export class OpenTransaction {
  #context: Context
  #needs: TransactionNeeds
  #reads: Map<string, Read> | undefined
  #scans: Extract<Assertion, { kind: 'scan' }>[] = []
  #writes = new WriteBuffer()
  #pinned: Set<string> | undefined
  #completions: ((made: MadeRows) => void)[] = []
  #slot: number | undefined
  #store: Store | undefined
  #storeName = ''
  #isClosed = false

  constructor(context: Context, needs: TransactionNeeds) {
    this.#context = context
    this.#needs = needs
  }

  /** The row with this transaction's own writes in it. */
  async get(model: ResourceModel, id: string): Promise<Row | null> {
    this.#enter(model, model.slotOf(id))
    const buffered = this.#writes.of(model, id)
    if (buffered?.kind === 'insert') return buffered.row
    if (buffered?.kind === 'delete') return null
    const { row } = await this.#read(model, id)
    return row === null || buffered === undefined ? row : counted(model, applied(model, id, row, buffered))
  }

  /** Whether this transaction has deleted the row. */
  isDeleted(model: ResourceModel, id: string): boolean {
    return this.#writes.of(model, id)?.kind === 'delete'
  }

  /** The last version of a client-given id that has no row; 0 if it never had one. */
  async lastVersion(model: ResourceModel, id: string): Promise<number> {
    this.#enter(model, model.slotOf(id))
    return (await this.#read(model, id)).lastVersion
  }

  async scan(model: ResourceModel, scan: Scan): Promise<readonly Row[]> {
    this.#enter(model, undefined)
    if (!this.#needs.scans)
      throw dataErrors.TRANSACTION_MISUSE(
        `${model.name} was listed in a transaction; declare transaction: { scans: true } on the operation`,
      )
    if (this.#writes.touches(model))
      throw dataErrors.TRANSACTION_MISUSE(
        `${model.name} cannot be listed after it was written in the same transaction; list first`,
      )
    const context = decidingContext(this.#context)
    const [outcome] = (await model.store.execute([scan], context)) as readonly Outcome<ScanResult>[]
    if (!outcome!.ok) throw outcome!.error
    this.#context.bookmark.observe(model.storeName, outcome!.position)
    const { rows } = outcome!.value
    const found = rows.map((row) => [row[0] as string, row[model.versionAt] as number] as const)
    this.#scans.push({ kind: 'scan', scan, found })
    return rows
  }

  insert(model: ResourceModel, id: string, slot: number, row: Row): void {
    this.#enter(model, slot)
    this.#writes.insert(model, id, slot, row)
  }

  update(model: ResourceModel, id: string, change: Change): void {
    this.#enter(model, model.slotOf(id))
    this.#writes.update(model, id, change)
  }

  delete(model: ResourceModel, id: string, version: number | undefined, deletedAt: string): void {
    this.#enter(model, model.slotOf(id))
    this.#writes.delete(model, id, version, deletedAt)
  }

  /** Updates a row of the runtime's own, which travels in this transaction's slot. */
  updateSystemRow(model: ResourceModel, id: string, change: Change): void {
    this.#enter(model, undefined)
    this.#writes.update(model, id, change)
  }

  /** Runs the validation rules of what was written. */
  async checkRules(): Promise<void> {
    for (const { model, write } of this.#writes.all()) {
      if (model.rules.length === 0) continue
      await checkRules(model, write, async () => (await this.#read(model, write.id)).row)
    }
  }

  /** The slot of its writes; 0 if there are none. */
  get slot(): number {
    return this.#slot ?? 0
  }

  /** The store that it used, if any. */
  get store(): Store | undefined {
    return this.#store
  }

  get storeName(): string {
    return this.#storeName
  }

  /** The caller expects this row as it was read, so what another run would find is of no use. */
  pin({ name }: ResourceModel, id: string): void {
    this.#pinned ??= new Set()
    this.#pinned.add(`${name}/${id}`)
  }

  /** Whether a conflict of this row stays one: it is pinned, or its write expects a version that was not read here. */
  isFinal(row: Key | undefined): boolean {
    if (row === undefined) return false
    const key = `${row.resource}/${row.id}`
    if (this.#pinned?.has(key)) return true
    const write = this.#writes.ofKey(row)
    if ((write?.kind !== 'update' && write?.kind !== 'delete') || write.version === undefined) return false
    const read = this.#reads?.get(key)
    return read?.row?.[read.model.versionAt] !== write.version
  }

  /** Whether this transaction has looked for the row, and there was none. */
  readAsAbsent(row: Key | undefined): boolean {
    return row !== undefined && this.#reads?.get(`${row.resource}/${row.id}`)?.row === null
  }

  /**
   * The key and the version of a row of an adopted table are made by the database: what was shown of it is completed once it is
   * committed. Nothing happens where this transaction does not write the row.
   */
  whenMade({ name, manifest }: ResourceModel, id: string, take: (row: Row) => void): void {
    if (manifest.adopted === undefined) return
    this.#completions.push((made) => {
      const row = made.get(`${name}/${id}`)
      if (row !== undefined) take(row)
    })
  }

  /** Something that was shown may have to be completed: `work` follows that. */
  whenComplete(work: () => void): void {
    if (this.isOpen) this.#completions.push(work)
  }

  /** Whether what was shown can be told for good only once it is committed. */
  get isOpen(): boolean {
    return this.#completions.length > 0
  }

  complete({ writes }: Commit, { rows = [] }: CommitResult): void {
    const made: MadeRows = new Map(
      writes.flatMap(({ resource, id }, at) => (rows[at] ? [[`${resource}/${id}`, rows[at]] as const] : [])),
    )
    for (const completion of this.#completions) completion(made)
  }

  toCommit(): Commit {
    const writes = this.#writes.all()
    if (this.#reads === undefined && this.#scans.length === 0) {
      return { kind: 'commit', writes: writes.map(({ write }) => write), assertions: [] }
    }
    return { kind: 'commit', ...assertedWrites(writes, [...(this.#reads?.values() ?? [])], this.#scans) }
  }

  /** After this every use is refused: a body that goes on after its transaction has a missing `await`. */
  close(): void {
    this.#isClosed = true
  }

  /** Opens it once more, for what is written with the body's result. */
  whileOpen(write: () => void): void {
    this.#isClosed = false
    write()
    this.#isClosed = true
  }

  #enter(model: ResourceModel, slot: number | undefined): void {
    if (this.#isClosed)
      throw dataErrors.TRANSACTION_MISUSE(
        `${model.name} was used after its transaction had ended; is an await missing?`,
      )
    if (this.#store === undefined) {
      this.#store = model.store
      this.#storeName = model.storeName
    }
    if (this.#store !== model.store)
      throw dataErrors.TRANSACTION_MISUSE(`${model.name} lives in another store than what this transaction used before`)
    if (slot === undefined) return
    this.#slot ??= slot
    if (this.#slot !== slot && this.#needs.slots === 'one') {
      throw dataErrors.TRANSACTION_MISUSE(
        `a row of ${model.name} lies in another slot than what this transaction used before; declare transaction: { slots: 'many' } on the operation`,
      )
    }
  }

  async #read(model: ResourceModel, id: string): Promise<Read> {
    this.#reads ??= new Map()
    const key = `${model.name}/${id}`
    const known = this.#reads.get(key)
    if (known !== undefined) return known
    const operation = { kind: 'get', resource: model.name, ids: [id] } as const
    const context = decidingContext(this.#context)
    const [outcome] = (await model.store.execute([operation], context)) as readonly Outcome<GetResult>[]
    if (!outcome!.ok) throw outcome!.error
    this.#context.bookmark.observe(model.storeName, outcome!.position)
    const { rows, lastVersions } = outcome!.value
    // Two reads of one row may have been under way at once; the first that came back counts.
    const found = this.#reads.get(key) ?? { model, id, row: rows[0]!, lastVersion: lastVersions?.[0] ?? 0 }
    this.#reads.set(key, found)
    return found
  }
}

/** A row that was read and is written needs no assertion of its own: its write expects the version that was read. */
function assertedWrites(
  buffered: readonly Buffered[],
  reads: readonly Read[],
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

/** The commit would find out what a replica does not know yet, and the body would run again for it. */
function decidingContext(context: Context): BatchContext {
  return { ...batchContext(context), reads: 'primary' }
}
