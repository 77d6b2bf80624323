import assert from 'node:assert/strict'
import type { Answer } from './comparison.ts'

/**
 * Compares the rows in the answers of servers whose answers are not the same bytes: an interface of another kind, which names and
 * wraps rows in its own way, and writes numbers and times in others. Every field that A shows must be there, and mean the same.
 */
export const compareValues = (
  answersA: readonly Answer[],
  answersB: readonly Answer[],
  rowsOf: (json: never) => readonly unknown[],
): void => {
  for (const [at, { body, isWrite }] of answersA.entries()) {
    const jsonA = JSON.parse(body.toString()) as Page
    const jsonB = JSON.parse(answersB[at]!.body.toString()) as never
    const rowsA = jsonA.data ?? [jsonA as Row]
    const rowsB = rowsOf(jsonB) as readonly Row[]
    assert.equal(rowsB.length, rowsA.length, answersB[at]!.body.toString())
    for (const [place, row] of rowsA.entries())
      assert.deepEqual(meaningOf(rowsB[place]!, row, isWrite), meaningOf(row, row, isWrite))
  }
}

type Page = { readonly data?: readonly Row[] }
type Row = Readonly<Record<string, unknown>>

/** The fields of `like`, in one form for whoever wrote them. An id and times that a write makes only have to be there. */
const meaningOf = (row: Row, like: Row, isWrite: boolean): Row =>
  Object.fromEntries(
    Object.entries(like).map(([name, value]) => {
      if (isRow(value)) return [name, meaningOf((row[name] ?? {}) as Row, value, isWrite)]
      const text = textOf(row[name])
      if (isWrite && row[name] !== undefined && name === 'id') return [name, 'an id']
      return [name, isWrite && isTime.test(text) ? 'a time' : text]
    }),
  )

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null

/** `7` and `"7"` mean the same, and so do the forms of one time. */
const textOf = (value: unknown): string => {
  const text = String(value)
  return isTime.test(text) ? new Date(text).toISOString() : text
}

const isTime = /^\d{4}-\d\d-\d\d[T ]/
