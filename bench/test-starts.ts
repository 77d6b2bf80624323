import flights from '../examples/flights/app.ts'
import { fixtures, testApp } from '../src/testing/testing.ts'
import { memory, sqlite } from '../src/topology/store.ts'

/**
 * How long a test waits for its app: `node --conditions=banyan-source bench/test-starts.ts` prints a start with two rows, the
 * first request and the end, of an app with five resources. Its modules are loaded before.
 */
const starts = 100
const airport = { country: 'USA', latitude: '0', longitude: '0' }
const rows = fixtures(flights, {
  airports: [
    { id: 'HNL', name: 'Honolulu International', ...airport },
    { id: 'BTV', name: 'Burlington International', ...airport },
  ],
})

for (const [name, store] of Object.entries({ memory: memory({ volatile: true }), sqlite: sqlite() })) {
  const topology = { stores: { main: store }, resources: {} }
  const spans: Record<'start' | 'first request' | 'end', number[]> = { start: [], 'first request': [], end: [] }
  for (let at = -5; at < starts; at++) {
    const beganMs = performance.now()
    const app = await testApp(flights, { fixtures: [rows], topology })
    const startedMs = performance.now()
    await app.anonymous.airports.get('HNL')
    const answeredMs = performance.now()
    await app[Symbol.asyncDispose]()
    if (at < 0) continue
    spans.start.push(startedMs - beganMs)
    spans['first request'].push(answeredMs - startedMs)
    spans.end.push(performance.now() - answeredMs)
  }
  for (const [span, ms] of Object.entries(spans)) {
    const sorted = ms.toSorted((a, b) => a - b)
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(1)
    console.log(`${name.padEnd(8)} ${span.padEnd(14)} median ${at(0.5)} ms, 95 % ${at(0.95)} ms, longest ${at(1)} ms`)
  }
}
