import type { ResourceManifest } from '../../app/manifest.ts'
import type { Row, Value } from '../../app/row.ts'
import type { SearchTerm } from '../../app/search.ts'
import type { TotalKind } from '../../app/total.ts'
import type { Bookmark, Position } from '../../core/bookmark.ts'
import type { Deadline } from '../../core/deadline.ts'
import type { Driver, OptionProblem, StoreCapabilities } from '../../core/driver.ts'
import type { BanyanError } from '../../core/errors.ts'
import type { AdoptionDriver } from '../adoption/found.ts'
import type { Backfills } from '../migration/difference/wanted.ts'
import type { FillProgress } from '../migration/fill.ts'
import type { MigrationDriver } from '../migration/migrator.ts'
import type { NativeAccess } from '../native/native.ts'

/**
 * Runs a batch that the portable half has formed: operations of one kind, of many callers. One outcome each, in the same
 * order: a failing operation never fails its neighbours, and the promise itself rejects only on a bug. The store does not
 * retry, wait or time out. Calls may run concurrently; whether members of one batch see each other's effects in order is
 * told by `gives.ordered`: without it no commit of a batch writes a row that another of them writes or expects.
 */
export interface Store extends AsyncDisposable {
  execute<Operation extends StoreOperation>(
    operations: readonly Operation[],
    context: BatchContext,
  ): Promise<readonly Outcome<ResultOf<Operation>>[]>
}

export interface BatchContext {
  /** The latest deadline of the members; each caller's own is enforced around the batch. */
  readonly deadline: Deadline
  /** The bookmarks of the members joined: nothing older may be read. */
  readonly bookmark: Bookmark
  /** Something will be decided on what is read: no replica may answer. Without it one may, where the resource allows it. */
  readonly reads?: 'primary'
}

export type { Row, Value } from '../../app/row.ts'

export type StoreOperation = Get | Scan | Search | Count | Commit

export type ResultOf<Operation> = Operation extends Get
  ? GetResult
  : Operation extends Scan
    ? ScanResult
    : Operation extends Search
      ? SearchResult
      : Operation extends Count
        ? CountResult
        : CommitResult

export type Outcome<Result> =
  /** `position`: how far the store had come when this was read or committed. */
  | { readonly ok: true; readonly value: Result; readonly position: Position }
  | { readonly ok: false; readonly error: BanyanError }

/** Reads rows by id. */
export interface Get {
  readonly kind: 'get'
  readonly resource: string
  readonly ids: readonly string[]
}

export interface GetResult {
  /** One for each id, null where there is none. */
  readonly rows: readonly (Row | null)[]
  /** For client-given ids only: the last version of each id that has no row now; 0 if it has one, or never had. */
  readonly lastVersions?: readonly number[]
}

/** Reads one page of an access path. */
export interface Scan {
  readonly kind: 'scan'
  readonly resource: string
  /** The whole path, ending in `id`. */
  readonly path: readonly string[]
  /**
   * Values of the first members of the path, never null. One of them may be a list of up to 50 distinct values: then the rows
   * of all of them are merged in the order of the members after the equality prefix.
   */
  readonly equal: readonly (Value | readonly Value[])[]
  /** Bounds on the member after the equality prefix. A null is in no range. `prefix` is of texts. */
  readonly range?: Range
  readonly descending: boolean
  readonly limit: number
  /** The values of the members after the equality prefix, of the last row already seen: the page begins behind it. */
  readonly after?: readonly Value[]
}

export interface Range {
  readonly gt?: Value
  readonly gte?: Value
  readonly lt?: Value
  readonly lte?: Value
  readonly prefix?: string
}

export interface ScanResult {
  readonly rows: readonly Row[]
}

/** Reads one page of the rows that have all of these words in the texts which their resource declares to be searched. */
export interface Search {
  readonly kind: 'search'
  readonly resource: string
  /** One at least. */
  readonly terms: readonly SearchTerm[]
  /** Values, never null, of fields among `searchFilters`; a row has each of them, or one of the values of a list. */
  readonly equal: Readonly<Record<string, Value | readonly Value[]>>
  readonly limit: number
  /** The place of the last row already seen: the page begins behind it. */
  readonly after?: readonly Value[]
}

export interface SearchResult {
  /**
   * Best first: those with all the words in the first searched field, then those whose first searched field has fewer words, then
   * fewer in the others. Which rows are found is the same on every store; in which order those come that are alike in this, each
   * store decides.
   */
  readonly rows: readonly Row[]
  /** Of each row, where it stands among all, in the store's own terms. It does not change unless the row's texts do. */
  readonly places: readonly (readonly Value[])[]
}

/** Counts the rows that a scan or a search finds on all of its pages. */
export interface Count {
  readonly kind: 'count'
  readonly resource: string
  readonly of: Pick<Scan, 'kind' | 'path' | 'equal' | 'range'> | Pick<Search, 'kind' | 'terms' | 'equal'>
  /**
   * So many are counted exactly; of more the store may give an estimate instead, which is larger than this, at a cost that does
   * not grow with their number. Without it all are counted.
   */
  readonly exactMax?: number
}

export interface CountResult {
  readonly count: number
  readonly kind: TotalKind
}

/**
 * A conditional write list: either every assertion holds and every write is made, or nothing happens. Assertions are of the
 * state before the writes. At most one write a row. The writes are made in their order, cascades with the deletion that causes
 * them, and the first refusal is told, with the row of the write or assertion that it is of. Unique fields are held at each write, references only in the state that all writes
 * leave: a row may refer to one inserted beside it.
 */
export interface Commit {
  readonly kind: 'commit'
  readonly writes: readonly Write[]
  readonly assertions: readonly Assertion[]
}

export type Write =
  /** `row` is whole; its version is the last one of this id + 1, else `STORE_VERSION_CONFLICT`. An id that has a row: `STORE_EXISTS`. */
  | {
      readonly kind: 'insert'
      readonly resource: string
      readonly id: string
      readonly slot: number
      readonly row: Row
    }
  /**
   * Sets and adds, and counts the version up. `version`: the one expected, else `STORE_VERSION_CONFLICT`. Guards are of the row before the
   * write. A sum outside the field's limits: `FIELD_LIMIT`. No row: `STORE_MISSING`.
   */
  | {
      readonly kind: 'update'
      readonly resource: string
      readonly id: string
      readonly set: Readonly<Record<string, Value>>
      readonly add: Readonly<Record<string, number | string>>
      readonly guards: readonly Guard[]
      readonly version?: number
      readonly updatedAt: string
    }
  /** `restrict` references to it: `STORE_REFERRED`; `cascade` and `setNull` are carried out. No row: `STORE_MISSING`. */
  | {
      readonly kind: 'delete'
      readonly resource: string
      readonly id: string
      readonly version?: number
      readonly deletedAt: string
    }

export interface Guard {
  readonly field: string
  readonly operator: 'eq' | 'gt' | 'gte' | 'lt' | 'lte'
  readonly value: Value
  /** The code of the refusal. */
  readonly otherwise: string
}

export type Assertion =
  /** The row is at this version; with 0 there is none. Else `STORE_VERSION_CONFLICT`. */
  | { readonly kind: 'row'; readonly resource: string; readonly id: string; readonly version: number }
  /** The scan, run again, finds the same rows at the same versions. Else `STORE_SCAN_CONFLICT`. */
  | { readonly kind: 'scan'; readonly scan: Scan; readonly found: readonly (readonly [id: string, version: number])[] }

export interface CommitResult {
  readonly committed: true
  /**
   * Where writes were of adopted tables: of each write the row that has come of it, with its key and version, which the database
   * makes; null for other writes.
   */
  readonly rows?: readonly (Row | null)[]
}

/** What a store is opened with beside its driver's options. */
export interface StoreOptions {
  readonly resources: readonly ResourceManifest[]
  /** How rows get values that they were stored without; by resource. */
  readonly backfills?: Backfills
  /** Whether opening may change data that are there, as it may without a word; otherwise it rejects with `SCHEMA_PENDING`. */
  readonly mayMigrate?: boolean
  /** The data are made for this, and are gone when the store is disposed of: a place of their own, whatever the options name. */
  readonly isScratch?: boolean
  /** Called while opening makes such values. */
  readonly onMigration?: (progress: FillProgress) => void
}

/**
 * Opening also brings the data to what the app declares where that is safe and quick, and rejects where it is not; layers never
 * see that.
 */
export interface StoreDriver<Options = never> extends Driver<Options & StoreOptions, OpenStore, StoreCapabilities> {
  /** Schema work; absent where nothing outlives the process. */
  readonly migration?: MigrationDriver<Options>
  /** Tables that others have made; absent where there can be none. */
  readonly adoption?: AdoptionDriver<Options>
  /** What is wrong with options by themselves; expects that they have their form. */
  review?(options: Options): readonly OptionProblem[]
  /** Looks at an engine that is a server of its own, and changes nothing there. Rejects with the reason where it is not reached. */
  inspect?(options: Options): Promise<Inspection>
}

/** What an engine says of itself, and what of it is not as it has to be. */
export interface Inspection extends Pick<OpenStore, 'durability' | 'connection'> {
  readonly problems: readonly EngineProblem[]
}

export interface EngineProblem {
  /** It cannot be used; it keeps less than the driver says; there may be too little of it for everybody; a copy is not as it should be. */
  readonly kind: 'unsuitable' | 'durability' | 'crowded' | 'replica'
  readonly reason: string
  readonly mend: string
}

/** A server that tells how far it has come. */
export interface Progressing {
  /** Whoever reads here after this sees at least so much. Rejects where it cannot be asked, or is no longer what it was opened as. */
  progress(): Promise<Position>
  /** It has not answered in time: what it was asked is given up, and what comes next is asked anew. */
  renew(): void
}

/** A copy of a store that follows it, for reads only. A position tells what its reads may have shown at most. */
export interface Replica extends Store, Progressing {
  /** What logs call it; holds no secret. */
  readonly name: string
  /** Where it is, if that was said. */
  readonly zone?: string | undefined
}

/** The servers of one store, as a router needs them. */
export interface Replication extends Progressing {
  readonly replicas: readonly Replica[]
  /** Where this process is, if that was said. */
  readonly zone?: string | undefined
  /** So long a read waits for a replica to come as far as its caller has seen. */
  readonly waitForMs?: number | undefined
}

/** An engine that has been opened. */
export interface OpenStore extends Store {
  /** Absent where there is one server at one address. The store closes the replicas with itself. */
  readonly replication?: Replication
  /** What the engine itself reports of its durability, for the guarantee sheet. */
  readonly durability: string
  /** How it is reached, where it is a server of its own, without what is secret. */
  readonly connection?: string
  /** The way to the engine itself, for what only it can do; absent where nobody is let that far. */
  readonly native?: NativeAccess
  /** What `explain` shows: the statement that this operation would run, and whether it scans. */
  explain(operation: StoreOperation): Promise<Explanation>
  /**
   * Says that about so many rows of a resource will now be inserted. Until `finishLoads` the engine may leave access paths
   * behind, if building them in one go is cheaper than with each row; what keeps rows right, unique fields and references, it
   * keeps. This outlives the process: a load that was cut off is finished, or gone on with, by the next one.
   */
  beginLoad(resource: string, rows: number): Promise<void>
  /**
   * Builds what loads have left behind; called before anything is served. Each step is told before it, and may keep the process
   * from everything else for seconds: `onStep` is waited for.
   */
  finishLoads(onStep: (step: string) => Promise<void>): Promise<void>
}

export interface Explanation {
  /** In the engine's own language, without values. */
  readonly statement: string
  /** The statement that it would share with others of other callers, where it is another. */
  readonly together?: string
  /** The engine's own plan, a line each; empty where there is none. */
  readonly plan: readonly string[]
  /** What it does beyond reading what is asked for, so that its cost grows with the data; empty where it does nothing in vain. */
  readonly excess: readonly Excess[]
}

/** Reads a whole table or index; reads rows and drops them again; sorts rows that no index has in order. */
export type Excess = 'scan' | 'filter' | 'sort'
