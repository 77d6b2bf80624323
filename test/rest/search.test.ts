import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lab } from './lab.ts'
import { labSuite } from './lab-suite.ts'

labSuite('search and totals', (it) => {
  /** A word of letters and digits that no other test has. */
  const word = () => it.word().replace('-', '')
  const book = (values: object): Promise<any> => it.made('books', values)
  const search = (text: string, more = '') => `GET /v1/books?search=${encodeURIComponent(text)}${more}`
  const found = async (text: string, more = ''): Promise<readonly string[]> =>
    (await it.got(search(text, more))).data.map(({ title }: { title: string }) => title)
  /** Titles over all pages, by following `next` and `Link`, which must say the same. */
  const walk = async (request: string, limit: number): Promise<readonly string[]> => {
    const titles: string[] = []
    let path: string | null = `${request.slice(4)}&limit=${limit}`
    for (let pages = 0; path !== null; pages++) {
      assert.ok(pages < 100, 'the pages never end')
      const { status, body, headers } = await it.ask(`GET ${path}`)
      assert.equal(status, 200, JSON.stringify(body))
      assert.ok(body.data.length <= limit)
      titles.push(...body.data.map(({ title }: { title: string }) => title))
      const link: string | null = /^<(.*)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1] ?? null
      if (link !== null) assert.equal(new URL(link, it.url).searchParams.get('after'), body.page.next)
      assert.equal(link === null, body.page.next === null)
      path = link
    }
    return titles
  }

  test('rows have all of the words, in any field and order, whatever the case and diacritics', async () => {
    const [one, two] = [word(), word()]
    await book({ title: `${one} Zürich` })
    await book({ title: `ZURICH ${two}`, about: `about ${one.toUpperCase()}` })
    await book({ title: one, about: two })
    const sorted = async (text: string) => (await found(text)).toSorted()
    assert.deepEqual(await sorted(one), [`ZURICH ${two}`, one, `${one} Zürich`].toSorted())
    assert.deepEqual(await sorted(`zürich ${one}`), [`ZURICH ${two}`, `${one} Zürich`].toSorted())
    assert.deepEqual(await sorted(`${two} ${one}`), [`ZURICH ${two}`, one].toSorted())
    assert.deepEqual(await sorted(`${one} nowhere`), [])
    assert.deepEqual(await sorted(one.slice(0, -1)), [])
  })

  test('a star right behind a word finds what begins so, and nowhere else it means anything', async () => {
    const begin = word()
    await book({ title: `${begin}fish` })
    await book({ title: `${begin}bird big` })
    assert.deepEqual(await found(`${begin}*`), [`${begin}fish`, `${begin}bird big`])
    assert.deepEqual(await found(`${begin}b* b*`), [`${begin}bird big`])
    assert.deepEqual(await found(`*${begin}fish * `), [`${begin}fish`])
    assert.deepEqual(await found(`${begin} *`), [])
  })

  test('the best come first: words in the first field, then few other words', async () => {
    const one = word()
    const titles = [`a long title with ${one} in it`, `${one}`, `${one} more`]
    for (const title of titles) await book({ title })
    await book({ title: 'elsewhere', about: one })
    await book({ title: `${one} most`, about: 'with an explanation' })
    assert.deepEqual(await found(one), [one, `${one} more`, `${one} most`, titles[0]!, 'elsewhere'])
  })

  test('pages of a search give every row once and in one order, also those that are alike', async () => {
    const one = word()
    for (let at = 0; at < 12; at++)
      await book({ title: `${one} ${at % 4 === 0 ? 'x ' : ''}${String.fromCharCode(97 + at)}` })
    await book({ title: 'other', about: one })
    const all = await found(one)
    assert.equal(all.length, 13)
    for (const limit of [1, 4, 12, 13, 14]) assert.deepEqual(await walk(search(one), limit), all)
  })

  test('what is written between two pages neither repeats nor hides what was there', async () => {
    const one = word()
    for (const letter of 'abcd') await book({ title: `${one} ${letter}` })
    const first = await it.got(search(one, '&limit=2'))
    await it.ask(`DELETE /v1/books/${first.data[1].id}`)
    await book({ title: `${one}` })
    await book({ title: `${one} x y z` })
    const rest = (await it.got(search(one, `&after=${first.page.next}`))).data.map(({ title }: any) => title)
    const seen = new Set(first.data.map(({ title }: any) => title))
    const old = ['a', 'b', 'c', 'd'].map((letter) => `${one} ${letter}`).filter((title) => !seen.has(title))
    assert.deepEqual(rest.slice(0, 2).toSorted(), old)
    assert.deepEqual(rest.slice(2), [`${one} x y z`])
  })

  test('a cursor belongs to one search: its words and filters, and no list', async () => {
    const one = word()
    for (const letter of 'abc') await book({ title: `${one} ${letter}`, shelf: 's', year: 1 })
    const { page } = await it.got(search(one, '&limit=1'))
    for (const request of [
      search(`${one}*`, `&after=${page.next}`),
      search(`${one} a`, `&after=${page.next}`),
      search(one, `&shelf=s&after=${page.next}`),
      `GET /v1/books?after=${page.next}`,
      `GET /v1/books?shelf=s&after=${page.next}`,
      `GET /v1/vaults?search=${one}&after=${page.next}`,
      search(one, '&after=x.y'),
    ])
      await it.refused(400, 'CURSOR_INVALID', request, { as: 'ada' })
    const listed = await it.got('GET /v1/books?shelf=s&limit=1')
    await it.refused(400, 'CURSOR_INVALID', search(one, `&shelf=s&after=${listed.page.next}`))
    const same = await it.got(search(`  ${one.toUpperCase()}, `, `&limit=100&fields=title&after=${page.next}`))
    assert.equal(same.data.length, 2)
  })

  test('equality on the first fields of paths narrows a search, and nothing else does', async () => {
    const [one, shelf] = [word(), it.word()]
    await book({ title: `${one} a`, shelf, year: 1 })
    await book({ title: `${one} b`, shelf, year: 2 })
    await book({ title: `${one} c`, year: 1, isbn: word() })
    assert.deepEqual(await found(one, `&shelf=${shelf}`), [`${one} a`, `${one} b`])
    assert.deepEqual(await found(one, '&year=1'), [`${one} a`, `${one} c`])
    assert.deepEqual(await found(one, `&shelf=${shelf}&year=2`), [`${one} b`])
    assert.deepEqual(await found(one, '&year[in]=7,2'), [`${one} b`])
    assert.deepEqual(await found(one, `&shelf=${shelf.toUpperCase()}`), [])
    for (const [more, words] of [
      ['&year[gt]=1', /range, here of year/],
      ['&sort=year', /best first and cannot be sorted/],
      ['&title=x', /cannot be narrowed by title; it goes with shelf, year, isbn/],
      ['&id=01a20af5-1baf-7885-9aa2-7ca04b9899c9', /cannot be narrowed by id/],
      ['&shelf[in]=a,b&year[in]=1,2', /one filter by \[in\]/],
    ] as const) {
      const { body } = await it.refused(400, 'SEARCH_UNSUPPORTED', search(one, more))
      assert.match(body.detail, words)
    }
    await it.refused(400, 'PARAMETER_UNKNOWN', search(one, '&owner=x'))
  })

  test('a search sees every write before it', async () => {
    const [one, two] = [word(), word()]
    const { id } = await book({ title: one, shelf: 'a' })
    await it.got(`PATCH /v1/books/${id}`, { body: { title: two } })
    assert.deepEqual([await found(one), await found(two)], [[], [two]])
    await it.got(`PATCH /v1/books/${id}`, { body: { shelf: 'b' } })
    assert.deepEqual([await found(two, '&shelf=a'), await found(two, '&shelf=b')], [[], [two]])
    await it.got(`PUT /v1/books/${id}`, { body: { title: 'plain', about: two } })
    assert.deepEqual([await found(two, '&shelf=b'), await found(two)], [[], ['plain']])
    await it.ask(`DELETE /v1/books/${id}`)
    assert.deepEqual(await found(two), [])
    const operations = [one, two].map((title) => ({ op: 'create', value: { title } }))
    await it.got('POST /v1/books:batch', { body: { operations } })
    assert.deepEqual([await found(one), await found(two)], [[one], [two]])
  })

  test('whatever engines take for a language is words, or refused', async () => {
    const one = word()
    await book({ title: `${one} and or not near title about filters 5` })
    const texts = [
      `"${one}"`,
      `${one} AND NOT OR`,
      `NEAR(${one} near, 5)`,
      `title:${one}`,
      `{title about} : ${one}`,
      `^${one}`,
      `-${one}`,
      `${one} + and`,
      `${one}"`,
      `'${one}' --`,
      `${one}) OR (`,
      `=${one}`,
      `${one};`,
      `\t${one}\n`,
    ]
    for (const text of texts) assert.equal((await found(text)).length, 1, text)
    for (const text of ['', ' ', '*', '"', '😀', '()', 'a b c d e f g h i', 'x '.repeat(200), `${one}\u0000`]) {
      const { body } = await it.refused(400, 'PARAMETER_INVALID', search(text))
      assert.equal(body.errors[0].parameter, 'search')
    }
    await it.refused(400, 'PARAMETER_INVALID', `GET /v1/books?search=${one}&search=${one}`)
    await it.refused(400, 'MALFORMED_REQUEST', 'GET /v1/books?search=%ff')
    // Longer than what is kept of a word, on either side.
    await book({ title: `${'y'.repeat(100)}a` })
    assert.deepEqual(await found(`${'y'.repeat(100)}b`), [`${'y'.repeat(100)}a`])
  })

  test('an owner finds and counts own rows only, and an auditor everything', async () => {
    const [one, ada, bob] = [word(), word(), word()]
    for (const holder of [ada, ada, bob])
      await it.got('POST /v1/vaults', { as: holder, body: { holder, content: `${one} of ${holder}` } })
    const as = async (who: string, more = '') => {
      const { data, page } = await it.got(`GET /v1/vaults?search=${one}&total=true${more}`, { as: who })
      assert.ok(who.includes('auditor') || data.every(({ holder }: any) => holder === who))
      return [data.length, page.total.count, page.total.kind]
    }
    assert.deepEqual(await as(ada), [2, 2, 'exact'])
    assert.deepEqual(await as(bob), [1, 1, 'exact'])
    assert.deepEqual(await as('eve'), [0, 0, 'exact'])
    assert.deepEqual(await as('olga:auditor'), [3, 3, 'exact'])
    assert.deepEqual(await as('olga:auditor', `&holder=${bob}`), [1, 1, 'exact'])
    assert.deepEqual(await as(bob, `&holder=${ada}`), [0, 0, 'exact'])
    const listed = await it.got('GET /v1/vaults?total=true&limit=1', { as: ada })
    assert.deepEqual([listed.data.length, listed.page.total], [1, { count: 2, kind: 'exact' }])
    await it.refused(401, 'SIGN_IN_NEEDED', `GET /v1/vaults?search=${one}`)
  })

  test('a rule by the roles of the caller narrows a search to those', async () => {
    const [one, blue, red] = [word(), it.word(), it.word()]
    for (const team of [blue, blue, red]) await it.made('papers', { team, stage: 'draft', title: `${one} ${team}` })
    const count = async (as: string) =>
      (await it.got(`GET /v1/papers?search=${one}&total=true`, { as })).page.total.count
    assert.deepEqual(
      [await count(`ada:${blue}`), await count(`ada:${red}`), await count(`ada:${red},${blue}`)],
      [2, 1, 3],
    )
    assert.equal(await count('ada:editor'), 3)
  })

  test('a total is of all pages, wherever one is, and obeys the filters', async () => {
    const [one, shelf] = [word(), it.word()]
    for (let year = 0; year < 5; year++) await book({ title: `${one} ${year}`, shelf, year })
    const total = async (query: string) => {
      const { page } = await it.got(`GET /v1/books?${query}&total=true`)
      assert.deepEqual(Object.keys(page), ['next', 'total'])
      assert.equal(page.total.kind, 'exact')
      return page.total.count
    }
    assert.equal(await total(`shelf=${shelf}`), 5)
    assert.equal(await total(`shelf=${shelf}&limit=2`), 5)
    assert.equal(await total(`shelf=${shelf}&year[gte]=1&year[lt]=4`), 3)
    assert.equal(await total(`shelf=${shelf}&year[in]=0,4,9`), 2)
    assert.equal(await total(`shelf[in]=${shelf},none&sort=-year`), 5)
    assert.equal(await total('shelf=none'), 0)
    assert.equal(await total(`search=${one}`), 5)
    assert.equal(await total(`search=${one}&year=3`), 1)
    const { page, data } = await it.got(`GET /v1/books?shelf=${shelf}&total=true&limit=2`)
    const next = await it.ask(`GET /v1/books?shelf=${shelf}&total=true&limit=2&after=${page.next}`)
    assert.equal(next.body.page.total.count, 5)
    assert.match(next.headers.get('link')!, /total=true/)
    const ids = data.map(({ id }: { id: string }) => id)
    const some = await it.got(`GET /v1/books?id[in]=${ids}&limit=1&total=true`)
    const other = await it.got(`GET /v1/books?id[in]=${ids}&limit=1&total=true&after=${some.page.next}`)
    assert.deepEqual([some.page.total.count, other.page.total.count, other.data.length], [2, 2, 1])
    const all = await it.got('GET /v1/books?total=true&limit=100')
    assert.equal(all.page.total.count, (await walk('GET /v1/books?', 100)).length)
    for (const query of ['', '&total=false'])
      assert.deepEqual(Object.keys((await it.got(`GET /v1/books?shelf=${shelf}${query}`)).page), ['next'])
  })

  test('what the resource does not declare is an unknown parameter, with what would declare it', async () => {
    const refused = async (query: string) => {
      const { body } = await it.refused(400, 'PARAMETER_UNKNOWN', `GET /v1/samples?${query}`)
      return body.errors[0]
    }
    assert.match(
      (await refused('total=true')).detail,
      /declare \.total\('exact'\) or \.total\('estimated'\) on samples/,
    )
    assert.match((await refused('search=x')).detail, /declare \.search\(…\) on samples/)
    assert.equal((await refused('search=x')).parameter, 'search')
    for (const value of ['', 'yes', '1', 'TRUE'])
      await it.refused(400, 'PARAMETER_INVALID', `GET /v1/books?total=${value}`)
    await it.refused(400, 'LIST_UNSUPPORTED', 'GET /v1/books?total=true&shelf=a&year=1&sort=isbn')
    await it.refused(400, 'PARAMETER_UNKNOWN', 'GET /v1/books/01a20af5-1baf-7885-9aa2-7ca04b9899c9?total=true')
  })

  test('a handler searches and counts with the words of a list, outside transactions', async () => {
    const [one, owner] = [word(), word()]
    for (const letter of 'abc') await book({ title: `${one} ${letter}` })
    type World = Parameters<typeof lab.run>[0]
    const run = async (body: (world: World) => unknown, operation = 'plain') => {
      lab.run = body
      return it.ask(`POST /v1/${operation}`, { as: 'ada' })
    }
    const answer = await run(async ({ data }) => {
      const page = await data.books.list({ search: `${one}*`, limit: 2, total: true })
      const rest = await data.books.list({ search: `${one}*`, limit: 2, after: page.next! })
      await data.books.insert({ title: one, owner })
      const own = await data.books.list({ search: one, where: { owner } })
      const count = (await data.books.list({ where: { owner }, total: true })).total
      return [page.data.length, page.total, rest.data.length, 'total' in rest, own.data.length, count]
    })
    const exact = (count: number) => ({ count, kind: 'exact' })
    assert.deepEqual(answer.body.result, [2, exact(3), 1, false, 1, exact(1)])

    const text = await run(({ data }) => data.books.list({ search: '*' }))
    assert.deepEqual([text.status, text.body.code], [400, 'SEARCH_INVALID'])
    for (const [words, body, operation] of [
      [/best first/, ({ data }: World) => data.books.list({ search: one, sort: 'year' })],
      [/cannot be narrowed by title/, ({ data }: World) => data.books.list({ search: one, where: { title: one } })],
      [/samples is not searched/, ({ data }: World) => data.samples.list({ search: one } as never)],
      [/samples tell no total/, ({ data }: World) => data.samples.list({ total: true } as never)],
      [
        /searched or counted in a transaction/,
        ({ data }: World) => data.transaction((tx) => tx.books.list({ search: one } as never)),
        'scanning',
      ],
    ] as const) {
      const { status, body: problem } = await run(body, operation)
      assert.equal(status, 500, JSON.stringify(problem))
      assert.match(it.faults.at(-1)!, words)
    }
  })
})
