import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { suite, test } from 'node:test'
import { liveView } from '../../src/cli/load/live.ts'
import { type Plan, planOf } from '../../src/load/plan.ts'
import type { Second } from '../../src/load/report.ts'

const plan: Plan = planOf(
  'browse',
  {
    kind: 'load',
    app: { name: 'library', version: 'v1' },
    declaration: { arrivals: { rate: 100 }, duration: '20s', scenarios: { list: { run: async () => {} } } },
  },
  { freshSeed: 1 },
)

const second = (at: number, more: Partial<Second> = {}): Second => ({
  at,
  seconds: 1,
  arrivals: 100,
  dropped: 0,
  requests: 1_200,
  errors: 2,
  inFlight: 7,
  latencyMs: { mean: 1, p50: 1.234, p90: 2, p95: 34.56, p99: 412.4, max: 500 },
  lateMsMax: 0,
  readings: { loopBusy: 0.312, loopLagMs: 1, serverCores: 0.876 },
  isGeneratorSaturated: false,
  ...more,
})

function shown(isTTY: boolean, columns = 200): string {
  let text = ''
  const write = (chunk: Buffer, _encoding: string, done: () => void) => {
    text += chunk
    done()
  }
  const view = liveView(Object.assign(new Writable({ write }), { isTTY, columns }), plan)
  view.step('setup')
  view.step('users')
  view.step('load')
  for (let at = 1; at <= 11; at++)
    view.second(second(at, at === 10 ? { dropped: 5, isGeneratorSaturated: true, latencyMs: null } : {}))
  view.step('drain')
  view.end()
  return text
}

suite('what a load shows while it runs', () => {
  test('is a line every five seconds where the output is no terminal', () => {
    assert.deepEqual(shown(false).split('\n'), [
      'browse: setting up',
      'browse: 1,000 users get ready',
      '5 s   1,200/s   errors 10   in flight 7   p50 1.23 ms   p95 34.6 ms   p99 412 ms   server 0.88 cores   generator 31 % busy',
      '10 s   1,200/s   errors 20   in flight 7   dropped 5   p50 –   p95 –   p99 –   server 0.88 cores   generator 31 % busy: SATURATED',
      'browse: waiting for those under way',
      '',
    ])
  })

  test('is two lines on a terminal that redraw themselves and leave nothing', () => {
    const screen = drawn(shown(true))
    assert.deepEqual(screen.after, [])
    assert.ok(screen.most <= 2, `${screen.most} lines`)
    assert.ok(
      screen.seen.some(
        (lines) =>
          /^browse █{5}░{15} 5 of 20 s {3}1,200\/s {3}errors 10 {3}in flight 7$/.test(lines[0]!) &&
          /^p50 1\.23 ms .*31 % busy$/.test(lines[1]!),
      ),
    )
  })

  test('fits into a narrow terminal', () => {
    assert.ok(
      drawn(shown(true, 40))
        .seen.flat()
        .every((line) => line.length < 40),
    )
  })
})

/** What a terminal would have shown after each write, as far as these writes move its cursor. */
function drawn(text: string) {
  const lines: string[] = ['']
  let row = 0
  const seen: string[][] = []
  const visible = text.replaceAll('\u001b', '␛')
  for (const [part] of visible.matchAll(/␛\[\d*[AKm]|\r|\n|[^␛\r\n]+/g)) {
    const up = /^␛\[(\d+)A$/.exec(part)
    if (up !== null) row -= Number(up[1])
    else if (part === '␛[2K') lines[row] = ''
    else if (part === '\n') lines[++row] ??= ''
    else if (part !== '\r' && !part.startsWith('␛')) lines[row] += part
    seen.push([...lines])
  }
  const filled = lines.filter((line) => line !== '')
  return { seen, after: filled, most: lines.length }
}
