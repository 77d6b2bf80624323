import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { suite, test } from 'node:test'
import { progressBar } from '../../src/cli/progress.ts'

const imported = [
  { resource: 'airports', done: 500, total: 700 },
  { resource: 'airports', done: 700, total: 700 },
  // The last commit of a part may have no rows of its own.
  { resource: 'airports', done: 700, total: 700 },
  { resource: 'flights', done: 0, total: 0 },
]

function shown(isTTY: boolean): string {
  let text = ''
  const write = (chunk: Buffer, _encoding: string, done: () => void) => {
    text += chunk
    done()
  }
  const output = Object.assign(new Writable({ write }), { isTTY })
  const bar = progressBar(output)
  for (const progress of imported) bar.show(progress)
  bar.end()
  bar.end()
  return text
}

suite('the progress of an import', () => {
  test('is a line for each part where the output is no terminal', () => {
    assert.equal(shown(false), 'imported 700 airports\nimported 0 flights\n')
  })

  test('is a bar that redraws itself on a terminal, with a line left for each part', () => {
    const lines = shown(true).split('\n')
    assert.equal(lines.length, 3)
    assert.match(lines[0]!, /█{30} 700 of 700$/)
    assert.match(lines[0]!, /░/)
    assert.match(lines[1]!, /█{30} 0 of 0$/)
  })
})
