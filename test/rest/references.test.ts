import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lab } from './lab.ts'
import { labSuite } from './lab-suite.ts'

labSuite('references', (it) => {
  const place = async () => (await it.got(`PUT /v1/places/${it.word()}`, { body: {} })).id as string
  const account = async () =>
    (await it.ask('POST /v1/accounts', { as: 'ada', body: { number: it.word() } })).body as { id: string }

  test('a reference names a row that is there, in every kind of write', async () => {
    const row = await it.made('samples', { group: it.word() })
    for (const [request, body] of [
      ['POST /v1/samples', { group: 'g', place: 'nowhere' }],
      [`PUT /v1/samples/${row.id}`, { group: 'g', place: 'nowhere' }],
      [`PATCH /v1/samples/${row.id}`, { place: 'nowhere' }],
    ] as const) {
      const { body: problem } = await it.refused(422, 'STORE_REFERENCE', request, { body })
      assert.deepEqual(problem.errors, [{ pointer: '/place', detail: 'names no row of places' }])
    }
    const gone = await place()
    await it.got(`DELETE /v1/places/${gone}`)
    await it.refused(422, 'STORE_REFERENCE', 'POST /v1/samples', { body: { group: 'g', place: gone } })
  })

  test('a reference has the form of the ids that it names', async () => {
    for (const vault of ['x', 'A'.repeat(36), '01A20AF5-1BAF-7885-9AA2-7CA04B9899C9', 7, ''])
      await it.refused(422, 'INVALID', 'POST /v1/keys', { as: 'ada', body: { teeth: 1, vault } })
    for (const name of ['', 'x'.repeat(41), 'a\u0000'])
      await it.refused(422, 'INVALID', 'POST /v1/samples', { body: { group: 'g', place: name } })
  })

  test('what is referred to is not deleted unless the reference says otherwise', async () => {
    const one = await place()
    const { id } = await account()
    lab.run = ({ data }) => data.accounts.update(id, { holder: one })
    await it.got('POST /v1/plain', { as: 'ada' })
    const { body } = await it.refused(409, 'STORE_REFERRED', `DELETE /v1/places/${one}`)
    assert.match(body.detail, /accounts\.holder/)
    await it.got(`PATCH /v1/accounts/${id}`, { as: 'ada', body: { holder: null } })
    assert.equal((await it.ask(`DELETE /v1/places/${one}`)).status, 204)
  })

  test('a row that refers to itself can be deleted', async () => {
    const key = await it.made('keys', { teeth: 1 })
    await it.got(`PATCH /v1/keys/${key.id}`, { as: 'ada', body: { spare: key.id } })
    assert.equal((await it.ask(`DELETE /v1/keys/${key.id}`, { as: 'ada' })).status, 204)
  })

  test('setNull empties the reference and counts the version of each row that had it', async () => {
    const one = await place()
    const group = it.word()
    const rows = [
      await it.made('samples', { group, place: one }),
      await it.made('samples', { group, place: one }),
      await it.made('samples', { group }),
    ]
    await it.got(`DELETE /v1/places/${one}`)
    const now = (await it.got(`GET /v1/samples?group=${group}&sort=place`)).data
    assert.deepEqual(
      rows.map(({ id }) => now.find((row: { id: string }) => row.id === id)).map((row) => [row.place, row.version]),
      [
        [null, 2],
        [null, 2],
        [null, 1],
      ],
    )
    await it.refused(412, 'PRECONDITION_FAILED', `PATCH /v1/samples/${rows[0].id}`, {
      body: {},
      headers: { 'if-match': '"v1"' },
    })
  })

  test('cascade deletes the rows that refer, in the same commit', async () => {
    const { id } = await account()
    const entries = [1, 2, 3].map((amount) => it.made('entries', { account: id, amount }))
    const [first] = await Promise.all(entries)
    await it.got(`DELETE /v1/accounts/${id}`, { as: 'ada' })
    await it.refused(404, 'STORE_MISSING', `GET /v1/entries/${first.id}`)
    assert.deepEqual((await it.got(`GET /v1/entries?account=${id}`)).data, [])
  })

  test('a reference can be to a row that the same transaction makes', async () => {
    const name = it.word()
    lab.run = ({ data }) =>
      data.transaction(async (tx) => {
        await tx.places.insert({ id: name })
        return (await tx.accounts.insert({ number: name, holder: name })).id
      })
    const { result } = await it.got('POST /v1/wide', { as: 'ada' })
    assert.equal((await it.got(`GET /v1/accounts?number=${name}&include=holder`)).data[0].included.holder.id, name)
    assert.equal((await it.got(`GET /v1/accounts/${result}`)).holder, name)
  })

  test('an include reads each row once, whoever refers to it', async () => {
    const [one, group] = [await place(), it.word()]
    for (const count of [1, 2, 3]) await it.made('samples', { group, count, place: count === 2 ? null : one })
    const { data } = await it.got(`GET /v1/samples?group=${group}&sort=count&include=place&fields=count`)
    assert.deepEqual(
      data.map(({ count, included }: any) => [count, included.place?.id ?? null]),
      [
        [1, one],
        [2, null],
        [3, one],
      ],
    )
  })
})
