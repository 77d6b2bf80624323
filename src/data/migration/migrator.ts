import type { Row, Value } from '../../app/row.ts'
import type { DriverDependencies } from '../../core/driver.ts'
import type { DerivedOf } from './difference/wanted.ts'
import type { Facts } from './facts.ts'
import type { Fill, Step } from './step.ts'
import type { StoredModel } from './stored.ts'

/** What a store that keeps its data brings for schema work. The portable half decides; this carries out. */
export interface MigrationDriver<Options> {
  /** What the engine keeps of rows beside their paths. */
  readonly derived: DerivedOf
  /** Looks at the data without changing them, also while another process has them open. */
  look(options: Options, deps: DriverDependencies): Promise<Look & AsyncDisposable>
  /** Opens them for schema work. Rejects with `STORE_IN_USE` while another process has them, or is at such work. */
  open(options: Options, deps: DriverDependencies): Promise<Migrator & AsyncDisposable>
  /** How the data are copied before a migration takes something away. */
  readonly copies: Copies<Options>
}

export type Copies<Options> =
  /** By the store itself: see `Migrator.snapshot`. */
  | {
      readonly kind: 'snapshots'
      /** Those that there are, the newest first. */
      list(options: Options, deps: DriverDependencies): Promise<readonly Snapshot[]>
      /**
       * Puts one in the place of the data, at once or, also after a crash, not at all: sound, under a new epoch, and with what
       * was there kept beside it. Rejects with `STORE_IN_USE` while another process has them open.
       */
      restore(name: string, options: Options, deps: DriverDependencies): Promise<Restored>
    }
  /** By whoever runs it, with a tool of the engine. */
  | { readonly kind: 'tool'; readonly tool: string }

/** What there is, at one moment. */
export interface StoredData {
  stored(): Promise<StoredModel>
  readonly facts: Facts
  history(): Promise<readonly Applied[]>
}

export interface Look extends StoredData {
  /** Another process has the data open: rows are counted as that process last brought them into the file. */
  readonly isInUse: boolean
}

export interface Applied {
  readonly appliedAt: string
  readonly step: string
}

/** Nobody else is at the schema of these data. Every call that changes them is one commit: all of it or, also after a crash, nothing. */
export interface Migrator extends StoredData {
  /** Does a step, remembers the model that it leaves, and adds its name to the history. Of a fill: its end. */
  run(step: Step, name: string, result: StoredModel): Promise<void>
  /** Remembers a model that asks for nothing else. */
  remember(model: StoredModel): Promise<void>
  /** Rows that lack one of the targets, in the order of their ids, behind this one. */
  lacking(fill: Fill, after: string | null, limit: number): Promise<readonly LackingRow[]>
  /** Writes values where there are none, and remembers the model, which says how far the fill has come. */
  fill(fill: Fill, rows: readonly FilledRow[], model: StoredModel): Promise<void>
  /** Those of these ids that the table has no row for. */
  missing(table: string, ids: readonly string[]): Promise<readonly string[]>
  /** Makes a copy of the data as they are, on the disk for good when it resolves; older ones beyond a few are removed. Undefined where a tool of the engine does it. */
  readonly snapshot: (() => Promise<Snapshot>) | undefined
}

export interface LackingRow {
  readonly id: string
  /** The columns that a fill reads, in this order: id, createdAt, updatedAt, version, then each target's reads. */
  readonly row: Row
  /** The targets without a value. */
  readonly lacks: readonly boolean[]
}

export interface FilledRow {
  readonly id: string
  /** By target; null where nothing is to be written. */
  readonly values: readonly Value[]
}

export interface Snapshot {
  readonly name: string
  readonly path: string
  readonly takenAt: string
  readonly bytes: number
}

export interface Restored {
  readonly snapshot: Snapshot
  /** Where the data lie that were there before; undefined if there were none. */
  readonly kept: string | undefined
}
