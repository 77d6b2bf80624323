import { anyone, app, resource, service, signedIn, t } from 'banyan'

/** Fields that take as much as a request can carry, and lists of them: what hostile inputs have the most to work with. */
const documentFields = {
  title: t.text({ maxLength: 40 }),
  text: t.text({ maxLength: 1_000_000, optional: true }),
  code: t.text({ maxLength: 1_000_000, pattern: '[A-Z0-9]+(-[A-Z0-9]+)*', optional: true }),
  content: t.json({ maxBytes: 1_000_000, optional: true }),
  labels: t.json({ schema: { type: 'array', items: { type: 'object' }, uniqueItems: true }, optional: true }),
  tags: t.json({ schema: { type: 'array', items: { type: 'string' }, uniqueItems: true }, optional: true }),
  file: t.bytes({ maxBytes: 740_000, optional: true }),
  amount: t.decimal(18, 4, { minimum: '0', optional: true }),
  count: t.bigint({ optional: true }),
  dueAt: t.timestamp({ optional: true }),
  parent: t.ref('documents', { optional: true }),
}

const Document = resource('documents', documentFields)
  .index('title')
  .index('parent', 'createdAt')
  .access({ read: anyone, write: signedIn })

const documents = service('documents', { resources: { Document } }).operation('echo', {
  http: 'POST /echo',
  input: documentFields,
  output: documentFields,
  access: signedIn,
  run: ({ input }) => input,
})

export default app('stalls', { version: 'v1', services: [documents] })
