/** How far a store had come: `epoch` names one history of it (a restored copy starts another), `position` counts its commits. */
export interface Position {
  readonly epoch: string
  readonly position: number
}

/**
 * What one caller has seen or written, per store. A store may show this caller nothing older. It grows while a request is
 * worked on and goes back to the caller with the answer.
 */
export class Bookmark {
  #stores: Map<string, Position>

  constructor(stores: Iterable<readonly [string, Position]> = []) {
    this.#stores = new Map(stores)
  }

  positionOf(store: string): Position | undefined {
    return this.#stores.get(store)
  }

  /** Joins a position into this bookmark. Of two histories the one observed later wins: the earlier is gone. */
  observe(store: string, position: Position): void {
    const seen = this.#stores.get(store)
    if (seen !== undefined && seen.epoch === position.epoch && seen.position >= position.position) return
    this.#stores.set(store, position)
  }

  get isEmpty(): boolean {
    return this.#stores.size === 0
  }

  /** The opaque text that clients carry: base64url of `{ v, stores: { id: { epoch, position } } }`. */
  encode(): string {
    if (this.#stores.size === 1) {
      // Nearly every answer carries the same position until the next commit.
      const [[store, position]] = this.#stores as unknown as [[string, Position]]
      return encodeOne(store, position)
    }
    return encodeStores(Object.fromEntries(this.#stores))
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
