import { test } from 'node:test'
import { anyone, signedIn } from '../app/access.ts'
import { app } from '../app/app.ts'
import { t } from '../app/field.ts'
import { resource } from '../app/resource.ts'
import { service } from '../app/service.ts'
import { load } from './load.ts'

// Everything here is proved by the compiler; `profiles` is never run.

const Book = resource('books', { title: t.text(), pages: t.integer() }).index('title').access({ read: anyone })
const loans = service('loans', { resources: { Book } }).operation('lend', {
  http: 'POST /loans',
  input: { book: t.id() },
  output: { days: t.integer() },
  access: signedIn,
  run: async () => ({ days: 14 }),
})
const library = app('library', { version: 'v1', services: [loans] })

test('a profile is compared with the app by the compiler', () => {
  profiles satisfies () => void
})

function profiles() {
  load(library, {
    arrivals: [
      { for: '30s', rate: 50 },
      { for: '1m', to: 400 },
    ],
    setup: async ({ api }) => ({ ids: (await api.books.list()).data.map(({ id }) => id) }),
    token: ({ number, shared }) => `dev:reader-${number}-${shared.ids.length}`,
    user: ({ shared }) => ({ favourite: shared.ids[0]!, read: 0 }),
    scenarios: {
      read: {
        weight: 9,
        run: async ({ api, shared, user, random, think, check }) => {
          const book = await api.books.get(random.pick(shared.ids), { fields: ['title'] })
          user.read++
          await think({ mean: '1s' })
          check(book.title.length > 0, 'UNTITLED')
          // @ts-expect-error: there is no such field among those that were asked for
          book.pages
          // @ts-expect-error: there is no such method
          await api.books.create({ title: '', pages: 1 })
          // @ts-expect-error: the setup gave nothing of this name
          shared.names
        },
      },
      lend: { refusals: ['GONE', 404], run: ({ api, user }) => api.loans.lend({ book: user.favourite }) },
    },
    verify: async ({ shared, as }) => {
      for (const id of shared.ids) await as('dev:olga').books.get(id)
    },
    expect: { p99: '50ms', errors: '0.1%', requests: { 'books.get': { p50: '5ms' }, 'loans.lend': { p99: '80ms' } } },
  })

  load(library, {
    users: 5,
    think: { mean: '1s' },
    duration: '10s',
    scenarios: { list: { run: ({ api }) => api.books.list() } },
  })

  // @ts-expect-error: either people arrive, or there is a fixed number of users
  load(library, { users: 5, arrivals: { rate: 5 }, scenarios: { list: { run: ({ api }) => api.books.list() } } })

  load(library, {
    users: 5,
    scenarios: { list: { run: ({ api }) => api.books.list() } },
    expect: {
      requests: {
        // @ts-expect-error: the app has no such request
        'books.lst': { p99: '5ms' },
      },
    },
  })

  load(library, {
    // @ts-expect-error: a phase has one rate or goes to one
    arrivals: [{ for: '30s', rate: 50, to: 60 }],
    scenarios: { list: { run: ({ api }) => api.books.list() } },
  })
}
