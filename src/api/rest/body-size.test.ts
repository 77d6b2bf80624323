import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mock, suite, test } from 'node:test'
import fc from 'fast-check'
import { BanyanError } from '../../core/errors.ts'
import { parseBody } from './body.ts'
import { checkSize, membersMax, valuesMax } from './body-size.ts'

const sizeProblem = (json: string): string | undefined => {
  try {
    checkSize(Buffer.from(json))
    return undefined
  } catch (error) {
    assert.ok(error instanceof BanyanError)
    return `${error.status} ${error.code}`
  }
}
const tooMany = '413 BODY_TOO_MANY_VALUES'
const tooDeep = '400 MALFORMED_BODY'

const arrayOf = (values: number, one = '1') => `[${Array(values).fill(one)}]`
const objectOf = (members: number) => `{${Array.from({ length: members }, (_, at) => `"f${at}":1`)}}`

suite('the size of a body', () => {
  test('as many values and members as the limits say are taken, and one more is not', () => {
    assert.equal(sizeProblem(arrayOf(valuesMax - 1)), undefined)
    assert.equal(sizeProblem(arrayOf(valuesMax)), tooMany)
    assert.equal(sizeProblem(objectOf(membersMax)), undefined)
    assert.equal(sizeProblem(objectOf(membersMax + 1)), tooMany)
    for (const empty of ['{}', '[]', '[ ]', '""', 'null', '{\t\n\r}']) {
      assert.equal(sizeProblem(arrayOf(valuesMax - 1, empty)), undefined, empty)
      assert.equal(sizeProblem(arrayOf(valuesMax, empty)), tooMany, empty)
    }
  })

  test('32 levels are taken and 33 are not, however little is in them', () => {
    const nested = (levels: number, [open, close]: readonly [string, string]) =>
      `${open.repeat(levels - 1)}[]${close.repeat(levels - 1)}`
    for (const level of [
      ['[', ']'],
      ['{"a":', '}'],
      ['[1,', ']'],
    ] as const) {
      assert.equal(sizeProblem(nested(32, level)), undefined)
      assert.equal(sizeProblem(nested(33, level)), tooDeep)
    }
  })

  test('what stands in texts does not count', () => {
    for (const text of ['[{:,'.repeat(100_000), '\\"[,'.repeat(100_000), '\\\\\\"{:'.repeat(100_000), '\\u0022,'])
      assert.equal(sizeProblem(`["${text}","${text}"]`), undefined)
    // The text ends in a backslash that is escaped, so what follows it counts.
    assert.equal(sizeProblem(`["\\\\",${arrayOf(valuesMax)}]`), tooMany)
  })

  test('counts what a reader of the parsed value would count', () => {
    const space = fc.stringMatching(/^[ \t\n\r]{0,3}$/)
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), space, (value, indent) => {
        const json = JSON.stringify(value, null, indent)
        const { values, members } = sizeOf(JSON.parse(json))
        const beside = (one: string, count: number) => `[${json}${`,${one}`.repeat(count)}]`
        // The array around it and each text beside it are values too.
        assert.equal(sizeProblem(beside('"x"', valuesMax - values - 1)), undefined)
        assert.equal(sizeProblem(beside('"x"', valuesMax - values)), tooMany)
        assert.equal(sizeProblem(beside('{"a":1}', membersMax - members)), undefined)
        assert.equal(sizeProblem(beside('{"a":1}', membersMax - members + 1)), tooMany)
      }),
      { numRuns: 60 },
    )
  })

  test('a body beyond a limit is refused before anything is made of it', () => {
    const parse = mock.method(JSON, 'parse')
    for (const body of [arrayOf(450_000), objectOf(80_000), '['.repeat(500_000), `{"a":${arrayOf(300_000, '{}')}}`])
      assert.throws(() => parseBody(Buffer.from(body)))
    assert.equal(parse.mock.callCount(), 0)
    parse.mock.restore()
  })

  test('a batch of a hundred rows with fifty fields is taken', () => {
    const value = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`field${at}`, `value ${at}`]))
    const operations = Array.from({ length: 100 }, () => ({ op: 'create', value }))
    assert.equal(sizeProblem(JSON.stringify({ atomic: true, operations })), undefined)
  })

  test('the page of limits and the hint say what is held', () => {
    const page = readFileSync(new URL('../../../docs/reference/limits.md', import.meta.url), 'utf8')
    const numbers = [membersMax, valuesMax].map((most) => most.toLocaleString('en'))
    for (const most of numbers) assert.ok(page.includes(most), most)
    assert.throws(
      () => parseBody(Buffer.from(arrayOf(valuesMax))),
      ({ hint }: BanyanError) => numbers.every((most) => hint.includes(most)),
    )
  })
})

function sizeOf(value: unknown): { readonly values: number; readonly members: number } {
  if (typeof value !== 'object' || value === null) return { values: 1, members: 0 }
  const parts = Object.values(value)
  const sizes = parts.map(sizeOf)
  return {
    values: sizes.reduce((sum, { values }) => sum + values, 1),
    members: sizes.reduce((sum, { members }) => sum + members, Array.isArray(value) ? 0 : parts.length),
  }
}
