import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyone, owner, role, signedIn } from '../app/access.ts'
import { app } from '../app/app.ts'
import { t } from '../app/field.ts'
import { resource } from '../app/resource.ts'
import { service } from '../app/service.ts'
import { type bookmarkOf, client } from './client.ts'

// Everything here is proved by the compiler; `calls` is never run.

const Author = resource('authors', {
  id: t.text({ maxLength: 20 }),
  name: t.text(),
  email: t.text({ private: true, default: '' }),
})
  .index('email')
  .index('name')
  .access({ read: anyone, create: role('editor'), replace: role('editor') })

const Book = resource('books', {
  title: t.text(),
  author: t.ref('authors'),
  translator: t.ref('authors', { optional: true }),
  reviewer: t.ref('authors', { private: true, optional: true }),
  secret: t.ref('secrets', { optional: true }),
  isbn: t.text({ writeOnce: true }),
  pages: t.integer({ default: 1 }),
  state: t.enum('draft', 'printed'),
})
  .index('author', 'pages')
  .index('state')
  .access({ read: anyone, write: role('editor') })

const Loan = resource('loans', { book: t.ref('books'), reader: t.text() }).access({
  get: owner('reader'),
  write: signedIn,
})
const Secret = resource('secrets', { text: t.text() }).access({})

const catalog = service('catalog', { resources: { Author, Book, Secret } })
const loans = service('loans', { resources: { Loan }, uses: { Book } })
  .operation('lend', {
    http: 'POST /loans',
    input: { book: t.id(), days: t.integer({ default: 14 }) },
    output: Loan,
    access: signedIn,
    run: async ({ data, input }) => data.loans.insert({ book: input.book, reader: 'ada' }),
  })
  .operation('delete', {
    http: 'DELETE /loans/{id}',
    input: { id: t.id() },
    access: signedIn,
    run: async () => {},
  })
  .operation('overdue', {
    http: 'GET /loans/overdue',
    output: { count: t.integer(), readers: t.text({ private: true }) },
    access: anyone,
    run: async () => ({ count: 0, readers: '' }),
  })
  .operation('search', {
    http: 'GET /loans/search/{reader}/{year}',
    input: { reader: t.text({ optional: true }), year: t.integer({ optional: true }) },
    access: anyone,
    run: async () => {},
  })

const library = app('library', { version: 'v1', services: [catalog, loans] })

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_: Equal<A, B>) => {}

type PublicBook = {
  readonly id: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly version: number
  readonly title: string
  readonly author: string
  readonly translator: string | null
  readonly secret: string | null
  readonly isbn: string
  readonly pages: number
  readonly state: 'draft' | 'printed'
}

export async function calls() {
  const api = client<typeof library>('http://localhost:4000')

  // Names
  same<keyof typeof api, 'authors' | 'books' | 'loans'>(true)
  // @ts-expect-error no resource or service is called so
  api.boks
  // @ts-expect-error a service without operations offers nothing
  api.catalog
  // @ts-expect-error a resource without an open action offers nothing
  api.secrets

  // Methods follow the access rules, and operations take the place of generated routes.
  same<keyof typeof api.authors, 'get' | 'list' | 'pages' | 'all' | 'create' | 'replace' | 'batch'>(true)
  same<keyof typeof api.books, 'get' | 'list' | 'pages' | 'all' | 'create' | 'replace' | 'update' | 'delete' | 'batch'>(
    true,
  )
  same<keyof typeof api.loans, 'get' | 'replace' | 'update' | 'batch' | 'lend' | 'delete' | 'overdue' | 'search'>(true)
  // @ts-expect-error nobody may delete authors
  await api.authors.delete('ada')
  // @ts-expect-error an operation answers to POST /loans
  await api.loans.create({ book: 'b', reader: 'ada' })

  // Rows
  const book = await api.books.get('1')
  same<typeof book, PublicBook>(true)
  // @ts-expect-error private
  book.reviewer
  // @ts-expect-error private, of given ids too
  const { email } = await api.authors.get('ada')
  const narrow = await api.books.get('1', { fields: ['id', 'pages'] })
  same<typeof narrow, { readonly id: string; readonly pages: number }>(true)
  // @ts-expect-error no such field
  await api.books.get('1', { fields: ['id', 'paegs'] })
  // @ts-expect-error a private field cannot be named
  await api.books.get('1', { fields: ['reviewer'] })

  // Included rows
  const { included } = await api.books.get('1', { include: 'author' })
  same<typeof included.author, Awaited<ReturnType<typeof api.authors.get>> | null>(true)
  same<keyof typeof included, 'author'>(true)
  const both = await api.books.list({ fields: ['title'], include: ['author', 'translator'] })
  same<keyof (typeof both.data)[number], 'title' | 'included'>(true)
  same<keyof (typeof both.data)[number]['included'], 'author' | 'translator'>(true)
  // @ts-expect-error not a reference
  await api.books.get('1', { include: 'title' })
  // @ts-expect-error a private reference
  await api.books.get('1', { include: 'reviewer' })
  // @ts-expect-error nobody may read secrets
  await api.books.get('1', { include: 'secret' })
  // @ts-expect-error nothing was asked for
  book.included

  // Lists
  const page = await api.books.list({ where: { author: 'ada', pages: { gte: 3 } }, sort: '-pages', limit: 5 })
  same<typeof page.data, readonly PublicBook[]>(true)
  same<typeof page.next, string | null>(true)
  await api.books.list({ where: { state: { in: ['draft', 'printed'] } }, after: page.next ?? '' })
  // @ts-expect-error not a field of an access path
  await api.books.list({ where: { title: 'x' } })
  // @ts-expect-error not a value of the field
  await api.books.list({ where: { state: 'lost' } })
  // @ts-expect-error not a field of an access path
  await api.books.list({ sort: 'title' })
  // @ts-expect-error a private field cannot be asked for
  await api.authors.list({ where: { email: 'ada@example.com' } })
  // @ts-expect-error a private field cannot be sorted by
  await api.authors.list({ sort: 'email' })
  // @ts-expect-error only iterators have a bound
  await api.books.list({ max: 3 })
  for await (const { data } of api.books.pages({ max: 2 })) same<typeof data, readonly PublicBook[]>(true)
  for await (const row of api.books.all({ fields: ['title'], max: 2 }))
    same<typeof row, { readonly title: string }>(true)

  // Writes
  const made = await api.books.create({ title: 'x', author: 'ada', isbn: '1', state: 'draft' })
  same<typeof made, PublicBook>(true)
  // @ts-expect-error the title is required
  await api.books.create({ author: 'ada', isbn: '1', state: 'draft' })
  // @ts-expect-error unknown
  await api.books.create({ title: 'x', author: 'ada', isbn: '1', state: 'draft', colour: 'red' })
  // What is written once may be left out, because it stays.
  await api.books.replace('1', { title: 'x', author: 'ada', state: 'draft' })
  // @ts-expect-error the title does not stay
  await api.books.replace('1', { author: 'ada', state: 'draft' })
  // @ts-expect-error private
  await api.authors.create({ id: 'ada', name: 'Ada', email: 'x' })
  // @ts-expect-error its ids are given
  await api.authors.create({ name: 'Ada' })
  await api.authors.replace('ada', { name: 'Ada' })
  await api.books.update('1', { pages: 3, translator: null }, { version: 2, idempotencyKey: 'k' })
  // @ts-expect-error write-once
  await api.books.update('1', { isbn: '2' })
  // @ts-expect-error not null
  await api.books.update('1', { title: null })
  same<Awaited<ReturnType<typeof api.books.delete>>, void>(true)
  // @ts-expect-error reads take no version
  await api.books.get('1', { version: 1 })

  // Batches
  const outcomes = await api.books.batch(
    [
      { op: 'create', value: { title: 'x', author: 'ada', isbn: '1', state: 'draft' } },
      { op: 'update', id: '1', version: 1, value: { pages: 2 } },
      { op: 'delete', id: '2' },
    ],
    { atomic: true },
  )
  same<(typeof outcomes)[number]['value'], PublicBook | undefined>(true)
  // @ts-expect-error nobody may delete authors
  await api.authors.batch([{ op: 'delete', id: 'ada' }])

  // Operations
  const loan = await api.loans.lend({ book: '1' }, { idempotencyKey: 'k', timeout: '5s' })
  same<typeof loan.reader, string>(true)
  // @ts-expect-error the book is required
  await api.loans.lend({ days: 3 })
  // @ts-expect-error wrong type
  await api.loans.lend({ book: 1 })
  // @ts-expect-error input is required
  await api.loans.lend()
  same<Awaited<ReturnType<typeof api.loans.delete>>, undefined>(true)
  // @ts-expect-error the operation takes its input, not an id
  await api.loans.delete('1')
  const overdue = await api.loans.overdue()
  same<typeof overdue, { readonly count: number }>(true)
  // @ts-expect-error takes nothing
  await api.loans.overdue({ since: 'x' })
  await api.loans.search()

  same<ReturnType<typeof bookmarkOf>, string | undefined>(true)
  return email
}

test('the types of the client follow from the app', () => assert.equal(typeof calls, 'function'))
