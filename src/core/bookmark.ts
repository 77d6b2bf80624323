/** How far a store had come: `epoch` names one history of it (a restored copy starts another), `position` counts its commits. */
export interface Position {
  readonly epoch: string
  readonly position: number
}

/** Shared by all bookmarks that hold nothing, and never written to. */
const nothing = new Map<string, Position>()

/**
 * What one caller has seen or written, per store. A store may show this caller nothing older. It grows while a request is
 * worked on and goes back to the caller with the answer.
 */
export class Bookmark {
  /** What the caller says it has seen. It may be forged, so nothing is waited for on its word alone. */
  #claimed: Map<string, Position>
  #observed: Map<string, Position>
  #lost = false

  constructor(claimed?: Iterable<readonly [string, Position]>) {
    this.#claimed = claimed === undefined ? nothing : new Map(claimed)
    this.#observed = nothing
  }

  /** The position that a read for this caller must not fall behind. */
  positionOf(store: string): Position | undefined {
    return this.#observed.get(store) ?? this.#claimed.get(store)
  }

  /** Joins the position at which a store answered. */
  observe(store: string, position: Position): void {
    if (this.#claimed.size > 0) {
      const claimed = this.#claimed.get(store)
      if (claimed !== undefined) {
        // Another history, or a position that this one has not reached: what the caller saw is gone.
        if (claimed.epoch !== position.epoch || claimed.position > position.position) this.#lost = true
        this.#claimed.delete(store)
      }
    }
    // Maps are made when something is to be kept: many requests touch no store.
    if (this.#observed === nothing) this.#observed = new Map()
    const seen = this.#observed.get(store)
    if (seen === undefined || seen.epoch !== position.epoch || seen.position < position.position)
      this.#observed.set(store, position)
  }

  /** Whether a store could not keep to what the caller had seen. */
  get isLost(): boolean {
    return this.#lost
  }

  get isEmpty(): boolean {
    return this.#observed.size === 0 && this.#claimed.size === 0
  }

  /** What any of these callers has seen. Meant for reading from, not for giving to a caller. */
  static joined(bookmarks: readonly Bookmark[]): Bookmark {
    const all = new Bookmark()
    for (const bookmark of bookmarks) {
      for (const [store, position] of bookmark.#claimed) all.observe(store, position)
      for (const [store, position] of bookmark.#observed) all.observe(store, position)
    }
    return all
  }

  /** The opaque text that clients carry: base64url of `{ v, stores: { id: { epoch, position } } }`. */
  encode(): string {
    if (this.#observed.size === 1 && this.#claimed.size === 0) {
      // Nearly every answer carries the same position until the next commit.
      for (const [store, position] of this.#observed) return encodeOne(store, position)
    }
    return encodeStores(Object.fromEntries([...this.#claimed, ...this.#observed]))
  }

  /** Garbage and forgeries decode to an empty bookmark: nothing is waited for on a stranger's word. */
  static decode(text: string): Bookmark {
    if (text.length > 2048) return new Bookmark()
    try {
      const { v, stores } = JSON.parse(Buffer.from(text, 'base64url').toString()) as { v: unknown; stores: unknown }
      if (v !== 1 || typeof stores !== 'object' || stores === null) return new Bookmark()
      const positions = Object.entries(stores as Record<string, Partial<Position> | null>)
      return new Bookmark(
        positions.flatMap(([store, at]) =>
          typeof at?.epoch === 'string' && Number.isSafeInteger(at.position) && at.position! >= 0
            ? [[store, { epoch: at.epoch, position: at.position! }] as const]
            : [],
        ),
      )
    } catch {
      return new Bookmark()
    }
  }
}

let lastStore = ''
let lastPosition: Position | undefined
let lastText = ''

function encodeOne(store: string, position: Position): string {
  if (store !== lastStore || position !== lastPosition) {
    lastText = encodeStores({ [store]: position })
    lastStore = store
    lastPosition = position
  }
  return lastText
}

function encodeStores(stores: Record<string, Position>): string {
  return Buffer.from(JSON.stringify({ v: 1, stores })).toString('base64url')
}
