import { createHash } from 'node:crypto'
import type { SearchTerm } from '../../../app/search.ts'
import type { Search, Value } from '../store.ts'
import { type Share, shares } from './sample.ts'

type Filter = Pick<Search, 'terms' | 'equal'>

/**
 * A search in the language of FTS5. A word is letters, numbers and marks, so between quotation marks it is nothing but itself.
 * `among`: the rows that have all the words in the first field, the others, or both.
 */
export function matchOf(
  { terms, equal }: Filter,
  filters: readonly string[],
  among: 'first' | 'others' | 'all',
  share: Share = 1,
): string {
  const words = terms.map(quoted).join(' AND ')
  const wanted = Object.entries(equal).map(([name, value]) => {
    const at = filters.indexOf(name)
    return `(${([value].flat() as readonly Value[]).map((each) => `"${filterToken(at, each)}"`).join(' OR ')})`
  })
  return [matched(words, among), ...wanted, ...(share === 1 ? [] : [`"${sampleToken(share)}"`])].join(' AND ')
}

function matched(words: string, among: 'first' | 'others' | 'all'): string {
  switch (among) {
    case 'first':
      return `({first} : (${words}))`
    case 'others':
      return `((${words}) NOT ({first} : (${words})))`
    case 'all':
      return `(${words})`
  }
}

function quoted({ word, isPrefix }: SearchTerm): string {
  return isPrefix ? `"${word}"*` : `"${word}"`
}

/** What stands in the index for the values by which a row may be filtered, and for the samples that it is in. */
export function filterTokens(values: readonly Value[], slot: number): readonly string[] {
  return [
    ...values.flatMap((value, at) => (value === null ? [] : [filterToken(at, value)])),
    ...shares.filter((share) => slot % share === 0).map(sampleToken),
  ]
}

/** A value as one word that no text has; long ones by their digest. */
function filterToken(at: number, value: Value): string {
  const text = Buffer.from(String(value))
  const digits = text.length <= 40 ? text.toString('hex') : `x${createHash('sha256').update(text).digest('hex')}`
  return `=${at}=${digits}`
}

function sampleToken(share: Share): string {
  return `=1in${share}`
}
