import assert from 'node:assert/strict'
import { test } from 'node:test'
import { project } from './project.ts'

const app = (prefix: string, body = '') => `
import { app, role, service } from 'banyan'
const legacy = async (instance) => {
  ${body}
  instance.get('/orders/:id', async () => ({}))
  instance.post('/orders', async () => ({}))
}
export default app('shop', { version: 'v1', services: [service('legacy').mount('${prefix}', { access: role('operator'), fastify: legacy })] })
`

test('what is mounted is listed, stands on the sheet, and is not explained', async () => {
  using it = project({ 'app.ts': app('/legacy') })
  const { out } = await it.run(['routes'])
  assert.match(out, /GET +\/legacy\/orders\/\{id\} +legacy +role operator +read/)
  assert.match(out, /POST +\/legacy\/orders +legacy +role operator +no/)
  const sheet = await it.run(['check'])
  assert.match(sheet.out, /MOUNTED\n\n {2}\/legacy, of the service legacy\n {4}access +role operator/)
  const explained = await it.run(['explain', 'GET /legacy/orders/7'])
  assert.equal(explained.code, 2)
  assert.match(explained.err, /\/legacy is an application that the service legacy mounts/)
})

test('a prefix that is taken, and a plugin that throws, are told with their place', async () => {
  using it = project({ 'app.ts': app('/v1/legacy') })
  const taken = await it.run(['check'])
  assert.equal(taken.code, 3)
  assert.match(taken.out, /services\/legacy\/mounts\/v1\/legacy +MOUNT_TAKEN\n.*below \/v1.*\n.*Choose another prefix/)
  it.write('app.ts', app('/legacy', "throw new Error('no database')"))
  for (const command of ['start', 'routes']) {
    const { code, err } = await it.run([command])
    assert.equal(code, 1, command)
    assert.match(err, /Error: no database\n +at app\.ts:4/)
  }
})
