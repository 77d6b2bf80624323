import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { listQuery } from './query.ts'

suite('a list’s query', () => {
  test('is written as the contract has it', () => {
    const query = {
      where: { origin: 'HNL', seats: { gt: 0, lte: 9 }, sold: false },
      fields: ['id', 'number'],
      limit: 5,
    }
    assert.equal(
      decodeURIComponent(String(listQuery(query))),
      'origin=HNL&seats[gt]=0&seats[lte]=9&sold=false&fields=id,number&limit=5',
    )
    assert.equal(String(listQuery({ include: 'flight', after: undefined })), 'include=flight')
    assert.equal(listQuery({ where: { note: 'a&b=c,d é' } }).get('note'), 'a&b=c,d é')
  })

  test('refuses what it cannot write instead of asking for something else', () => {
    for (const [where, message] of [
      [{ city: { in: ['Paris', 'Washington, D.C.'] } }, /"Washington, D.C.": its values are separated by commas/],
      [{ city: { in: [] } }, /city\[in\] needs a list of at least one value/],
      [{ city: undefined }, /city cannot be undefined/],
      [{ city: null }, /city cannot be null/],
      [{ city: { gt: undefined } }, /city\[gt\] cannot be undefined/],
    ] as const) {
      assert.throws(() => listQuery({ where }), { code: 'INVALID_CALL', message })
    }
  })
})
