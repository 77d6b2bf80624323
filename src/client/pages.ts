interface AnyPage {
  readonly data: readonly unknown[]
  readonly next: string | null
}

interface PagesQuery {
  readonly after?: string
  readonly limit?: number
  /** At most so many of what is iterated. */
  readonly max?: number
}

type Iterate = (query?: PagesQuery, ...rest: unknown[]) => AsyncGenerator

/** Follows a list from page to page; each is fetched when it is asked for. */
export function walk(list: (query: object, ...rest: unknown[]) => Promise<unknown>): Iterate {
  return async function* (query = {}, ...rest) {
    const { max = Number.POSITIVE_INFINITY, ...first } = query
    let after = first.after
    for (let count = 0; count < max; count++) {
      const page = (await list(after === undefined ? first : { ...first, after }, ...rest)) as AnyPage
      yield page
      if (page.next === null) return
      after = page.next
    }
  }
}

/** The rows of the pages, one after another. */
export function rowsOf(pages: Iterate): Iterate {
  return async function* (query = {}, ...rest) {
    const { max = Number.POSITIVE_INFINITY, ...first } = query
    let left = max
    if (left <= 0) return
    // A page larger than what is wanted would be read for nothing.
    const limit = Math.min(first.limit ?? usualLimit, max)
    const sized = limit < usualLimit || first.limit !== undefined ? { ...first, limit } : first
    for await (const page of pages(sized, ...rest)) {
      for (const row of (page as AnyPage).data) {
        yield row
        left--
        if (left <= 0) return
      }
    }
  }
}

const usualLimit = 20
