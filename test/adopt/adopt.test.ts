import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Project, project } from '../cli/project.ts'
import { compile } from '../docs/compile.ts'
import { engine } from '../engine.ts'
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts'
import { type Database, database } from './database.ts'

const { skip } = engine('initdb')
const root = fileURLToPath(new URL('../..', import.meta.url))

const topology = JSON.stringify({
  stores: { main: { driver: 'postgres', options: { primary: { env: 'PG' }, schema: 'banyan' } } },
  identity: { driver: 'development' },
})

/** An app on what was written, whose resources are open to everybody; those that lack a column only to readers. */
const opened = `
import { anyone, app, service, signedIn, t } from 'banyan'
import * as tables from './adopted.ts'

const all = Object.values(tables).filter((each) => each.kind === 'resource')
const open = all.map((each) => (each as any).access(each.declaration.adopted!.lacks.length > 0 ? { read: anyone } : { read: anyone, write: anyone }))
const owner = service('shop', { resources: Object.fromEntries(open.map((each) => [each.name, each])) })
  .operation('move', {
    http: 'POST /moves',
    input: { customer: t.text(), credit: t.text() },
    output: open.find((each) => each.name === 'customers'),
    access: signedIn,
    idempotent: true,
    run: ({ input, data }: any) => data.transaction(async (tx: any) => {
      const row = await tx.customers.get(input.customer)
      tx.customers.update(row.id, { credit: input.credit, fullName: row.fullName + '!' })
      return tx.customers.get(row.id)
    }),
  } as any)
  .operation('join', {
    http: 'POST /joins',
    input: { email: t.text() },
    output: { id: t.text(), before: t.text() },
    access: anyone,
    run: async ({ input, data }: any) => {
      let before
      const row = await data.transaction(async (tx: any) => {
        const made = await tx.customers.insert({ email: input.email, fullName: 'Joined' })
        before = made.id
        return made
      })
      return { id: row.id, before }
    },
  } as any)
export default app('shop', { version: 'v1', services: [owner] as any })
`

suite('tables that are there', { skip: skip ?? false }, () => {
  if (skip !== undefined) return
  let db: Database
  let here: Project
  let server: RunningServer
  let asWas: string
  const data = temporaryFolder()

  before(async () => {
    db = await database('shop.sql')
    asWas = await db.dump()
    here = project({ 'app.ts': opened, 'pg.json': topology })
  })
  after(async () => {
    await server?.[Symbol.asyncDispose]()
    await db[Symbol.asyncDispose]()
    here[Symbol.dispose]()
    data[Symbol.dispose]()
  })

  const start = (folder = data.path) =>
    startServer({ app: here.path, dataFolder: folder, env: { PG: db.url, BANYAN_TOPOLOGY: 'pg.json' } })

  /** What a request is answered: status, tag and body. */
  const ask = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    to = server,
  ) => {
    const response = await fetch(`${to.url}/v1${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const json = text === '' ? undefined : JSON.parse(text)
    return {
      status: response.status,
      etag: response.headers.get('etag'),
      location: response.headers.get('location'),
      json,
    }
  }

  test('adopt writes a file of them, closed, and tells what is left out and why', async () => {
    const { code, out, err } = await here.run(['adopt', 'env:PG'], { PG: db.url })
    assert.equal(code, 0, err)
    assert.match(out, /11 tables can be served/)
    assert.match(out, /shop\.product_tags: its primary key has 2 columns \(sku, tag\)/)
    assert.match(out, /shop\.log: it has no primary key/)
    assert.match(out, /shop\.open_orders: a view has no key/)
    assert.match(out, /left out: crm\.customers\.tags: fields have no type for text\[\]/)
    assert.match(out, /the index customers_lower_name serves no lists: it is on an expression/)
    assert.match(out, /no rows can be made: every one needs size_cm/)
    const text = readFileSync(join(here.path, 'adopted.ts'), 'utf8')
    assert.match(text, /shop\.product_tags: its primary key has 2 columns/)
    assert.equal(text.match(/\.access\(\{\}\)/g)?.length, 11)
  })

  test('what is written compiles strictly, and is formatted', async () => {
    here.write('closed.ts', closed)
    await compile(here.path, ['adopted.ts', 'closed.ts'])
    const biome = join(root, 'node_modules/.bin/biome')
    const text = readFileSync(join(here.path, 'adopted.ts'), 'utf8')
    const formatting = promisify(execFile)(biome, ['format', '--stdin-file-path=adopted.ts'], { cwd: root })
    formatting.child.stdin!.end(text)
    assert.equal((await formatting).stdout, text)
  })

  test('is not written over without a word', async () => {
    const own = readFileSync(join(here.path, 'adopted.ts'), 'utf8')
    here.write('other.ts', `${own}// mine\n`)
    const again = await here.run(['adopt', 'env:PG', '--out', 'other.ts'], { PG: db.url })
    assert.deepEqual([again.code, /may have been changed since/.test(again.err)], [2, true])
    assert.match(readFileSync(join(here.path, 'other.ts'), 'utf8'), /mine/)
    const forced = await here.run(['adopt', 'env:PG', '--out', 'other.ts', '--force', '--json'], { PG: db.url })
    assert.equal(forced.code, 0, forced.err)
    assert.equal(JSON.parse(forced.out).resources.length, 11)
    assert.equal(readFileSync(join(here.path, 'other.ts'), 'utf8'), own)
  })

  test('the sheet says what their versions, keys and orders are', async () => {
    const { code, out } = await here.run(['check', '-t', 'pg.json'], { PG: db.url })
    const words = out.replaceAll(/\s+/g, ' ')
    assert.equal(code, 0, out)
    assert.match(words, /the table crm\.customers, which others write too and which stays as it is/)
    assert.match(words, /version from xmin: another one after every write by anybody/)
    assert.match(words, /the database makes the id, a number/)
    assert.match(words, /no createdAt or updatedAt: the table has no column for it/)
    assert.match(words, /never cached by version; the slot is computed from the key/)
    assert.match(words, /equality only on tier/)
    assert.match(words, /deleting there makes the database set this field to null/)
  })

  test('lists them in pages, by their keys and by their indexes', async () => {
    server = await start()
    const first = await ask('GET', '/customers?limit=20')
    const second = await ask('GET', `/customers?limit=20&after=${first.json.page.next}`)
    const ids = [...first.json.data, ...second.json.data].map(({ id }) => id)
    // By number, not by text.
    assert.deepEqual(
      ids,
      Array.from({ length: 30 }, (_, at) => String(at + 1)),
    )
    const { json } = await ask('GET', '/customers?email=c3@example.com')
    assert.deepEqual(
      json.data.map(({ id, tier, credit, referredBy }: any) => [id, tier, credit, referredBy]),
      [['3', 'gold', '0.00', '2']],
    )
    const titles = await ask('GET', '/products?sort=title&title[gte]=B')
    assert.deepEqual(
      titles.json.data.map(({ title }: any) => title),
      ['Zucchini', 'banana'],
    )
    const [one, two] = [await ask('GET', '/shopOrders?customer=1&limit=1'), null]
    const next = await ask('GET', `/shopOrders?customer=1&limit=1&after=${one.json.page.next}`)
    assert.deepEqual(
      [one, next].map(({ json }) => json.data[0].placedAt),
      ['2024-01-02T03:04:05.123456Z', '2024-01-02T03:04:05.123457Z'],
    )
    assert.deepEqual([next.json.page.next, two], [null, null])
    const included = await ask('GET', '/shopOrders/22222222-2222-1222-9222-222222222222?include=customer')
    assert.equal(included.json.included.customer.email, 'c1@example.com')
  })

  test('turns pages by texts of another order, and takes ranges only of those in its own', async () => {
    const seen: string[] = []
    for (let after = ''; ; ) {
      const { json } = await ask('GET', `/words?limit=1${after}`)
      seen.push(...json.data.map(({ id }: any) => id))
      if (json.page.next === null) break
      after = `&after=${json.page.next}`
    }
    assert.deepEqual(seen, ['a', 'B', 'c'])
    const some = await ask('GET', '/words?id[in]=c,a,B&limit=2')
    const rest = await ask('GET', `/words?id[in]=c,a,B&limit=2&after=${some.json.page.next}`)
    assert.deepEqual(
      [...some.json.data, ...rest.json.data].map(({ id }: any) => id),
      ['B', 'a', 'c'],
    )
    assert.equal((await ask('GET', '/words?plain=x')).json.data[0].id, 'a')
    for (const query of ['plain[gt]=x', 'sort=plain'])
      assert.equal((await ask('GET', `/words?${query}`)).json.code, 'LIST_UNSUPPORTED', query)
    // This one has an index by code point beside its own order.
    const sorted = await ask('GET', '/words?sort=both')
    assert.deepEqual(
      sorted.json.data.map(({ both }: any) => both),
      ['X', 'Z', 'y'],
    )
    assert.equal((await ask('GET', '/words?both=y')).json.data.length, 1)
  })

  test('makes rows, whose keys, times and defaults are answered as the table has them', async () => {
    const made = await ask('POST', '/customers', { email: 'new@example.com', fullName: 'New' })
    const [row] = await db.sql('select *, xmin::text from crm.customers where email = $1', ['new@example.com'])
    assert.deepEqual(
      [made.status, made.location, made.etag, made.json.version, made.json.tier],
      [201, `/v1/customers/${row!.customer_id}`, `"v${row!.xmin}"`, Number(row!.xmin), 'none'],
    )
    assert.deepEqual((await ask('GET', `/customers/${made.json.id}`)).json, made.json)
    const order = await ask('POST', '/shopOrders', { customer: made.json.id, placedAt: '2030-01-01T00:00:00.5+01:00' })
    assert.deepEqual([order.status, order.json.placedAt], [201, '2029-12-31T23:00:00.500000Z'])
    const given = await ask('POST', '/products', { id: 'N/1 é', title: 'Nut', price: '2', code: 'x' })
    assert.deepEqual([given.status, given.json.price, given.json.code], [201, '2.00', 'x'])
    assert.equal((await ask('GET', `/products/${encodeURIComponent('N/1 é')}`)).json.title, 'Nut')
    assert.equal((await ask('POST', '/products', { id: 'N/1 é', title: 'Nut', price: '2' })).json.code, 'STORE_EXISTS')
  })

  test('changes rows under the version that was read, whoever wrote last', async () => {
    const read = await ask('GET', '/customers/5')
    const changed = await ask('PATCH', '/customers/5', { fullName: 'Five' }, { 'if-match': read.etag! })
    assert.deepEqual([changed.status, changed.json.fullName], [200, 'Five'])
    // A trigger of the table's has set the time.
    const [{ updated_at: updatedAt }] = (await db.sql(
      'select updated_at from crm.customers where customer_id = 5',
    )) as any
    assert.equal(changed.json.updatedAt.slice(0, 23), updatedAt.toISOString().slice(0, 23))
    assert.equal((await ask('PATCH', '/customers/5', { fullName: 'x' }, { 'if-match': read.etag! })).status, 412)
    await db.sql("update crm.customers set full_name = 'by SQL' where customer_id = 5")
    assert.equal((await ask('PATCH', '/customers/5', { fullName: 'x' }, { 'if-match': changed.etag! })).status, 412)
    const again = await ask('GET', '/customers/5')
    assert.equal(again.json.fullName, 'by SQL')
    assert.equal((await ask('GET', '/customers/5', undefined, { 'if-none-match': again.etag! })).status, 304)
    assert.equal((await ask('DELETE', '/customers/5', undefined, { 'if-match': changed.etag! })).status, 412)
    assert.equal((await ask('PATCH', '/customers/5', {}, { 'if-match': again.etag! })).status, 200)
  })

  test('leaves what follows from a deletion to the database, and says what stands in its way', async () => {
    assert.equal((await ask('DELETE', '/customers/1')).json.code, 'STORE_REFERRED')
    assert.equal((await ask('DELETE', '/customers/10')).status, 204)
    assert.equal((await ask('GET', '/customers/11')).json.referredBy, null)
    const order = '/shopOrders/11111111-1111-4111-8111-111111111111'
    const line = (await ask('POST', '/orderLines', { order: order.slice(12), sku: 'b-2' })).json
    assert.equal((await ask('PATCH', order, { mainLine: line.id })).json.mainLine, line.id)
    assert.equal((await ask('DELETE', `/orderLines/${line.id}`)).status, 204)
    assert.equal((await ask('GET', order)).json.mainLine, null)
    assert.equal((await ask('DELETE', order)).status, 204)
    assert.deepEqual(await db.sql("select * from shop.order_lines where sku = 'A-1'"), [])
    assert.equal((await ask('DELETE', order)).status, 404)
  })

  const refusals: readonly (readonly [string, string, unknown, number, string, RegExp])[] = [
    ['POST', '/customers', { email: 'c2@example.com', fullName: 'x' }, 409, 'STORE_UNIQUE', /email/],
    ['PATCH', '/customers/2', { email: 'c3@example.com' }, 409, 'STORE_UNIQUE', /email/],
    ['POST', '/customers', { email: 'a', fullName: 'x', credit: '-1' }, 422, 'STORE_ROW_REFUSED', /credit_is_no_debt/],
    ['POST', '/customers', { email: 'a', fullName: 'x', referredBy: '999' }, 422, 'STORE_REFERENCE', /referredBy/],
    ['POST', '/customers', { email: 'a', fullName: 'x', referredBy: 'abc' }, 422, 'INVALID', /referredBy/],
    ['POST', '/customers', { email: 'a', fullName: 'x', tier: 'lead' }, 422, 'INVALID', /tier/],
    [
      'POST',
      '/orderLines',
      { order: '22222222-2222-1222-9222-222222222222', sku: 'Z-9', quantity: 99_999 },
      422,
      'STORE_ROW_REFUSED',
      /too large/,
    ],
    ['POST', '/select', { id: '9', guarded: 1 }, 422, 'STORE_ROW_REFUSED', /a trigger raised an error/],
    ['GET', '/customers/abc', undefined, 404, 'STORE_MISSING', /abc/],
    ['GET', '/customers/007', undefined, 404, 'STORE_MISSING', /007/],
    ['GET', '/customers/99999999999999999999', undefined, 404, 'STORE_MISSING', /9/],
    ['DELETE', '/shopOrders/nonsense', undefined, 404, 'STORE_MISSING', /nonsense/],
    ['POST', '/parcels', {}, 405, 'METHOD_NOT_ALLOWED', /./],
  ]
  for (const [method, path, body, status, code, says] of refusals)
    test(`${method} ${path} ${JSON.stringify(body) ?? ''} is refused: ${code}`, async () => {
      const { status: is, json } = await ask(method, path, body)
      assert.deepEqual([is, json.code], [status, code], JSON.stringify(json))
      assert.match(JSON.stringify(json), says)
    })

  test('a key of a request has one effect, whose answer is kept with the version', async () => {
    const headers = { 'idempotency-key': 'k1', authorization: 'Bearer dev:alice' }
    const body = { email: 'once@example.com', fullName: 'Once' }
    const first = await ask('POST', '/customers', body, headers)
    assert.equal(first.status, 201)
    assert.deepEqual(await ask('POST', '/customers', body, headers), first)
    const moved = await ask('POST', '/moves', { customer: first.json.id, credit: '7' }, headers)
    assert.deepEqual([moved.status, moved.json.credit, moved.json.fullName], [200, '7.00', 'Once!'])
    assert.deepEqual(await ask('POST', '/moves', { customer: first.json.id, credit: '7' }, headers), moved)
    assert.equal((await ask('GET', `/customers/${first.json.id}`)).json.version, moved.json.version)
  })

  test('many writes at once each get an answer of their own, together or alone', async () => {
    const create = (n: number) => ({ op: 'create', value: { email: `b${n}@example.com`, fullName: `B${n}` } })
    const each = await ask('POST', '/customers:batch', { operations: [create(1), create(1), create(2)] })
    assert.deepEqual(
      each.json.outcomes.map(({ status }: any) => status),
      [201, 409, 201],
    )
    const ids = each.json.outcomes.flatMap(({ value }: any) => value?.id ?? [])
    for (const id of ids) assert.match(id, /^\d+$/)
    const atomic = await ask('POST', '/customers:batch', { atomic: true, operations: [create(3)] })
    assert.match(atomic.json.outcomes[0].value.id, /^\d+$/)
    const counts = await Promise.all(
      Array.from({ length: 20 }, (_, n) => ask('PATCH', '/customers/7', { fullName: `Seven ${n}` })),
    )
    assert.ok(
      counts.every(({ status }) => status === 200 || status === 409),
      JSON.stringify(counts),
    )
    const last = (await ask('GET', '/customers/7')).json
    assert.ok(counts.some(({ json }) => json.version === last.version && json.fullName === last.fullName))
  })

  test('the id that the database makes is known behind the commit', async () => {
    const { json } = await ask('POST', '/joins', { email: 'joined@example.com' })
    const [row] = await db.sql("select customer_id from crm.customers where email = 'joined@example.com'")
    assert.equal(json.id, row!.customer_id)
    assert.notEqual(json.before, json.id)
  })

  test('serves tables and columns of any name', async () => {
    const odd = '/odDDropTableX1Line'
    const made = await ask('POST', odd, { aBCD: `'; drop table crm.customers; --`, xYZ: 1 })
    assert.equal(made.status, 201, JSON.stringify(made.json))
    assert.equal((await ask('PATCH', `${odd}/${made.json.id}`, { xYZ: 2 })).json.xYZ, 2)
    assert.deepEqual((await ask('GET', odd)).json.data[0].aBCD, `'; drop table crm.customers; --`)
    assert.equal((await ask('POST', '/select', { id: '7', from: 'x' })).json.from, 'x')
    assert.deepEqual(
      (await ask('GET', '/i')).json.data.map(({ n, c1 }: any) => [n, c1]),
      [[1, 2]],
    )
    assert.equal((await ask('PATCH', '/i/1', { n: 3 })).json.n, 3)
  })

  test('two processes keep to the same versions', async () => {
    const folder = temporaryFolder()
    await using other = await start(folder.path)
    const read = await ask('GET', '/customers/8', undefined, {}, other)
    assert.equal((await ask('PATCH', '/customers/8', { fullName: 'first' }, { 'if-match': read.etag! })).status, 200)
    const late = await ask('PATCH', '/customers/8', { fullName: 'second' }, { 'if-match': read.etag! }, other)
    assert.equal(late.status, 412)
    assert.equal((await ask('GET', '/customers/8', undefined, {}, other)).json.fullName, 'first')
    folder[Symbol.dispose]()
  })

  test('nothing of the tables has changed by all of this', async () => {
    assert.equal(await db.dump(), asWas)
    const { code, out } = await here.run(['migrate', 'plan', '-t', 'pg.json'], { PG: db.url })
    assert.equal(code, 0)
    assert.doesNotMatch(out, /customers|orders/)
  })

  test('a table that no longer looks as declared is not served, and each reason is told', async () => {
    await server[Symbol.asyncDispose]()
    const changes = `alter table crm.customers rename column full_name to name; alter table shop.products alter price type numeric(9, 3);
      alter table shop.order_lines drop constraint order_lines_order_id_fkey; drop index shop.products_title;
      alter table crm.customers alter email drop not null; alter table crm.orders drop constraint orders_pkey;
      alter table shop.parcels add column city text not null; alter table shop."select" rename to elsewhere`
    await db.sql(`begin; ${changes}; commit`)
    const { code, err } = await here.run(['start', '-t', 'pg.json'], { PG: db.url })
    assert.equal(code, 4)
    for (const reason of [
      /customers: crm\.customers has no column full_name for fullName/,
      /customers: email may be null in the table; declare it optional/,
      /products: price is declared as decimal\(8, 2\), and its column is numeric\(9,3\)/,
      /products: the table has no index for the access path \(title\)/,
      /orderLines: order refers to shopOrders, and the table has no foreign key for that/,
      /orders: id does not tell rows apart/,
      /parcels: every new row needs city, which no field has; declare lacks: \["city"\]/,
      /select: there is no table shop\.select/,
      /SCHEMA_ADOPTED/,
    ])
      assert.match(err, reason)
    await db.sql(`begin; alter table shop.elsewhere rename to "select"; alter table crm.customers rename column name to full_name;
      alter table shop.products alter price type numeric(8, 2); create index products_title on shop.products (title);
      alter table shop.order_lines add constraint order_lines_order_id_fkey foreign key (order_id) references shop.orders on delete cascade;
      alter table crm.customers alter email set not null; alter table crm.orders add constraint orders_pkey primary key (id);
      alter table shop.parcels drop column city; commit`)
  })

  test('adopt --add shows what a version of their own takes, and runs it when it is told to', async () => {
    const shown = await here.run(['adopt', 'env:PG', '--add'], { PG: db.url })
    assert.equal(shown.code, 0, shown.err)
    assert.match(shown.out, /^begin;\nset local lock_timeout = '2s';/)
    assert.match(shown.out, /alter table "crm"\."customers" add column "version" bigint not null default 1;/)
    assert.doesNotMatch(shown.out, /"shop"\."select"/)
    const applied = await here.run(['adopt', 'env:PG', '--add', '--apply', '--force'], { PG: db.url })
    assert.equal(applied.code, 0, applied.err)
    assert.match(applied.err, /adds a version to crm\.customers/)
    const text = readFileSync(join(here.path, 'adopted.ts'), 'utf8')
    assert.equal(text.match(/version: 'column'/g)?.length, text.match(/table: /g)!.length - 1)
    await using again = await start()
    const read = await ask('GET', '/customers/9', undefined, {}, again)
    assert.deepEqual([read.status, read.etag], [200, '"v1"'])
    await db.sql("update crm.customers set full_name = 'x', version = 40 where customer_id = 9")
    assert.equal((await ask('GET', '/customers/9', undefined, {}, again)).etag, '"v2"')
    assert.equal((await ask('PATCH', '/customers/9', { fullName: 'y' }, { 'if-match': '"v1"' }, again)).status, 412)
    const changed = await ask('PATCH', '/customers/9', { fullName: 'y' }, { 'if-match': '"v2"' }, again)
    assert.deepEqual([changed.status, changed.etag], [200, '"v3"'])
    const nothing = await here.run(['adopt', 'env:PG', '--add'], { PG: db.url })
    assert.match(nothing.out, /has a version already/)
  })

  test('without a version there is no tag, and transactions still see what others have changed', async () => {
    const adopted = readFileSync(join(here.path, 'adopted.ts'), 'utf8')
    here.write('adopted.ts', adopted.replace(/(table: 'crm\.customers',[^}]*\}?,?\s*version: )'column'/, "$1'none'"))
    await using again = await start()
    const read = await ask('GET', '/customers/12', undefined, {}, again)
    assert.deepEqual([read.status, 'version' in read.json, /^"v\d/.test(read.etag ?? '')], [200, false, false])
    const headers = { authorization: 'Bearer dev:alice' }
    const moved = await ask('POST', '/moves', { customer: '12', credit: '3' }, headers, again)
    assert.deepEqual([moved.status, moved.json.credit, moved.etag], [200, '3.00', null])
    const many = await Promise.all(
      Array.from({ length: 4 }, () => ask('POST', '/moves', { customer: '12', credit: '4' }, headers, again)),
    )
    const done = many.filter(({ status }) => status === 200).length
    const [{ full_name: name }] = (await db.sql('select full_name from crm.customers where customer_id = 12')) as any
    assert.equal(name, `Customer 12${'!'.repeat(done + 1)}`)
    here.write('adopted.ts', adopted)
  })

  const wrong: Readonly<
    Record<string, readonly [args: () => readonly string[] | Promise<readonly string[]>, code: number, says: RegExp]>
  > = {
    'an address that is none': [() => ['nonsense'], 2, /not that of a PostgreSQL database/],
    'another product': [() => ['mysql://a@b/c'], 2, /not that of a PostgreSQL database/],
    'a variable that is not set': [() => ['env:NOWHERE'], 2, /the variable NOWHERE is not set/],
    'a port where nobody listens': [() => ['postgres://a:secret@127.0.0.1:1/x'], 4, /nobody listens/],
    'a wrong password': [
      () => [Object.assign(new URL(db.url), { password: 'secret' }).href],
      4,
      /does not take the password/,
    ],
    'a database without tables': [async () => [await db.another('empty')], 2, /there are no tables/],
    'a schema that is not there': [() => ['env:PG', '--schema', 'nowhere'], 2, /there are no tables in nowhere/],
    'a table that is not there': [
      () => ['env:PG', '--tables', 'crm.customers,crm.nobody'],
      2,
      /there is no table crm\.nobody/,
    ],
    '--apply alone': [() => ['env:PG', '--apply'], 2, /--apply runs what --add shows/],
  }
  for (const [mistake, [args, expected, says]] of Object.entries(wrong))
    test(`${mistake} is told, and nothing is written`, async () => {
      const { code, err } = await here.run(['adopt', ...(await args()), '--out', 'none.ts'], { PG: db.url })
      assert.equal(code, expected, err)
      assert.match(err, says)
      assert.doesNotMatch(err, /secret/)
      assert.throws(() => readFileSync(join(here.path, 'none.ts')))
    })

  test('an account without rights serves what it may see', async () => {
    await db.sql(
      "create role reader login password 'reader'; grant usage on schema crm to reader; grant select on crm.customers to reader",
    )
    const url = Object.assign(new URL(db.url), { username: 'reader', password: 'reader' }).href
    const { code, out } = await here.run(['adopt', url, '--out', 'read.ts', '--json'])
    assert.equal(code, 0)
    const report = JSON.parse(out)
    assert.deepEqual(
      report.resources.map(({ name }: any) => name),
      ['customers'],
    )
    assert.ok(report.resources[0].notes.includes('this account may not insert, update, delete'))
    assert.deepEqual(
      report.leftOut.map(({ what, reason }: any) => `${what}: ${reason}`),
      ['crm.orders: this account may not read it'],
    )
  })
})

/** What was written as it is: nothing is open. */
const closed = `
import { app, postgres, topology } from 'banyan'
import { adopted, Customer } from './adopted.ts'
export default app('shop', { version: 'v1', services: [adopted] })
export const fullName: typeof Customer.fields.fullName = Customer.fields.fullName
`
