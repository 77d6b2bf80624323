import { durationMs } from '../core/duration.ts'
import { bookmark, type ClientBookmark } from './bookmark.ts'
import type { ClientOptions } from './options.ts'

/** What the calls of one client share. */
export interface Session extends Required<Pick<ClientOptions, 'headers' | 'retries' | 'fetch' | 'random'>> {
  readonly url: string
  readonly timeoutMs: number
  readonly bookmark: ClientBookmark
  readonly token: ClientOptions['token']
  readonly onBookmarkLost: ClientOptions['onBookmarkLost']
  readonly sleep: ClientOptions['sleep']
}

export function sessionOf(url: string, options: ClientOptions): Session {
  return {
    url: url.replace(/\/+$/, ''),
    timeoutMs: durationMs(options.timeout ?? '30s'),
    retries: options.retries ?? 3,
    bookmark: bookmark(options.bookmark),
    token: options.token,
    headers: options.headers ?? {},
    onBookmarkLost: options.onBookmarkLost,
    // Looked up with every call, and called as a function of the global object, which browsers insist on.
    fetch: options.fetch ?? ((address, init) => globalThis.fetch(address, init)),
    random: options.random ?? Math.random,
    sleep: options.sleep,
  }
}
