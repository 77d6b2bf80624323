import { existsSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import type { Heading } from './markdown.ts'

/** A link that leads nowhere. */
export interface Broken {
  readonly file: string
  readonly href: string
  readonly reason: string
}

/** A page by where it is written, and where it will be. */
export interface Place {
  readonly file: string
  readonly path: string
}

/** What links lead to, from one page; what leads nowhere is noted in `broken`, anchors when all pages are rendered. */
export class Links {
  readonly broken: Broken[] = []
  readonly #root: string
  readonly #byFile: ReadonlyMap<string, Place>
  readonly #anchors: { readonly from: string; readonly href: string; readonly to: string; readonly id: string }[] = []

  constructor(root: string, places: readonly Place[]) {
    this.#root = root
    this.#byFile = new Map(places.map((place) => [place.file, place]))
  }

  /** The address in the site; undefined for a file of the repository that is no page. */
  from(place: Place, href: string): string | undefined {
    if (/^[a-z]+:/.test(href)) return href
    const [path = '', id] = href.split('#') as [string?, string?]
    const file = path === '' ? place.file : normalize(join(dirname(place.file), path))
    const to = this.#byFile.get(file)
    if (to === undefined) {
      if (!existsSync(join(this.#root, file)))
        this.broken.push({ file: place.file, href, reason: `there is no ${file}` })
      return undefined
    }
    if (id !== undefined) this.#anchors.push({ from: place.file, href, to: file, id })
    return `${file === place.file ? '' : relative(dirname(place.path), to.path)}${id === undefined ? '' : `#${id}`}`
  }

  /** Notes the anchors that are no heading of the page that they lead to. */
  checkAnchors(pages: readonly { readonly file: string; readonly headings: readonly Heading[] }[]): void {
    const ids = new Map(pages.map(({ file, headings }) => [file, new Set(headings.map(({ id }) => id))]))
    for (const { from, href, to, id } of this.#anchors)
      if (!ids.get(to)!.has(id)) this.broken.push({ file: from, href, reason: `${to} has no heading #${id}` })
  }
}
