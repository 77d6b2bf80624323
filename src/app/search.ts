import type { ResourceManifest } from './manifest.ts'
import { alternatives } from './review/access.ts'
import { folded, shortened } from './words.ts'

/** A word that a row must have, or that one of its words must begin with. */
export interface SearchTerm {
  /** As `wordsOf` gives it. */
  readonly word: string
  readonly isPrefix: boolean
}

export const searchLengthMax = 200
export const searchTermsMax = 8

/**
 * What a search text asks for: each of its words, and with `*` right behind it each word that begins so. Everything else between
 * words, quotation marks and what engines take for operators above all, only separates them. Otherwise what is wrong with it.
 */
export function searchTermsOf(text: string): readonly SearchTerm[] | { readonly detail: string } {
  if (text.length > searchLengthMax) return { detail: `may have at most ${searchLengthMax} characters` }
  if (!text.isWellFormed() || text.includes('\u0000')) return { detail: 'must be well-formed text' }
  const found = [...folded(text).matchAll(termPattern)].map(
    ([, word, star]): SearchTerm => ({ word: shortened(word!), isPrefix: star === '*' }),
  )
  const terms = [...new Map(found.map((term) => [`${term.word}${term.isPrefix}`, term])).values()]
  if (terms.length === 0) return { detail: 'has no word to look for' }
  if (terms.length > searchTermsMax) return { detail: `may have at most ${searchTermsMax} words` }
  return terms
}

const termPattern = /([\p{L}\p{N}\p{M}]+)(\*?)/gu

/**
 * The fields whose equality may narrow a search: those that an access path begins with, unless they are searched themselves, and
 * the one that the list's rule looks at. They are kept beside the words, so that rows of other values are not even looked at.
 */
export function searchFilters({ search, paths, fields, actions }: ResourceManifest): readonly string[] {
  if (search.length === 0) return []
  const first = paths
    .map(([name]) => name!)
    .filter((name) => name !== 'id' && Object.hasOwn(fields, name) && !search.includes(name))
  const ruled = actions.list === undefined ? [] : alternatives(actions.list).flatMap(fieldOfRule)
  return [...new Set([...first, ...ruled])]
}

function fieldOfRule(rule: ReturnType<typeof alternatives>[number]): readonly string[] {
  return rule.kind === 'where' ? [rule.field] : []
}
