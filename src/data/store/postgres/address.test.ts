import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AddressProblem, addressOf, addressWords, tlsOf } from './address.ts'

const kindOf = (address: string) => addressOf(address, { plaintext: true }).encryption.kind

test('an address is told apart, with what stands in it for other characters', () => {
  const rest = 'ann%40x:p%2Fw%3A@[::1]:6543/my%20data?options=-c%20work_mem%3D8MB'
  assert.deepEqual(addressOf(`postgres://${rest}&zone=eu-1a`), {
    url: 'postgres://ann%40x:p%2Fw%3A@[::1]:6543/my%20data?options=-c+work_mem%3D8MB',
    name: '[::1]:6543',
    zone: 'eu-1a',
    host: '::1',
    port: 6543,
    user: 'ann@x',
    password: 'p/w:',
    database: 'my data',
    settings: '-c work_mem=8MB',
    encryption: { kind: 'none' },
    certificate: undefined,
  })
  assert.deepEqual(
    (({ host, port, user }) => [host, port, user])(addressOf('postgresql:///flights?host=/run/postgresql')),
    ['/run/postgresql', 5432, undefined],
  )
})

test('what goes to another machine is proved unless the address says otherwise; on this one it needs no encryption', () => {
  for (const near of ['localhost', '127.0.0.1', '[::1]', 'db.localhost'])
    assert.equal(kindOf(`postgres://ann@${near}/x`), 'none')
  for (const far of ['db.example', '10.0.0.1', 'localhost.example', '[fe80::1]'])
    assert.equal(kindOf(`postgres://ann@${far}/x`), 'full')
  assert.equal(kindOf('postgres://ann@localhost/x?sslrootcert=ca.pem'), 'full')
})

test('the modes are those of libpq', () => {
  const at = 'postgres://ann@db.example/x?sslmode='
  assert.equal(kindOf(`${at}disable`), 'none')
  assert.equal(kindOf(`${at}require`), 'unproved')
  assert.equal(kindOf(`${at}require&sslrootcert=ca.pem`), 'authority')
  assert.equal(kindOf(`${at}verify-ca&sslrootcert=ca.pem`), 'authority')
  assert.equal(kindOf(`${at}verify-full`), 'full')
})

test('what is proved is never left to a default of the client or to the environment', () => {
  const tls = (address: string) => tlsOf(addressOf(address, { plaintext: true }))
  assert.equal(tls('postgres://ann@db.example/x?sslmode=disable'), false)
  assert.deepEqual(tls('postgres://ann@db.example/x?sslmode=require'), { rejectUnauthorized: false })
  assert.deepEqual(tls('postgres://ann@db.example/x'), { rejectUnauthorized: true })
})

const refused: Readonly<Record<string, readonly [address: string, says: RegExp]>> = {
  'no address': ['mysql://ann@db.example/x', /no address of PostgreSQL/],
  'a character that ends the password': ['postgres://ann:s3cret/w@db.example/x', /no address of PostgreSQL/],
  'no host': ['postgres:///x', /no host/],
  'a percent sign alone': ['postgres://ann:50%@db.example/x', /a % in it/],
  'a parameter that would silently not hold': [
    'postgres://ann@db.example/x?channel_binding=require',
    /channel_binding/,
  ],
  'no encryption to another machine': ['postgres://ann@db.example/x?sslmode=disable', /can be read and changed/],
  'encryption that is left to the server': [
    'postgres://ann@db.example/x?sslmode=prefer',
    /leaves it to whoever answers/,
  ],
  'a mode that there is not': ['postgres://ann@db.example/x?sslmode=strict', /no sslmode "strict"/],
  'any authority for any name': ['postgres://ann@db.example/x?sslmode=verify-ca', /authority of your own/],
  'half a certificate of one’s own': ['postgres://ann@db.example/x?sslcert=a.pem', /sslcert and sslkey/],
}
for (const [mistake, [address, says]] of Object.entries(refused)) {
  test(`${mistake} is refused, and no password is told`, () => {
    assert.throws(
      () => addressOf(address),
      (error) =>
        error instanceof AddressProblem && says.test(error.message) && !`${error.mend}${error}`.includes('s3cret'),
    )
  })
}

test('a place is told without what is secret', () => {
  assert.equal(
    addressWords(addressOf('postgres://ann:s3cret@db.example/x')),
    'db.example:5432, encrypted, and the server has proved its name',
  )
})
