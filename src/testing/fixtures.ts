import { createHash } from 'node:crypto'
import type { App, ResourcesOf } from '../app/app.ts'
import { rowsBehind, type Seed, type SeedPart, type SeedRowOf } from '../app/seed.ts'
import type { AnyService } from '../app/service.ts'
import { generateId, idPattern } from '../core/id.ts'
import { slotOfId, slotOfValue } from '../core/slot.ts'

/**
 * Rows that tests begin with, by resource, typed by the app. They are inserted in this order, so what is referred to comes
 * first. A value to be kept and given to any number of test apps, which never change it.
 */
export function fixtures<const Services extends readonly AnyService[]>(
  _app: App<string, Services>,
  rows: { readonly [Name in keyof ResourcesOf<Services>]?: readonly SeedRowOf<ResourcesOf<Services>[Name]>[] },
): Seed {
  const parts = Object.entries(rows as Readonly<Record<string, readonly object[]>>)
  return {
    kind: 'seed',
    // What has been imported is remembered by name, and two of them are never the same.
    name: `fixtures ${++count}`,
    parts: () => parts.map(([resource, rows]) => ({ resource, rows, total: rows.length })),
  }
}

let count = 0

/**
 * The beginning of a seed: at most so many rows of each part, or of the parts that are named. What later parts refer to has
 * to be within it. Throws a TypeError for a name that is no part.
 */
export function firstRows(seed: Seed, most: number | Readonly<Record<string, number>>): Seed {
  const mostOf = (resource: string) => (typeof most === 'number' ? most : (most[resource] ?? Number.POSITIVE_INFINITY))
  return {
    kind: 'seed',
    name: `${seed.name}, first rows`,
    ...(seed.after === undefined ? {} : { after: seed.after }),
    async *parts(context) {
      const names = new Set<string>()
      for await (const part of seed.parts(context)) {
        names.add(part.resource)
        const limit = mostOf(part.resource)
        yield { ...part, total: Math.min(part.total, limit), rows: (from) => first(part.rows, from, limit) }
      }
      const unknown = typeof most === 'number' ? undefined : Object.keys(most).find((name) => !names.has(name))
      if (unknown === undefined) return
      throw new TypeError(`the seed ${seed.name} has no part ${unknown}; it has ${[...names].join(', ')}`)
    },
  }
}

async function* first(rows: SeedPart['rows'], from: number, limit: number): AsyncGenerator<object> {
  let left = limit - from
  if (left <= 0) return
  for await (const row of rowsBehind(rows, from)) {
    yield row
    left--
    if (left <= 0) return
  }
}

/**
 * An id for a fixture, the same for the same label each time: `rowId('ada')`. A row that lives with others (`partitionBy`)
 * needs one of their slot: `rowId('first booking', flight)`, where `flight` is the value of its partition key.
 */
export function rowId(label: string, partition?: string): string {
  const digest = createHash('sha256').update(label).digest()
  return generateId(epochMs, { bytes: (length) => digest.subarray(0, length) }, slotBeside(partition))
}

/** Generated ids are made of time and chance; these are older than all others. */
const epochMs = Date.UTC(2000, 0, 1)
const generated = new RegExp(idPattern)

function slotBeside(partition: string | undefined): number | undefined {
  if (partition === undefined) return undefined
  return generated.test(partition) ? slotOfId(partition) : slotOfValue(partition)
}
