import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { suite, test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { durationText, progressDisplay } from '../../src/cli/progress.ts'
import type { ImportProgress } from '../../src/runtime/seed.ts'

function rows(resource: string, done: number, total: number): ImportProgress {
  return { kind: 'rows', seed: 'first', resource, done, total, committed: 0 }
}

const quick: readonly ImportProgress[] = [
  rows('airports', 0, 700),
  rows('airports', 500, 700),
  rows('airports', 700, 700),
  // The last commit of a part may have no rows of its own.
  rows('airports', 700, 700),
  rows('flights', 0, 0),
  { kind: 'step', step: 'create index flights(number)' },
]

/** One that goes on behind 100,000 rows, told every four seconds. */
const slow: readonly ImportProgress[] = [
  ...[100, 140, 180, 220, 260, 300].map((thousands) => rows('flights', thousands * 1000, 300_000)),
  { kind: 'step', step: 'create index flights(number)' },
]

function shown(imported: readonly ImportProgress[], { everyMs = 1, isTTY = false, columns = 120 } = {}): string {
  let text = ''
  let nowMs = 0
  const write = (chunk: Buffer, _encoding: string, done: () => void) => {
    text += chunk
    done()
  }
  const output = Object.assign(new Writable({ write }), { isTTY, columns })
  const display = progressDisplay(output, { monotonicMs: () => nowMs })
  for (const progress of imported) {
    display.show(progress)
    nowMs += everyMs
  }
  display.end()
  display.end()
  return text
}

suite('the progress of an import', () => {
  test('is a line for each part where the output is no terminal', () => {
    assert.equal(shown(quick), 'imported 700 airports\nimported 0 flights\n')
  })

  test('is told again every ten seconds there, with the rate and the time that is left', () => {
    assert.deepEqual(shown(slow, { everyMs: 4000 }).split('\n'), [
      'importing flights: 220,000 of 300,000, 10,000 a second, 8.0 s left',
      'imported 300,000 flights in 24 s',
      'create index flights(number)',
      '',
    ])
  })

  test('is a bar that redraws itself on a terminal, with a line left for each part', () => {
    const lines = shown(quick, { isTTY: true }).split('\n')
    assert.equal(lines.length, 3)
    assert.match(lines[0]!, /█{20} 700 of 700$/)
    assert.match(lines[0]!, /░/)
    assert.match(lines[1]!, /█{20} 0 of 0$/)
  })

  test('never needs a second line of a terminal', () => {
    for (const columns of [20, 40, 80, 200]) {
      const drawn = shown(slow, { everyMs: 4000, isTTY: true, columns }).split(/\r|\n/).map(stripVTControlCharacters)
      for (const text of drawn) assert.ok(text.length < columns, `${text.length} of ${columns}: ${text}`)
      if (columns === 200) assert.match(drawn.join(), /180,000 of 300,000, 10,000 a second, 12 s left/)
    }
  })

  test('says what of a part is in when it is stopped', () => {
    assert.equal(shown([rows('flights', 0, 900), rows('flights', 500, 900)]), 'imported 500 of 900 flights\n')
  })

  test('tells durations as people do', () => {
    const texts = [0.04, 9.94, 59.6, 3599.6, 7300].map(durationText)
    assert.deepEqual(texts, ['0.0 s', '9.9 s', '1 min 0 s', '1 h 0 min', '2 h 1 min'])
  })
})
