import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'node:test'
import { loadAddress } from './address.ts'

suite('the address of a load', () => {
  const { PORT, BANYAN_HOST } = process.env
  afterEach(() => {
    Object.assign(process.env, { PORT: PORT ?? '', BANYAN_HOST: BANYAN_HOST ?? '' })
  })

  test('is where banyan start would serve', () => {
    for (const [host, port, url] of [
      ['', '', 'http://127.0.0.1:4000'],
      ['', '4100', 'http://127.0.0.1:4100'],
      ['0.0.0.0', '4100', 'http://127.0.0.1:4100'],
      ['::1', '4100', 'http://[::1]:4100'],
      ['localhost', '80', 'http://localhost'],
    ] as const) {
      Object.assign(process.env, { PORT: port, BANYAN_HOST: host })
      assert.equal(loadAddress({}), url)
    }
  })

  test('is none where the port is any', () => {
    process.env.PORT = '0'
    assert.throws(() => loadAddress({}), /PORT is 0, .* --url/)
  })

  test('may be any of this machine, with a path', () => {
    for (const url of [
      'http://127.0.0.1:4000',
      'http://127.8.9.1',
      'http://localhost:4000/api',
      'https://api.localhost',
      'http://[::1]:4000',
    ]) {
      assert.equal(loadAddress({ url: `${url}/` }), url)
    }
  })

  test('of another machine has to be allowed, whatever it looks like', () => {
    for (const url of [
      'http://example.com',
      'http://127.0.0.1.example.com',
      'http://localhost.example.com',
      'http://user@10.0.0.1',
      'http://127.0.0.1@10.0.0.1',
      'http://0.0.0.0:4000',
      'http://[::ffff:10.0.0.1]',
    ]) {
      assert.throws(() => loadAddress({ url }), /is not this machine: a load may put a server out of service/, url)
      assert.ok(loadAddress({ url, allowRemote: true }).startsWith('http://'))
    }
    // Another way of writing 127.0.0.1, which URLs have in their one form.
    assert.equal(loadAddress({ url: 'http://2130706433' }), 'http://127.0.0.1')
  })

  test('is refused where it is none', () => {
    for (const url of [
      'localhost:4000',
      '/v1',
      'ftp://127.0.0.1',
      'http://127.0.0.1/?a=1',
      'http://127.0.0.1/#a',
      '',
    ]) {
      assert.throws(() => loadAddress({ url }), /--url is .*; it must be an address like/, url)
    }
  })
})
