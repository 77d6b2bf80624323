import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuse } from '../../src/index.ts'
import { lab } from './lab.ts'
import { labSuite } from './lab-suite.ts'
import { inAnotherSlot } from './slots.ts'

const missingId = '01a20af5-1baf-7885-9aa2-7ca04b9899c9'

labSuite('transactions', (it) => {
  const account = async (): Promise<{ id: string; number: string }> =>
    (await it.ask('POST /v1/accounts', { as: 'ada', body: { number: it.word() } })).body
  const read = (id: string) => it.got(`GET /v1/accounts/${id}`)
  const entries = async (id: string): Promise<any[]> => (await it.got(`GET /v1/entries?account=${id}`)).data
  /** What another request does meanwhile. */
  const addElsewhere = async (id: string) =>
    it.got(`PATCH /v1/accounts/${id}`, { as: 'olga', body: { balance: (await read(id)).balance + 1 } })
  type World = Parameters<typeof lab.run>[0]
  const run = (body: (world: World) => unknown, operation = 'plain') => {
    lab.run = body
    return it.ask(`POST /v1/${operation}`, { as: 'ada' })
  }
  const ran = async (body: (world: World) => unknown, operation = 'plain') => {
    const answer = await run(body, operation)
    assert.equal(answer.status, 200, `${JSON.stringify(answer.body)} ${it.faults.at(-1)}`)
    return answer.body.result
  }
  const refused = (status: number, code: string, body: (world: World) => unknown, operation = 'plain') => {
    lab.run = body
    return it.refused(status, code, `POST /v1/${operation}`, { as: 'ada' })
  }
  /** A fault of the app: told by its number, its words in the log. */
  const fault = async (words: RegExp, body: (world: World) => unknown, operation = 'plain') => {
    const answer = await refused(500, 'BUG', body, operation)
    assert.equal(answer.body.detail, 'An assumption of the server did not hold.')
    assert.equal(answer.body.type, 'urn:banyan:problem:BUG')
    assert.match(it.faults.at(-1)!, words)
  }

  test('reads see the writes before them, and nothing is seen outside before the commit', async () => {
    const { id } = await account()
    const seen = await ran(({ data }) =>
      data.transaction(async (tx) => {
        const before = (await tx.accounts.get(id))!
        tx.accounts.update(id, { total: '7.5' })
        tx.accounts.add(id, { balance: 5, total: '0.25' })
        const between = (await tx.accounts.get(id))!
        const outside = await read(id)
        const entry = await tx.entries.insert({ account: id, amount: 1 })
        const own = (await tx.entries.get(entry.id))!
        assert.deepEqual(own, entry)
        assert.equal(typeof entry.createdAt, 'string')
        tx.entries.delete(entry.id)
        return [before, between, outside, await tx.entries.get(entry.id)].map((row: any) =>
          row === null ? null : [row.balance, row.total, row.version],
        )
      }),
    )
    assert.deepEqual(seen, [[100, '0.00', 1], [105, '7.75', 2], [100, '0.00', 1], null])
    const row = await read(id)
    assert.deepEqual([row.balance, row.total, row.version], [105, '7.75', 2])
    assert.deepEqual(await entries(id), [])
  })

  test('handlers see private fields and write them, and no answer has them', async () => {
    const { id } = await account()
    const pin = await ran(({ data }) =>
      data.transaction(async (tx) => {
        const row = (await tx.accounts.get(id))!
        tx.accounts.update(id, { pin: 'changed', token: it.word() })
        return row.pin.length
      }),
    )
    assert.equal(pin, 'pin-of-account'.length)
    assert.equal(await ran(async ({ data }) => (await data.accounts.get(id))!.pin === 'changed'), true)
    assert.equal('pin' in (await read(id)), false)
  })

  test('all writes are made or none', async () => {
    const { id } = await account()
    await refused(409, 'STORE_UNIQUE', ({ data }) =>
      data.transaction(async (tx) => {
        tx.accounts.add(id, { balance: 1 })
        const note = it.word()
        await tx.entries.insert({ account: id, amount: 1, note })
        await tx.entries.insert({ account: id, amount: 2, note })
      }),
    )
    assert.equal((await read(id)).version, 1)
    assert.deepEqual(await entries(id), [])
  })

  test('when what was read has changed, the body runs again on what is there now', async () => {
    const { id } = await account()
    let runs = 0
    const result = await ran(async ({ data }) =>
      data.transaction(async (tx) => {
        const { balance } = (await tx.accounts.get(id))!
        if (runs++ < 3) await addElsewhere(id)
        await tx.entries.insert({ account: id, amount: balance })
        return balance
      }),
    )
    assert.deepEqual([result, runs], [103, 4])
    assert.deepEqual(
      (await entries(id)).map(({ amount }) => amount),
      [103],
    )
  })

  test('it runs again three times, and then it is a 409', async () => {
    const { id } = await account()
    let runs = 0
    await refused(409, 'STORE_VERSION_CONFLICT', ({ data }) =>
      data.transaction(async (tx) => {
        await tx.accounts.get(id)
        runs++
        await addElsewhere(id)
        tx.accounts.update(id, { total: '1' })
      }),
    )
    assert.equal(runs, 4)
    assert.equal((await read(id)).total, '0.00')
  })

  test('a body without writes asserts what it read, also that there was nothing', async () => {
    const { id } = await account()
    let runs = 0
    await refused(409, 'STORE_VERSION_CONFLICT', ({ data }) =>
      data.transaction(async (tx) => {
        await tx.accounts.get(id)
        runs++
        await addElsewhere(id)
      }),
    )
    assert.equal(runs, 4)
    let place = it.word()
    runs = 0
    const found = await ran(({ data }) =>
      data.transaction(async (tx) => {
        const row = await tx.places.get(place)
        if (runs++ === 0) await it.made('places', { id: place })
        return row
      }),
    )
    assert.deepEqual([found.version, runs], [1, 2])
    place = it.word()
    assert.equal(await ran(({ data }) => data.transaction((tx) => tx.places.get(place))), null)
    assert.equal(await ran(({ data }) => data.transaction(() => 'nothing at all')), 'nothing at all')
  })

  test('a write that changes without reading never runs again', async () => {
    const { id } = await account()
    let runs = 0
    await ran(({ data }) =>
      data.transaction(async (tx) => {
        runs++
        // The rule of accounts reads the row at the end; entries have none.
        await addElsewhere(id)
        await tx.entries.insert({ account: id, amount: 1 })
      }),
    )
    assert.equal(runs, 1)
  })

  test('a guard is of the row at the commit; where it does not hold it is a 409 with the code that was named', async () => {
    const { id } = await account()
    const take = (balance: number, otherwise?: 'TOO_POOR') => (world: World) =>
      world.data.transaction((tx) => {
        tx.accounts.add(
          id,
          { balance: -balance },
          { guard: { balance: { gte: balance } }, ...(otherwise && { otherwise }) },
        )
      })
    await ran(take(60))
    let runs = 0
    const { body } = await refused(409, 'TOO_POOR', (world) => {
      runs++
      return take(60, 'TOO_POOR')(world)
    })
    assert.equal(runs, 1)
    // What a guard looks at may be nobody's business.
    assert.equal(/\b40\b/.test(body.detail), false)
    await refused(409, 'GUARD_FAILED', take(41))
    await ran(take(40))
    assert.equal((await read(id)).balance, 0)
    for (const guard of [
      { balance: { gt: 0 } },
      { balance: { lt: 0 } },
      { balance: { eq: 1 } },
      { balance: { gte: 0, lte: -1 } },
      { total: { gt: '0' } },
      { holder: { eq: 'x' } },
    ])
      await refused(409, 'NOT_SO', ({ data }) => data.accounts.add(id, { balance: 1 }, { guard, otherwise: 'NOT_SO' }))
    await ran(({ data }) => data.accounts.add(id, { total: '0.1' }, { guard: { total: { eq: '0' } } }))
    assert.equal((await read(id)).total, '0.10')
  })

  test('guards follow the additions before them in the same transaction', async () => {
    const { id } = await account()
    await ran(({ data }) =>
      data.transaction((tx) => {
        tx.accounts.add(id, { balance: -100 }, { guard: { balance: { gte: 100 } } })
        tx.accounts.add(id, { balance: 30 }, { guard: { balance: { eq: 0 } } })
        tx.accounts.add(id, { balance: -30 }, { guard: { balance: { gte: 30 } } })
      }),
    )
    assert.equal((await read(id)).balance, 0)
    await refused(409, 'GUARD_FAILED', ({ data }) =>
      data.transaction((tx) => {
        tx.accounts.add(id, { balance: 10 })
        tx.accounts.add(id, { balance: -11 }, { guard: { balance: { gte: 11 } } })
      }),
    )
    assert.equal((await read(id)).version, 2)
  })

  test('a sum stays within the limits of its field', async () => {
    const { id } = await account()
    await refused(409, 'FIELD_LIMIT', ({ data }) => data.accounts.add(id, { balance: -101 }))
    await refused(409, 'FIELD_LIMIT', ({ data }) => data.accounts.add(id, { balance: 901 }))
    await refused(409, 'FIELD_LIMIT', ({ data }) => data.accounts.add(id, { total: '100000000.00' }))
    await refused(409, 'FIELD_LIMIT', ({ data }) =>
      data.transaction(async (tx) => {
        tx.accounts.add(id, { balance: 901 })
        await tx.accounts.get(id)
      }),
    )
    await fault(/cannot be added to/, ({ data }) => data.accounts.add(id, { balance: 0.5 }))
    await fault(/cannot be added to/, ({ data }) => data.accounts.add(id, { number: 'x' } as never))
    assert.equal((await read(id)).version, 1)
  })

  test('a missing row is 404, a missing target 422, a taken value or id 409; none runs again', async () => {
    const { id, number } = await account()
    const place = it.word()
    await ran(({ data }) => data.places.insert({ id: place }))
    for (const [status, code, body] of [
      [404, 'STORE_MISSING', ({ data }) => data.transaction((tx) => tx.accounts.update(missingId, { balance: 1 }))],
      [404, 'STORE_MISSING', ({ data }) => data.transaction((tx) => tx.accounts.add(missingId, { balance: 1 }))],
      [404, 'STORE_MISSING', ({ data }) => data.transaction((tx) => tx.accounts.delete(missingId))],
      [404, 'STORE_MISSING', ({ data }) => data.entries.delete(missingId)],
      [422, 'STORE_REFERENCE', ({ data }) => data.transaction((tx) => tx.accounts.update(id, { holder: 'nobody' }))],
      [422, 'STORE_REFERENCE', ({ data }) => data.entries.insert({ account: missingId, amount: 1 })],
      [409, 'STORE_UNIQUE', ({ data }) => data.accounts.insert({ number })],
      [409, 'STORE_EXISTS', ({ data }) => data.places.insert({ id: place })],
      [422, 'INVALID', ({ data }) => data.accounts.insert({ number: 'x', balance: 1001 })],
      [422, 'INVALID', ({ data }) => data.accounts.update(id, { balance: 13 })],
    ] as readonly (readonly [number, string, (world: World) => unknown])[]) {
      let runs = 0
      await refused(status, code, (world) => {
        runs++
        return body(world)
      })
      assert.equal(runs, 1, code)
    }
    await ran(({ data }) => data.accounts.update(id, { holder: place }))
    await refused(409, 'STORE_REFERRED', ({ data }) => data.places.delete(place))
  })

  test('a version that the body names is the one expected', async () => {
    const { id } = await account()
    await refused(409, 'STORE_VERSION_CONFLICT', ({ data }) => data.accounts.update(id, { total: '1' }, { version: 2 }))
    await ran(({ data }) => data.accounts.update(id, { total: '1' }, { version: 1 }))
    await refused(409, 'STORE_VERSION_CONFLICT', ({ data }) => data.accounts.delete(id, { version: 1 }))
    await ran(({ data }) => data.accounts.delete(id, { version: 2 }))
    await it.refused(404, 'STORE_MISSING', `GET /v1/accounts/${id}`)
  })

  test('what the body throws is the answer, and nothing is written', async () => {
    const { id } = await account()
    for (const [status, code] of [
      [400, 'REFUSED_INVALID'],
      [403, 'REFUSED_FORBIDDEN'],
      [404, 'REFUSED_MISSING'],
      [409, 'REFUSED_CONFLICT'],
      [422, 'REFUSED_CONTENT'],
    ] as const)
      await refused(status, code, ({ data }) =>
        data.transaction((tx) => {
          tx.accounts.add(id, { balance: 1 })
          throw refuse(status)
        }),
      )
    const { body } = await refused(409, 'SEATS_GONE', () => {
      throw refuse(409, { code: 'SEATS_GONE', detail: 'full', hint: 'take another' })
    })
    assert.deepEqual([body.detail, body.hint], ['full', 'take another'])
    await fault(/database of pin-of-nobody/, () => {
      throw new Error('the database of pin-of-nobody is gone')
    })
    await fault(/just a text/, () => {
      throw 'just a text'
    })
    assert.equal((await read(id)).version, 1)
  })

  test('inside a transaction data is refused, however late and deep, and says what to write', async () => {
    const { id } = await account()
    const place = it.word()
    const inside = (use: (world: World) => unknown) => (world: World) =>
      world.data.transaction(async (tx) => {
        tx.accounts.add(id, { balance: 1 })
        await use(world)
      })
    for (const [words, use] of [
      [/write tx\.accounts\.add/, ({ data }) => data.accounts.add(id, { balance: 1 })],
      [/write tx\.accounts\.update/, ({ data }) => data.accounts.update(id, { balance: 1 })],
      [/write tx\.accounts\.delete/, ({ data }) => data.accounts.delete(id)],
      [/write tx\.places\.insert/, ({ data }) => data.places.insert({ id: place })],
      // Nobody awaits it.
      [/write tx\.places\.insert/, ({ data }) => void data.places.insert({ id: place })],
      [/write tx\.accounts\.get/, ({ data }) => data.accounts.get(id)],
      [/write tx\.accounts\.list/, ({ data }) => data.accounts.list()],
      [/called inside a transaction/, ({ data }) => data.transaction((tx) => tx.places.insert({ id: place }))],
      [
        /write tx\.places\.insert/,
        async ({ data }) => {
          await new Promise((resolve) => setTimeout(resolve, 1))
          await Promise.all([data.places.insert({ id: place })])
        },
      ],
    ] as const satisfies readonly (readonly [RegExp, (world: World) => unknown])[])
      await fault(words, inside(use), 'wide')
    assert.equal((await read(id)).version, 1)
    await it.refused(404, 'STORE_MISSING', `GET /v1/places/${place}`)
  })

  test('what runs beside a transaction is not inside it', async () => {
    const [one, two, three] = [await account(), await account(), await account()]
    await ran(({ data, call }) =>
      Promise.all([
        ...[one, two].map(({ id }) =>
          data.transaction(async (tx) => {
            await tx.accounts.get(id)
            await new Promise((resolve) => setTimeout(resolve, 1))
            tx.accounts.add(id, { balance: 1 })
          }),
        ),
        data.accounts.add(three.id, { balance: 1 }),
        call.oracle.count({ by: 0 }),
        data.accounts.get(one.id),
      ]).then(() => null),
    )
    for (const { id } of [one, two, three]) assert.equal((await read(id)).balance, 101)
    // And what comes after it, in the same handler.
    await ran(async ({ data }) => {
      await data.transaction((tx) => tx.accounts.add(one.id, { balance: 1 }))
      await data.accounts.add(one.id, { balance: 1 })
    })
    assert.equal((await read(one.id)).balance, 103)
  })

  test('calls are refused inside a transaction, and go on before and after it', async () => {
    await fault(/called inside a transaction/, ({ data, call }) =>
      data.transaction(async () => void (await call.oracle.count({ by: 1 }))),
    )
    const totals = await ran(async ({ data, call }) => {
      const { total } = await call.oracle.count({ by: 0 })
      await data.transaction(() => 1)
      return [total, (await call.oracle.count({ by: 0 })).total]
    })
    assert.equal(totals[0], totals[1])
  })

  test('a transaction that has ended can no longer be used', async () => {
    const { id } = await account()
    for (const use of [
      (tx: any) => tx.accounts.get(id),
      (tx: any) => tx.accounts.update(id, { balance: 1 }),
      (tx: any) => tx.accounts.add(id, { balance: 1 }),
      (tx: any) => tx.accounts.delete(id),
      (tx: any) => tx.places.insert({ id: it.word() }),
      (tx: any) => tx.accounts.list(),
    ]) {
      await fault(
        /after its transaction had ended/,
        async ({ data }) => {
          const tx = await data.transaction((tx) => ({ tx }))
          await use(tx.tx)
        },
        'wide',
      )
    }
    assert.equal((await read(id)).version, 1)
  })

  test('rows of two slots, and lists, need to be declared', async () => {
    const one = await account()
    const two = await inAnotherSlot(one, account)
    const both = ({ data }: World) =>
      data.transaction((tx) => {
        tx.accounts.add(one.id, { balance: -1 })
        tx.accounts.add(two.id, { balance: 1 })
      })
    const listed = ({ data }: World) =>
      data.transaction(async (tx) => (await tx.entries.list({ where: { account: one.id } })).data.length)
    await fault(/lies in another slot/, both)
    await fault(/lies in another slot/, both, 'scanning')
    await fault(/was listed in a transaction/, listed)
    await ran(both, 'wide')
    assert.equal(await ran(listed, 'wide'), 0)
    assert.equal(await ran(listed, 'scanning'), 0)
    assert.deepEqual([(await read(one.id)).balance, (await read(two.id)).balance], [99, 101])
  })

  test('a list is asserted: when rows came, went or changed, the body runs again', async () => {
    const { id } = await account()
    const entry = `/v1/entries/${(await it.made('entries', { account: id, amount: 1 })).id}`
    const listed = async (meddle: () => unknown): Promise<unknown[]> => {
      let runs = 0
      const amounts = await ran(
        ({ data }) =>
          data.transaction(async (tx) => {
            const { data: rows } = await tx.entries.list({ where: { account: id, amount: { gte: 0 } }, sort: 'amount' })
            if (runs++ === 0) await meddle()
            tx.accounts.add(id, { balance: 1 })
            return rows.map(({ amount }) => amount)
          }),
        'wide',
      )
      return [runs, ...amounts]
    }
    assert.deepEqual(await listed(() => {}), [1, 1])
    assert.deepEqual(await listed(() => it.made('entries', { account: id, amount: 2 })), [2, 1, 2])
    assert.deepEqual(await listed(() => it.got(`PATCH ${entry}`, { as: 'ada', body: { note: it.word() } })), [2, 1, 2])
    assert.deepEqual(await listed(() => it.got(`DELETE ${entry}`, { as: 'ada' })), [2, 2])
    // A row outside the range is not what was listed.
    assert.deepEqual(await listed(() => it.made('entries', { account: id, amount: -1 })), [1, 2])
    let runs = 0
    await refused(
      409,
      'STORE_SCAN_CONFLICT',
      ({ data }) =>
        data.transaction(async (tx) => {
          runs++
          await tx.entries.list({ where: { account: id } })
          await it.made('entries', { account: id, amount: 9 })
        }),
      'wide',
    )
    assert.equal(runs, 4)
  })

  test('a list in a transaction has pages, and each is asserted', async () => {
    const { id } = await account()
    for (const amount of [1, 2, 3]) await it.made('entries', { account: id, amount })
    const pages = await ran(
      ({ data }) =>
        data.transaction(async (tx) => {
          const query = { where: { account: id }, sort: 'amount', limit: 2 } as const
          const one = await tx.entries.list(query)
          const two = await tx.entries.list({ ...query, after: one.next! })
          return [one.data.length, typeof one.next, two.data.length, two.next]
        }),
      'wide',
    )
    assert.deepEqual(pages, [2, 'string', 1, null])
  })

  test('a resource that was written in the transaction is no longer listed in it', async () => {
    const { id } = await account()
    await fault(
      /cannot be listed after it was written/,
      ({ data }) =>
        data.transaction(async (tx) => {
          await tx.entries.insert({ account: id, amount: 1 })
          await tx.entries.list({ where: { account: id } })
        }),
      'wide',
    )
  })

  test('a list that no access path answers is a fault of the app, not of its caller', async () => {
    await fault(/no access path/, ({ data }) => data.accounts.list({ where: { balance: 1 } as never }))
    await fault(/no field/, ({ data }) => data.accounts.list({ where: { nothing: 1 } as never }))
    await fault(/null/, ({ data }) => data.entries.list({ where: { account: null } as never }))
    await fault(/signs of sort/, ({ data }) => data.samples.list({ sort: ['group', '-label'] as never }))
    // A cursor may have come from the caller.
    await refused(400, 'CURSOR_INVALID', ({ data }) => data.accounts.list({ after: 'made up' }))
    const counts = await ran(async ({ data }) => {
      const group = it.word()
      for (const count of [3, 1, 2]) await data.samples.insert({ group, count })
      const one = await data.samples.list({ where: { group, count: { gt: 1 } }, sort: '-count', limit: 1 })
      const two = await data.samples.list({
        where: { group, count: { gt: 1 } },
        sort: '-count',
        limit: 1,
        after: one.next!,
      })
      const some = await data.samples.list({ where: { group, count: { in: [1, 3] } } })
      const none = await data.samples.list({ where: { group, count: { in: [] } } })
      return [one.data[0]!.count, two.data[0]!.count, two.next, some.data.length, none.data.length]
    })
    assert.deepEqual(counts, [3, 2, null, 2, 0])
    for (const limit of [0, -1, 1.5, Number.NaN]) await fault(/rows/, ({ data }) => data.samples.list({ limit }))
  })

  test('a row is written once a transaction, however often the body writes it', async () => {
    const { id } = await account()
    await ran(({ data }) =>
      data.transaction(async (tx) => {
        tx.accounts.update(id, { total: '5' })
        tx.accounts.add(id, { total: '1' })
        tx.accounts.update(id, { balance: 50 })
        tx.accounts.add(id, { balance: 1 })
      }),
    )
    const row = await read(id)
    assert.deepEqual([row.total, row.balance, row.version], ['6.00', 51, 2])
    await fault(/was deleted before/, ({ data }) =>
      data.transaction((tx) => {
        tx.accounts.delete(id)
        tx.accounts.update(id, { balance: 1 })
      }),
    )
    assert.equal(
      await ran(({ data }) =>
        data.transaction(async (tx) => {
          tx.accounts.update(id, { balance: 1 })
          tx.accounts.delete(id)
          return tx.accounts.get(id)
        }),
      ),
      null,
    )
    await it.refused(404, 'STORE_MISSING', `GET /v1/accounts/${id}`)
  })

  test('many transactions on one row all happen, and none sees half of another', async () => {
    const { id } = await account()
    lab.run = ({ data }) =>
      data.transaction(async (tx) => {
        tx.accounts.add(id, { balance: -10 }, { guard: { balance: { gte: 10 } }, otherwise: 'TOO_POOR' })
        return (await tx.entries.insert({ account: id, amount: -10 })).id
      })
    const answers = await Promise.all(Array.from({ length: 25 }, () => it.ask('POST /v1/plain', { as: 'ada' })))
    const codes = answers.filter(({ status }) => status !== 200).map(({ status, body }) => `${status} ${body.code}`)
    const made = answers.length - codes.length
    const row = await read(id)
    assert.equal((await it.got(`GET /v1/entries?account=${id}&limit=100`)).data.length, made)
    assert.equal(row.balance, 100 - 10 * made)
    assert.deepEqual(new Set([...codes, '409 TOO_POOR', '409 STORE_VERSION_CONFLICT']).size, 2, String(codes))
  })

  test('an idempotent insert of the same id twice in one body is a fault, not two rows', async () => {
    const place = it.word()
    await refused(409, 'STORE_EXISTS', ({ data }) =>
      data.transaction(async (tx) => {
        await tx.places.insert({ id: place })
        await tx.places.insert({ id: place })
      }),
    )
    await it.refused(404, 'STORE_MISSING', `GET /v1/places/${place}`)
  })
})
