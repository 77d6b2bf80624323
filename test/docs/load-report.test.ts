import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { app } from '../../src/app/app.ts'
import { load } from '../../src/load/load.ts'
import { simulated } from '../../src/load/simulation.ts'

const library = app('library', { version: 'v1', services: [] })
const scenarios = { list: { run: ({ api }: any) => api.books.list() } } // `any`: an app without services has no names.

test('the page of load reports names every field that is written, and no other', async () => {
  const profiles = [
    load(library, { arrivals: { rate: 5 }, duration: '2s', scenarios, verify: () => {}, expect: { p99: '1s' } }),
    load(library, { users: 1, think: '200ms', duration: '1s', scenarios }),
  ]
  const reports = await Promise.all(
    profiles.map((profile) => simulated(profile, { seed: 1, answer: () => ({ afterMs: 2 }) })),
  )
  const written = new Set(reports.flatMap(({ report }) => fieldsOf(report, '')))
  const page = readFileSync(new URL('../../docs/reference/load-report.md', import.meta.url), 'utf8')
  const named = [...page.matchAll(/^\| `([^`]+)` \|/gm)].flatMap(([, field]) => spelledOut(field!))
  assert.deepEqual(named.toSorted(), [...written].toSorted())
})

/** `a.b[].c` for every value that is no object. */
function fieldsOf(value: unknown, path: string): readonly string[] {
  if (Array.isArray(value)) {
    if (path.endsWith('refusals')) return [path]
    return value.flatMap((item) => fieldsOf(item, `${path}[]`))
  }
  // The fields of such an object are in the other report.
  if (value === null) return /(^|\.)(arrivals|verified|latencyMs)$/.test(path) ? [] : [path]
  if (typeof value !== 'object') return [path]
  return Object.entries(value).flatMap(([name, inner]) => fieldsOf(inner, path === '' ? name : `${path}.${name}`))
}

function spelledOut(field: string): readonly string[] {
  if (!field.startsWith('…')) return [field]
  const places = field.includes('bytes') ? ['all', 'requests[]'] : ['all', 'requests[]', 'scenarios[]']
  return places.map((place) => field.replace('…', place))
}
