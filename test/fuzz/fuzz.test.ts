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
const seed = process.env.BANYAN_SEED ?? '20011123'
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
]

/** Sends what the API's own document allows, and what it forbids; rejects on an answer that the document does not have. */
function fuzz(
  folder: string,
  url: string,
  authorization: readonly string[],
  examples: number,
): Promise<{ readonly code: number | null; readonly printed: string }> {
  const args = [
    'run',
    `${url}/openapi.json`,
    '--checks',
    checks.join(','),
    '--phases',
    'examples,coverage,fuzzing',
    '--max-examples',
    String(examples),
    '--seed',
    seed,
    '--workers',
    '1',
    '--request-timeout',
    '30',
    '--no-color',
    ...authorization,
  ]
  return new Promise((resolve, reject) => {
    const child = spawn(schemathesis.path, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], timeout: 280_000 })
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

test('no request makes a 5xx or an answer outside its schema', { skip: schemathesis.skip }, async (context) => {
  context.diagnostic(`BANYAN_SEED=${seed}`)
  using folder = temporaryFolder()
  await using server = await startServer({ app: flights, dataFolder: folder.path })
  const asOperator = ['--header', 'Authorization: Bearer dev:fuzz:operator']
  for (const [who, authorization, examples] of [
    ['an operator', asOperator, 25],
    ['a stranger', [], 8],
  ] as const) {
    const { code, printed } = await fuzz(folder.path, server.url, authorization, examples)
    const summary = printed.split('\n').filter((line) => /test cases|Operations|passed|failed/i.test(line))
    context.diagnostic(
      `${who}: ${summary
        .map((line) => line.trim())
        .join('; ')
        .slice(0, 400)}`,
    )
    assert.equal(code, 0, `as ${who}:\n${printed.slice(-6000)}`)
  }
})
