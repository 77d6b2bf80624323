import assert from 'node:assert/strict'
import { test } from 'node:test'
import { labSuite } from './lab-suite.ts'

labSuite('lists', (it) => {
  /** Makes a row of each value and gives their group. */
  const rowsWith = async (field: string, values: readonly unknown[]): Promise<string> => {
    const group = it.word()
    for (const value of values) await it.made('samples', { group, [field]: value })
    return group
  }
  /** All rows of a list, by following `next` and `Link`, which must say the same. */
  const walk = async (query: string, limit = 2): Promise<any[]> => {
    const rows: any[] = []
    let path: string | null = `/v1/samples?${query}&limit=${limit}`
    for (let pages = 0; path !== null; pages++) {
      assert.ok(pages < 100, 'the pages never end')
      const { status, body, headers } = await it.ask(`GET ${path}`)
      assert.equal(status, 200, JSON.stringify(body))
      assert.ok(body.data.length <= limit)
      rows.push(...body.data)
      const link: string | null = /^<(.*)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1] ?? null
      assert.equal(link === null, body.page.next === null)
      if (link !== null) assert.equal(new URL(link, it.url).searchParams.get('after'), body.page.next)
      path = link
    }
    assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length, 'a row came twice')
    return rows
  }
  const valuesOf = async (query: string, field: string, limit?: number) =>
    (await walk(query, limit)).map((row) => row[field])

  for (const [field, sorted] of [
    ['label', [null, null, '', 'A', 'a', 'é', '\ue000', '\uffee', '\u{1f30d}', '\u{1f30d}a']],
    ['state', ['new', 'new', 'old', 'used', 'used']],
    ['count', [null, -10, -9, -1, 0, 2, 10, 1000]],
    ['large', [null, '-9223372036854775808', '-10', '-9', '0', '9', '10', '9007199254740992', '9007199254740993']],
    ['price', [null, '-100.00', '-0.50', '-0.05', '0.00', '9.99', '10.00', '9999.99']],
    ['isOpen', [null, null, false, false, true, true]],
    ['startsAt', [null, '1969-12-31T23:59:59.999Z', '1970-01-01T00:00:00.000Z', '2030-01-01T00:00:00.000Z']],
    ['day', [null, '0001-01-01', '1999-12-31', '2000-01-01']],
  ] as const) {
    test(`rows come in the order of ${field}, null first, page by page and exactly in reverse`, async () => {
      const shuffled = sorted.toSorted((left, right) => String(left).length - String(right).length)
      const group = await rowsWith(field, field === 'state' ? shuffled : shuffled.toReversed())
      assert.deepEqual(await valuesOf(`group=${group}&sort=${field}`, field), sorted)
      assert.deepEqual(await valuesOf(`group=${group}&sort=-${field}`, field, 3), sorted.toReversed())
      const up = await walk(`group=${group}&sort=${field}`, 1)
      const down = await walk(`group=${group}&sort=-${field}`, 1)
      assert.deepEqual(
        down.map(({ id }) => id),
        up.map(({ id }) => id).toReversed(),
      )
    })
  }

  test('a filter finds what it means, whatever form the value is written in', async () => {
    const prices = await rowsWith('price', ['1.50', '1.5', '-0.05', '0'])
    assert.deepEqual(await valuesOf(`group=${prices}&price=1.5`, 'price'), ['1.50', '1.50'])
    assert.deepEqual(await valuesOf(`group=${prices}&price=-0`, 'price'), ['0.00'])
    const larges = await rowsWith('large', ['9007199254740992', '9007199254740993'])
    assert.deepEqual(await valuesOf(`group=${larges}&large=9007199254740993`, 'large'), ['9007199254740993'])
    const times = await rowsWith('startsAt', ['2030-01-01T00:00:00+01:00'])
    assert.equal((await walk(`group=${times}&startsAt=2029-12-31T23:00:00Z`)).length, 1)
    assert.equal((await walk(`group=${times}&startsAt=2030-01-01T00:00:00%2B01:00`)).length, 1)
    const flags = await rowsWith('isOpen', [true, false, null])
    assert.deepEqual(await valuesOf(`group=${flags}&isOpen=false`, 'isOpen'), [false])
  })

  test('a range has its bounds in or out as they say, and null lies in none', async () => {
    const group = await rowsWith('count', [null, 1, 2, 2, 3])
    const counts = (range: string) => valuesOf(`group=${group}&${range}`, 'count')
    assert.deepEqual(await counts('count[gt]=1'), [2, 2, 3])
    assert.deepEqual(await counts('count[gte]=2'), [2, 2, 3])
    assert.deepEqual(await counts('count[lt]=2'), [1])
    assert.deepEqual(await counts('count[lte]=2&count[gt]=1'), [2, 2])
    assert.deepEqual(await counts('count[lt]=9&sort=-count'), [3, 2, 2, 1])
    assert.deepEqual(await counts('count[gt]=3'), [])
    assert.deepEqual(await counts('count[gt]=3&count[lt]=1'), [])
    const prices = await rowsWith('price', ['9.00', '10.00', '-1.00', '0.00'])
    assert.deepEqual(await valuesOf(`group=${prices}&price[gte]=-1&price[lt]=10`, 'price'), ['-1.00', '0.00', '9.00'])
    const larges = await rowsWith('large', ['9007199254740992', '9007199254740993', '-3'])
    assert.deepEqual(await valuesOf(`group=${larges}&large[gt]=9007199254740992`, 'large'), ['9007199254740993'])
  })

  test('a prefix ends where the next one begins, also beyond U+FFFF', async () => {
    const labels = [
      'a',
      'aé',
      'ab',
      'b',
      'a\u{10ffff}',
      '\uffff',
      '\u{1f30d}',
      '\u{1f30d}x',
      '\u{1f30e}',
      '%',
      '%a',
      '_',
    ]
    const group = await rowsWith('label', labels)
    const starting = async (prefix: string, sort = '') =>
      valuesOf(`group=${group}&label[prefix]=${encodeURIComponent(prefix)}${sort}`, 'label')
    assert.deepEqual(await starting('a'), ['a', 'ab', 'aé', 'a\u{10ffff}'])
    assert.deepEqual(await starting('a', '&sort=-label'), ['a\u{10ffff}', 'aé', 'ab', 'a'])
    assert.deepEqual(await starting('\u{1f30d}'), ['\u{1f30d}', '\u{1f30d}x'])
    assert.deepEqual(await starting('\uffff'), ['\uffff'])
    assert.deepEqual(await starting('%'), ['%', '%a'])
    assert.deepEqual(await starting('_'), ['_'])
    assert.deepEqual(await starting('a\u{10ffff}'), ['a\u{10ffff}'])
    const list = (query: string) => `GET /v1/samples?group=${group}&${query}`
    await it.refused(400, 'PARAMETER_INVALID', list('label[prefix]='))
    await it.refused(400, 'PARAMETER_INVALID', list('count[prefix]=1'))
    await it.refused(400, 'PARAMETER_INVALID', list('label[prefix]=%00'))
  })

  test('the values of [in] are merged in the order of the rest of the path, over pages and both ways', async () => {
    const [one, two, none] = [it.word(), it.word(), it.word()]
    for (let count = 0; count < 7; count++) await it.made('samples', { group: count % 3 === 0 ? one : two, count })
    const counts = async (query: string, limit?: number) => valuesOf(query, 'count', limit)
    assert.deepEqual(await counts(`group[in]=${two},${none},${one},${two}&sort=count`), [0, 1, 2, 3, 4, 5, 6])
    assert.deepEqual(await counts(`group[in]=${one},${two}&sort=-count`, 3), [6, 5, 4, 3, 2, 1, 0])
    assert.deepEqual(await counts(`group[in]=${one},${two}&count[gte]=2&count[lt]=6`, 1), [2, 3, 4, 5])
    assert.deepEqual(await counts(`group=${two}&count[in]=5,1,3,2`, 1), [1, 2, 5])
    const list = (query: string) => `GET /v1/samples?${query}`
    await it.refused(400, 'LIST_UNSUPPORTED', list(`group[in]=${one},${two}&count[in]=1,2`))
    await it.refused(400, 'PARAMETER_INVALID', list(`group=${one}&group[in]=${two}`))
    await it.refused(400, 'PARAMETER_INVALID', list(`group=${one}&count[in]=1,x`))
    await it.refused(400, 'PARAMETER_INVALID', list(`group=${one}&count[in]=`))
    const fifty = Array.from({ length: 50 }, (_, at) => at)
    assert.equal((await walk(`group=${two}&count[in]=${fifty}`)).length, 4)
    await it.refused(400, 'PARAMETER_INVALID', list(`group=${two}&count[in]=${fifty},50`))
  })

  test('ids can be listed by, and are what a list without filters follows', async () => {
    const group = await rowsWith('count', [3, 2, 1])
    const ids = (await walk(`group=${group}&sort=count`)).map(({ id }) => id)
    const list = (await it.got(`GET /v1/samples?id[in]=${ids}`)).data.map(({ id }: { id: string }) => id)
    assert.deepEqual(list, ids.toSorted())
    assert.deepEqual((await it.got(`GET /v1/samples?id=${ids[0]}`)).data.length, 1)
    const all = (await it.got('GET /v1/samples?limit=100')).data.map(({ id }: { id: string }) => id)
    assert.deepEqual(all, all.toSorted())
    const down = (await it.got('GET /v1/samples?sort=-id&limit=3')).data.map(({ id }: { id: string }) => id)
    assert.deepEqual(down, down.toSorted().toReversed())
    assert.deepEqual(
      (await it.got(`GET /v1/samples?id[gt]=${all[0]}&limit=1`)).data.map(({ id }: { id: string }) => id),
      [all[1]],
    )
    await it.refused(400, 'PARAMETER_INVALID', 'GET /v1/samples?id=nothing')
  })

  test('without sort a list follows the first declared path that fits, upwards', async () => {
    const group = it.word()
    for (const [label, count] of [
      ['b', 1],
      ['a', 2],
    ])
      await it.made('samples', { group, label, count })
    assert.deepEqual(await valuesOf(`group=${group}`, 'label'), ['a', 'b'])
    assert.deepEqual(await valuesOf(`group=${group}&sort=count`, 'label'), ['b', 'a'])
  })

  test('a page has 20 rows unless told, and 100 at most', async () => {
    const group = it.word()
    const operations = Array.from({ length: 30 }, (_, count) => ({ op: 'create', value: { group, count } }))
    await it.got('POST /v1/samples:batch', { as: 'ada', body: { operations } })
    assert.equal((await it.got(`GET /v1/samples?group=${group}`)).data.length, 20)
    const exact = await it.got(`GET /v1/samples?group=${group}&limit=30`)
    assert.deepEqual([exact.data.length, exact.page.next], [30, null])
    assert.equal((await it.got(`GET /v1/samples?group=${group}&limit=100`)).data.length, 30)
    for (const limit of ['0', '101', '-1', '1.5', '', 'ten', '1e1', '99999999999', '%201'])
      await it.refused(400, 'PARAMETER_INVALID', `GET /v1/samples?limit=${limit}`)
  })

  test('rows that come and go between two pages neither repeat nor hide others', async () => {
    const group = await rowsWith('count', [1, 2, 3, 4])
    const first = await it.got(`GET /v1/samples?group=${group}&sort=count&limit=2`)
    await it.ask(`DELETE /v1/samples/${first.data[1].id}`)
    await it.made('samples', { group, count: 0 })
    await it.made('samples', { group, count: 3 })
    const rest = await it.got(`GET /v1/samples?group=${group}&sort=count&after=${first.page.next}`)
    assert.deepEqual(
      rest.data.map(({ count }: { count: number }) => count),
      [3, 3, 4],
    )
  })

  test('a cursor belongs to one list: its path, filters and direction, and nothing else', async () => {
    const group = await rowsWith('count', [1, 2, 3])
    const base = `group=${group}&sort=count&limit=1`
    const { page } = await it.got(`GET /v1/samples?${base}`)
    const after = (query: string) => `GET /v1/samples?${query}&after=${page.next}`
    for (const query of [
      `group=${group}&sort=-count`,
      `group=${group}&sort=price`,
      `group=${group}&count[gt]=0`,
      `group[in]=${group},x&sort=count`,
      `group=${group}x&sort=count`,
      `group=${group}&count=1`,
      'sort=id',
      '',
    ])
      await it.refused(400, 'CURSOR_INVALID', after(query))
    await it.refused(400, 'CURSOR_INVALID', `GET /v1/keys?after=${page.next}`)
    assert.equal((await it.got(after(`group=${group}&sort=count&limit=100&fields=count`))).data.length, 2)
    assert.equal((await it.got(after(`sort=count&limit=1&group=${group}`))).data[0].count, 2)
  })

  test('the filters of a cursor may come in another order', async () => {
    const group = await rowsWith('count', [1, 2, 3])
    const { page } = await it.got(`GET /v1/samples?count[gt]=0&count[lt]=9&group=${group}&limit=1`)
    const { data } = await it.got(`GET /v1/samples?group=${group}&count[lt]=9&count[gt]=0&limit=1&after=${page.next}`)
    assert.equal(data[0].count, 2)
  })

  test('a cursor that somebody made up, cut or changed is refused', async () => {
    const group = await rowsWith('count', [1, 2, 3])
    const { page } = await it.got(`GET /v1/samples?group=${group}&sort=count&limit=1`)
    const [key, signature] = page.next.split('.') as [string, string]
    const forged = Buffer.from(JSON.stringify([2, 'x'])).toString('base64url')
    for (const cursor of [
      '',
      '.',
      `${forged}.${signature}`,
      `${key}.`,
      key,
      `.${signature}`,
      `${key}.${'A'.repeat(22)}`,
      `${key}.${signature.slice(0, -2)}`,
      `${key}${signature}`,
      'x'.repeat(9000),
    ])
      await it.refused(400, 'CURSOR_INVALID', `GET /v1/samples?group=${group}&sort=count&after=${cursor}`)
  })

  test('a parameter that the route does not know is refused by name, and so is one that comes twice', async () => {
    const list = (query: string) => `GET /v1/samples?${query}`
    for (const [name, query] of [
      ['colour', 'colour=red'],
      ['total', 'total=true'],
      ['version', 'version=1'],
      ['notes', 'notes=1'],
      ['blob', 'blob=AA'],
      ['createdAt', 'createdAt=2030-01-01T00:00:00Z'],
      ['group[ne]', 'group[ne]=x'],
      ['group[]', 'group[]=x'],
      ['__proto__', '__proto__=x'],
      ['constructor', 'constructor=x'],
      ['toString', 'toString=x'],
      ['LIMIT', 'LIMIT=1'],
      ['', '=x'],
    ] as const) {
      const { body } = await it.refused(400, 'PARAMETER_UNKNOWN', list(query))
      assert.equal(body.errors[0].parameter, name)
    }
    for (const query of [
      'group=a&group=b',
      'limit=1&limit=1',
      'sort=id&sort=id',
      'fields=id&fields=id',
      'after=a&after=b',
    ])
      await it.refused(400, 'PARAMETER_INVALID', list(query))
    const { body } = await it.refused(400, 'PARAMETER_UNKNOWN', list(`${'x'.repeat(500)}=1&limit=0`))
    assert.deepEqual(
      body.errors.map(({ parameter }: { parameter: string }) => parameter.length),
      [128, 5],
    )
  })

  test('a query that cannot be read is refused, not taken as it stands', async () => {
    for (const query of [
      'group=%',
      'group=%zz',
      'group=a%2',
      'group=%ff',
      'group=%ed%a0%80',
      '%=x',
      'group=a&limit=%31%',
    ])
      await it.refused(400, 'MALFORMED_REQUEST', `GET /v1/samples?${query}`)
    await it.refused(400, 'MALFORMED_REQUEST', 'POST /v1/samples?%', { body: { group: 'g' } })
    assert.deepEqual((await it.got('GET /v1/samples?group=%25zz+%2B%26')).data, [])
  })

  test('what no declared path gives is refused with the paths that there are', async () => {
    const list = (query: string) => `GET /v1/samples?${query}`
    for (const query of [
      'label=x',
      'group=a&label=b&state=new',
      'group=a&sort=group',
      'group=a&sort=label,price',
      'group=a&label=b&sort=label',
      'group=a&count[gt]=1&sort=price',
      'count[gt]=1',
      'sort=count',
      'group[gt]=a&label=x',
    ]) {
      const { body } = await it.refused(400, 'LIST_UNSUPPORTED', list(query))
      assert.match(body.detail, /\(group, label\)/)
    }
    for (const query of ['sort=-group,label', 'sort=', 'sort=--group', 'sort=notes', 'sort=group,', 'sort=__proto__'])
      await it.refused(400, 'PARAMETER_INVALID', list(query))
    await it.refused(400, 'PARAMETER_INVALID', list('group=a&count[gt]=1&price[gt]=1'))
    await it.refused(400, 'PARAMETER_INVALID', list('group=a&count=1.0'))
    await it.refused(400, 'PARAMETER_INVALID', list('group=a&count=1001'))
    await it.refused(400, 'PARAMETER_INVALID', list('group=a&isOpen=yes'))
    await it.refused(400, 'PARAMETER_INVALID', list('group=a&state=New'))
    await it.refused(400, 'PARAMETER_INVALID', list('group=a&large=1.0'))
  })

  test('several members of one path can be sorted by, all in one direction', async () => {
    const group = it.word()
    for (const [place, count] of [
      ['p', 2],
      ['o', 9],
      ['p', 1],
    ] as const) {
      await it.ask(`PUT /v1/places/${place}`, { body: {} })
      await it.made('samples', { group, place, count })
    }
    const pairs = async (query: string) =>
      (await walk(`group=${group}&${query}`)).map(({ place, count }) => `${place}${count}`)
    assert.deepEqual(await pairs('sort=place,count'), ['o9', 'p1', 'p2'])
    assert.deepEqual(await pairs('sort=-place,-count'), ['p2', 'p1', 'o9'])
    assert.deepEqual(await pairs('sort=place'), ['o9', 'p1', 'p2'])
    assert.deepEqual(await pairs('place=p&sort=-count'), ['p2', 'p1'])
  })

  test('fields and include shape every row, and an empty list is an empty list', async () => {
    const group = await rowsWith('count', [1, 2])
    const { data } = await it.got(`GET /v1/samples?group=${group}&sort=count&fields=version,count&include=place`)
    assert.deepEqual(data, [
      { version: 1, count: 1, included: { place: null } },
      { version: 1, count: 2, included: { place: null } },
    ])
    const empty = await it.ask('GET /v1/samples?group=nobody&include=place')
    assert.deepEqual(empty.body, { data: [], page: { next: null } })
    assert.equal(empty.headers.get('link'), null)
  })

  test('the link to the next page keeps the query as it was, however it was written', async () => {
    const group = await rowsWith('count', [1, 2, 3])
    const odd = `GET /v1/samples?&limit=1&gr%6Fup=${group}&&sort=count&f%69elds=count`
    const first = await it.ask(odd)
    const link = /^<(.*)>/.exec(first.headers.get('link')!)![1]!
    const second = await it.ask(`GET ${link}`)
    assert.deepEqual(second.body.data, [{ count: 2 }])
    const encoded = link.replace('after=', '%61fter=')
    const third = /^<(.*)>/.exec((await it.ask(`GET ${encoded}`)).headers.get('link')!)![1]!
    assert.deepEqual((await it.ask(`GET ${third}`)).body.data, [{ count: 3 }])
    const raw = await it.raw(
      `GET /v1/samples?group[in]=${group},">x<&sort=count&limit=1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
    )
    const inLink = /^link: <([^>]*)>; rel="next"\r$/im.exec(raw)
    assert.ok(inLink !== null, raw)
    assert.equal((await it.ask(`GET ${inLink[1]}`)).status, 200)
  })
})
