import { test } from 'node:test'
import { anyone, role, signedIn } from '../app/access.ts'
import { app } from '../app/app.ts'
import { contract } from '../app/contract.ts'
import { t } from '../app/field.ts'
import { resource } from '../app/resource.ts'
import { service } from '../app/service.ts'
import { fixtures, testApp } from './testing.ts'

// Everything here is proved by the compiler; `promises` is never run.

const Room = resource('rooms', { id: t.text(), beds: t.integer({ default: 1 }) }).access({
  read: anyone,
  write: role('operator'),
})
const Guest = resource('guests', { name: t.text(), note: t.text({ private: true, optional: true }) }).access({
  get: signedIn,
})
const doors = contract('doors', {
  open: { input: { room: t.text() }, output: { code: t.text() } },
  lock: { input: { room: t.text() } },
})
const mail = contract('mail', { send: { input: { text: t.text() } } })

const hotel = app('hotel', {
  version: 'v1',
  services: [
    service('rooms', { resources: { Room } }),
    service('guests', { resources: { Guest }, calls: { doors } }).operation('arrive', {
      http: 'POST /arrivals',
      input: { name: t.text() },
      output: Guest,
      access: signedIn,
      run: ({ data, input }) => data.guests.insert(input),
    }),
    // The service's own name of a contract is not the contract's.
    service('porter', { uses: { Room }, calls: { post: mail }, implements: { hinges: doors } }).implement('hinges', {
      open: () => ({ code: '1' }),
      lock: () => {},
    }),
    service('mail', { implements: { mail } }).implement('mail', { send: () => {} }),
  ],
})

async function promises() {
  await using it = await testApp(hotel, {
    fixtures: [
      fixtures(hotel, { rooms: [{ id: '1', beds: 2 }, { id: '2' }], guests: [{ id: '…', name: 'Ada', note: 'tea' }] }),
    ],
    implementations: {
      doors: {
        open: async ({ input, data, call, clock }) => {
          const room = await data.rooms.get(input.room)
          await call.post.send({ text: clock.now() })
          // @ts-expect-error: the input is that of the contract
          input.code
          // @ts-expect-error: the service that implements it does not reach guests
          data.guests
          return { code: String(room?.beds) }
        },
      },
      mail: { send: () => {} },
    },
  })
  const { name } = await it.as('ada').guests.arrive({ name: 'Ada' })
  name satisfies string
  await it.as('olga', 'operator').rooms.update('1', { beds: 3 })
  await it.client({ retries: 2 }).rooms.get('1')
  // @ts-expect-error: clients do not see private fields
  ;(await it.anonymous.guests.get('1')).note
  // @ts-expect-error: the app has no resource of this name
  it.anonymous.room

  // @ts-expect-error: a row needs its fields
  fixtures(hotel, { guests: [{ note: 'nameless' }] })
  // @ts-expect-error: beds is a number
  fixtures(hotel, { rooms: [{ id: '1', beds: 'two' }] })
  // @ts-expect-error: the resource has no such field
  fixtures(hotel, { rooms: [{ id: '1', floor: 2 }] })
  // @ts-expect-error: the app has no resource of this name
  fixtures(hotel, { room: [] })
  // @ts-expect-error: what takes the place of a call returns what the contract says
  testApp(hotel, { implementations: { doors: { open: () => ({ code: 1 }) } } })
  // @ts-expect-error: the contract has no such call
  testApp(hotel, { implementations: { doors: { shut: () => {} } } })
  // @ts-expect-error: the app has no such contract
  testApp(hotel, { implementations: { hinges: {} } })
  // @ts-expect-error: a clock moves by durations
  it.clock.advance(900)
}

test('an app types its fixtures, its clients and what stands in for its contracts', () => void promises)
