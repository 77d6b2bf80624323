import type { Position } from '../core/bookmark.ts'

/** What one client has seen or written, per store; it goes along with every request and grows with every answer. */
export interface ClientBookmark {
  /** Joins what an answer carries; true when the answer says that the promise of the old one is lost. */
  observe(header: string | null): boolean
  encode(): string | undefined
}

/**
 * Starts from the bookmark of another client, where there is one. Of two positions in one history the later stays. Another
 * history that an answer shows takes the place of the known one, since the server no longer has that. Garbage is ignored.
 */
export function bookmark(initial?: string): ClientBookmark {
  const stores = new Map(initial === undefined ? [] : decode(initial))
  let text: string | undefined
  return {
    observe(header) {
      if (header === null) return false
      const [, lost, news = ''] = /^(lost(?:,\s*|$))?(.*)$/.exec(header) ?? []
      for (const [store, position] of decode(news)) {
        const seen = stores.get(store)
        // A lost promise may be one of the same history, which had come further before.
        if (lost !== undefined || seen?.epoch !== position.epoch || seen.position < position.position) {
          stores.set(store, position)
          text = undefined
        }
      }
      return lost !== undefined
    },
    encode() {
      if (stores.size === 0) return undefined
      text ??= toBase64Url(JSON.stringify({ v: 1, stores: Object.fromEntries(stores) }))
      return text
    },
  }
}

function decode(text: string): (readonly [string, Position])[] {
  try {
    const { v, stores } = JSON.parse(fromBase64Url(text)) as { v: unknown; stores: Record<string, Position> }
    if (v !== 1) return []
    return Object.entries(stores).filter(
      ([, at]) => typeof at?.epoch === 'string' && Number.isSafeInteger(at.position) && at.position >= 0,
    )
  } catch {
    return []
  }
}

// Browsers have no Buffer, and their base64 is of bytes as characters.
function toBase64Url(text: string): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text))
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function fromBase64Url(text: string): string {
  const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)))
}
