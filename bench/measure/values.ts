import assert from 'node:assert/strict'
import { exchange } from './comparison.ts'
import type { Request } from './request-plan.ts'

type Asked = readonly [port: number, requests: readonly Request[]]

/**
 * Compares the rows in the answers of servers whose answers are not the same bytes: an interface of another kind, which names and
 * wraps rows in its own way, and writes numbers and times in others. Every field that A shows must be there, and mean the same.
 */
export const compareValues = async (
  [portA, requestsA]: Asked,
  [portB, requestsB]: Asked,
  rowsOf: (json: never) => readonly unknown[],
): Promise<void> => {
  for (const [at, request] of requestsA.entries()) {
    const [a, b] = [await exchange(portA, request), await exchange(portB, requestsB[at]!)]
    const [jsonA, jsonB] = [JSON.parse(a.body.toString()), JSON.parse(b.body.toString())]
    const rowsA = (jsonA as { readonly data?: readonly Row[] }).data ?? [jsonA as Row]
    const rowsB = rowsOf(jsonB as never) as readonly Row[]
    assert.equal(rowsB.length, rowsA.length, b.body.toString())
    for (const [place, row] of rowsA.entries())
      assert.deepEqual(meaningOf(rowsB[place]!, row, a.isWrite), meaningOf(row, row, a.isWrite), request.path)
  }
}

type Row = Readonly<Record<string, unknown>>

/** The fields of `like`, in one form for whoever wrote them. What a write makes anew only has to be there. */
const meaningOf = (row: Row, like: Row, isWrite: boolean): Row =>
  Object.fromEntries(
    Object.entries(like).map(([name, value]) => {
      if (isWrite && madeByWrites.has(name)) return [name, row[name] !== undefined]
      return [name, isRow(value) ? meaningOf((row[name] ?? {}) as Row, value, isWrite) : textOf(row[name])]
    }),
  )

const madeByWrites: ReadonlySet<string> = new Set(['id', 'createdAt', 'updatedAt'])

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null

/** `7` and `"7"` mean the same, and so do the forms of one time. */
const textOf = (value: unknown): string => {
  const text = String(value)
  return /^\d{4}-\d\d-\d\d[T ]/.test(text) ? new Date(text).toISOString() : text
}
