import type { Clock } from './clock.ts'
import type { BanyanError } from './errors.ts'
import type { JsonSchema } from './json.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import type { Telemetry } from './telemetry.ts'

/** Everything replaceable. A driver compiles and runs what it is given; it does not retry, log, time, batch or validate. */
export interface Driver<Options, Instance extends AsyncDisposable, Gives = unknown> {
  /** The product's name: `sqlite`, `postgres`. */
  readonly name: string
  readonly options: JsonSchema
  /** The client package that the user installs, where there is one. */
  readonly peer?: { readonly package: string; readonly range: string }
  /** What `check` compares with what the app needs. */
  readonly gives: Gives
  /** Opens or rejects with the reason as a `BanyanError`. The caller disposes of the instance. */
  open(options: Options, deps: DriverDependencies): Promise<Instance>
  /** This engine's error as a portable one; undefined if it is none of this engine's. */
  errorOf(error: unknown): BanyanError | undefined
}

/** What is wrong with one of the options of a driver. */
export interface OptionProblem {
  readonly option: string
  readonly reason: string
  readonly mend: string
  /** Others may read and change on the way what is sent. */
  readonly isPlaintext: boolean
}

export interface DriverDependencies {
  readonly telemetry: Telemetry
  readonly clock: Clock
  readonly random: Random
  /** For what a driver has to wait for; the system's without it. */
  readonly scheduler?: Scheduler
  /** The folder of embedded data (`BANYAN_DATA`). */
  readonly dataFolder: string
  /** That folder has held data before, so what is empty there has lost them. */
  readonly isFolderUsed?: boolean
}

/** What a store promises. Each word is compared with a need of the app; nothing that is missing is emulated. */
export interface StoreCapabilities {
  readonly profile: 'relational' | 'document' | 'key-access'
  /** How far one commit reaches: any rows of the store, the rows of one slot, or one row. */
  readonly atomicity: 'store' | 'slot' | 'row'
  readonly isolation: 'serializable' | 'snapshot' | 'readCommitted'
  /** What an acknowledged commit survives. */
  readonly durability: 'powerLoss' | 'processCrash' | 'nothing'
  /** How far a read may lag behind the last commit, in milliseconds; 0: reads are fresh. */
  readonly staleForMs: number
  readonly unique: boolean
  readonly references: boolean
  /** Access paths with an order and a range; without it only equality on whole paths. */
  readonly orderedScans: boolean
  /** A scan can be run again inside a commit and compared. */
  readonly scanAssertions: boolean
  /** Rows are found by the words of their texts. */
  readonly search: boolean
  /** Several processes may open the same store. */
  readonly processes: 'one' | 'many'
  /** Members of a batch run one after another, so that writes of the same key may share one. */
  readonly ordered: boolean
  /** Reads of many callers cost less in one call than each in one of its own. */
  readonly readsTogether: boolean
  /** Serves tables that others have made, as they are. */
  readonly adopts: boolean
}
