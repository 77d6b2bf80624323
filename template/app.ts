import { anyone, app, resource, service, t } from 'banyan'

const name = t.text({ minLength: 1, maxLength: 80 })
const message = t.text({ minLength: 1, maxLength: 1_000 })

/** What visitors leave behind. */
export const Entry = resource('entries', { name, message })
  .index('createdAt') // What a list may filter and sort by: the newest first is ?sort=-createdAt.
  .access({ read: anyone })

export const entries = service('entries', { resources: { Entry } }).operation('sign', {
  http: 'POST /entries',
  description: 'Leaves an entry.',
  input: { name, message },
  output: Entry,
  access: anyone,
  validate: ({ input }) =>
    /https?:/i.test(input.message) ? [{ field: 'message', detail: 'must not have links' }] : undefined,
  run: ({ input, data }) => data.entries.insert(input),
})

/** What the backend is, and nothing about how it runs. */
export default app('guestbook', { version: 'v1', services: [entries] })
