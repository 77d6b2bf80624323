import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const each = (count: number, one: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => one(at)).join('')

/**
 * Writes an app of so many resources, each with an operation, ten to a service, and a client that lists each resource and calls each
 * operation. Gives the names of the files.
 */
export function writeLargeApp(folder: string, resources: number): readonly string[] {
  const services = Math.ceil(resources / 10)
  const inService = (service: number) => Math.min(10, resources - service * 10)
  const files = {
    'app.ts': `import { anyone, app, resource, role, service, signedIn, t } from 'banyan'
${each(resources, (at) => resourceCode(at, resources))}${each(services, (at) => serviceCode(at, inService(at)))}
export default app('large', { version: 'v1', services: [${each(services, (at) => `service${at}, `)}] })
`,
    'client.ts': `import { client } from 'banyan/client'
import type large from './app.ts'

const api = client<typeof large>('http://127.0.0.1')
${each(resources, clientCode)}`,
  }
  for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, name), code)
  return Object.keys(files)
}

const resourceCode = (at: number, resources: number): string => `
const Thing${at} = resource('things${at}', {
  number: t.text({ maxLength: 8 }),
  next: t.ref('things${(at + 1) % resources}', { optional: true }),
  startsAt: t.timestamp(),
  seats: t.integer({ minimum: 0, default: 0 }),
  price: t.decimal(10, 2),
  state: t.enum(['held', 'sold'], { default: 'held' }),
  notes: t.json({ optional: true }),
  secret: t.text({ private: true, optional: true }),
})
  .partitionBy('number')
  .index('number', 'startsAt')
  .index('state', 'seats')
  .access({ read: anyone, write: role('operator') })
`

const serviceCode = (service: number, resources: number): string => `
const service${service} = service('service${service}', {
  resources: { ${each(resources, (at) => `Thing${service * 10 + at}, `)} },
})${each(resources, (at) => operationCode(service * 10 + at))}
`

const operationCode = (at: number): string => `
  .operation('take${at}', {
    http: 'POST /things${at}/{id}/take',
    input: { id: t.id(), seats: t.integer({ minimum: 1 }) },
    output: Thing${at},
    access: signedIn,
    idempotent: true,
    run: ({ input, data }) =>
      data.transaction(async (tx) => {
        const guard = { seats: { gte: input.seats } }
        tx.things${at}.add(input.id, { seats: -input.seats }, { guard, otherwise: 'SEATS_GONE' })
        return (await tx.things${at}.get(input.id))!
      }),
  })`

/** An error is looked for here and there only: the compiler spends more on its words than on what is right. */
const clientCode = (at: number): string => `
export const page${at} = api.things${at}.list({ where: { number: 'A1' }, sort: '-startsAt', include: 'next' })
export const seats${at} = api.service${Math.floor(at / 10)}.take${at}({ id: '1', seats: 1 }).then((row) => row.seats)
${at % 20 === 0 ? wrongCode(at) : ''}`

const wrongCode = (at: number): string => `
// @ts-expect-error: there is no such field
export const wrong${at} = page${at}.then(({ data }) => data[0]?.nothing)
`
