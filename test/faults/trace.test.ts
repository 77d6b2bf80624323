import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { judgeTrace } from './trace.ts'

const write = String.raw`7 pwrite64(20</data/main.db-wal>, "\0\1value-1\2", 4096, 32) = 4096`
const sync = '7 fdatasync(20</data/main.db-wal>) = 0'
const answer = String.raw`7 writev(25<TCP:[1->2]>, [{iov_base="HTTP/1.1 201 Created\r\n\r\n{\"value\":\"value-1\"}", iov_len=60}], 1) = 60`

suite('a trace is judged by the order of its calls', () => {
  for (const [name, lines, early] of [
    ['written, synced, answered', [write, sync, answer], 0],
    ['written, answered, synced', [write, answer, sync], 1],
    ['synced, written, answered', [sync, write, answer], 1],
    ['answered without being written', [sync, answer], 1],
    ['another file was synced', [write, '7 fdatasync(21</data/main.db>) = 0', answer], 1],
    ['the sync failed', [write, '7 fdatasync(20</data/main.db-wal>) = -1 EIO (Input/output error)', answer], 1],
    [
      'the sync began on another thread before the write, and ended after it',
      ['8 fdatasync(20</data/main.db-wal> <unfinished ...>', write, '8 <... fdatasync resumed>) = 0', answer],
      1,
    ],
    [
      'the answer went out while the sync was under way',
      [write, '8 fdatasync(20</data/main.db-wal> <unfinished ...>', answer, '8 <... fdatasync resumed>) = 0'],
      1,
    ],
    [
      'the sync on another thread was over before the answer',
      [
        write,
        '8 fdatasync(20</data/main.db-wal> <unfinished ...>',
        '7 write(9<pipe:[1]>, "x", 1) = 1',
        '8 <... fdatasync resumed>) = 0',
        answer,
      ],
      0,
    ],
  ] as const) {
    test(`${name}: ${early === 0 ? 'durable' : 'early'}`, () => {
      const verdict = judgeTrace(lines.join('\n'), /value-\d+/g)
      assert.equal(verdict.answers, 1)
      assert.equal(verdict.early.length, early)
    })
  }
})
