import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Engine, engine } from '../engine.ts'
import { startServer, temporaryFolder } from '../running-server.ts'

const isCi = process.env.CI === 'true'
const schemathesis: Engine = isCi
  ? engine('schemathesis')
  : { path: '', skip: 'takes minutes: run with CI=true, after npm run engines:install' }

const flights = fileURLToPath(new URL('../../examples/flights', import.meta.url))
const config = fileURLToPath(new URL('./schemathesis.toml', import.meta.url))
const seed = process.env.BANYAN_SEED ?? '20011123'
const timeoutMs = 140_000

interface Fuzz {
  /** Cases that are made up for each route, beside those that follow from the document. */
  readonly examples: number
  readonly token?: string
  /** The API's own document: of the current version, unless it is another's. */
  readonly document?: string
  readonly options?: readonly string[]
}

/** Sends what the API's own document allows, and what it forbids. Ends with another code than 0 on an answer that it does not have. */
function fuzz(
  folder: string,
  url: string,
  { examples, token, document = '/openapi.json', options = [] }: Fuzz,
): Promise<{ readonly code: number | null; readonly printed: string }> {
  const args = [
    ...['--config-file', config, 'run', `${url}${document}`, '--no-color'],
    ...['--phases', 'examples,coverage,fuzzing,stateful'],
    ...['--max-examples', String(examples), '--seed', seed, '--workers', '1', '--request-timeout', '30'],
    ...(token === undefined ? [] : ['--header', `Authorization: Bearer ${token}`]),
    ...options,
  ]
  return new Promise((resolve, reject) => {
    const child = spawn(schemathesis.path, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs })
    let printed = ''
    child.stdout.on('data', (chunk) => {
      printed += chunk
    })
    child.stderr.on('data', (chunk) => {
      printed += chunk
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, printed }))
  })
}

for (const [who, run] of [
  ['an operator', { examples: 30, token: 'dev:fuzz:operator' }],
  ['a stranger', { examples: 8 }],
  ['an operator of an older version', { examples: 8, token: 'dev:fuzz:operator', document: '/v1/openapi.json' }],
] as const) {
  test(`no request of ${who} gets a 5xx or an answer outside its schema`, {
    skip: schemathesis.skip,
  }, async (context) => {
    context.diagnostic(`BANYAN_SEED=${seed}`)
    using folder = temporaryFolder()
    await using server = await startServer({ app: flights, dataFolder: folder.path })
    const { code, printed } = await fuzz(folder.path, server.url, run)
    for (const line of printed.match(/.*(Tested:|generated,).*/g) ?? []) context.diagnostic(line.trim())
    assert.equal(code, 0, printed.slice(-12_000))
    assert.doesNotMatch(server.output(), /"level":(50|60)/)
  })
}

test('control: a value that its schema does not allow is found', { skip: schemathesis.skip }, async () => {
  using folder = temporaryFolder()
  const preload = new URL('./wrong-answer.ts', import.meta.url)
  await using server = await startServer({ app: flights, dataFolder: folder.path, preload })
  const { code, printed } = await fuzz(folder.path, server.url, {
    examples: 5,
    options: ['--include-operation-id', 'airports.list'],
  })
  assert.equal(code, 1, printed)
  assert.match(printed, /latitude/)
  assert.match(printed, /Response violates schema/)
})
