import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import type { MediaType, OpenApiDocument, OperationObject } from '../../src/api/openapi/document.ts'
import { manifestOf } from '../../src/app/manifest.ts'
import { reviewApp } from '../../src/app/review.ts'
import { compileSchema } from '../../src/app/validator.ts'
import type { JsonSchema } from '../../src/core/json.ts'
import { type Api, api, embedded } from './api.ts'
import rail from './rail.ts'

// The document of an older version is one like that of the current, and its answers are as it says.

let running: Api
const documents: Record<string, OpenApiDocument> = {}
before(async () => {
  running = await api(embedded.memory!, rail)
  for (const version of ['v2', 'v1', 'beta'])
    documents[version] = (await running.ask(`GET /${version}/openapi.json`)).body
})
after(() => running[Symbol.asyncDispose]())

const operations = (version: string): readonly OperationObject[] =>
  Object.values(documents[version]!.paths).flatMap((item) => Object.values(item))

test('the app whose versions these are is coherent but for what is fragile on purpose', () => {
  const findings = reviewApp(manifestOf(rail), rail)
  assert.deepEqual([...new Set(findings.map(({ place }) => place))], ['resources/fragiles/presents(v1)/fields(tag)'])
})

for (const version of ['v2', 'v1', 'beta']) {
  suite(`the document of ${version}`, () => {
    test('it is valid OpenAPI 3.1', async () => {
      const { errors, valid } = await new Validator().validate(structuredClone(documents[version]!) as never)
      assert.deepEqual(errors ?? [], [])
      assert.ok(valid)
    })

    test('every reference leads to a component, and every component is referred to', () => {
      const references = new Set<string>()
      visit(documents[version], ({ $ref }) => typeof $ref === 'string' && references.add($ref))
      const { securitySchemes: _, ...components } = documents[version]!.components
      const declared = Object.entries(components).flatMap(([kind, members]) =>
        Object.keys(members).map((name) => `#/components/${kind}/${name}`),
      )
      assert.deepEqual([...references].sort(), declared.sort())
    })

    test('every example is valid against its schema', () => {
      const { components } = documents[version]!
      let found = 0
      visit(documents[version], ({ schema, examples }) => {
        if (typeof schema !== 'object' || schema === null) return
        for (const { value } of Object.values((examples ?? {}) as NonNullable<MediaType['examples']>)) {
          found++
          assert.deepEqual(compileSchema({ ...schema, components })(value), [], JSON.stringify(value))
        }
      })
      assert.ok(found > 20)
    })
  })
}

test('what is deprecated says so at each operation and in each answer, and nothing else does', () => {
  for (const operation of operations('v1')) {
    assert.equal(operation.deprecated, true, operation.operationId)
    for (const response of Object.values(operation.responses)) {
      if ('$ref' in response) continue
      for (const header of ['Deprecation', 'Sunset', 'Link'])
        assert.ok(response.headers?.[header], operation.operationId)
    }
  }
  assert.match(documents.v1!.info.description, /^v1 is an older version, deprecated from 2026-06-01 on; it may stop/)
  for (const version of ['v2', 'beta'])
    assert.doesNotMatch(JSON.stringify(documents[version]), /"deprecated"|Deprecation|Sunset|successor-version/)
  assert.match(documents.beta!.info.description, /^beta is an older version\. The current one is v2\./)
})

test('a version tells nothing that only the other knows', () => {
  const [now, then] = [JSON.stringify(documents.v2), JSON.stringify(documents.v1)]
  for (const word of ['departsAt', 'price', 'currency', 'relief', 'operators', 'opened', 'pin', 'rail.merge'])
    assert.doesNotMatch(then, new RegExp(`"${word}"`))
  assert.doesNotMatch(then, /"~|\/v2\/|healthz/)
  for (const word of ['departure', 'fare', 'route', 'platform']) assert.doesNotMatch(now, new RegExp(`"${word}"`))
})

test('answers are as the document of their version says', async () => {
  const as = 'ada'
  for (const id of ['LAX', 'PHX']) await running.ask(`PUT /v2/stations/${id}`, { as, body: { name: id } })
  const { body: train } = await running.ask('POST /v2/trains', {
    as,
    body: {
      number: 'T',
      origin: 'LAX',
      destination: 'PHX',
      departsAt: '2030-01-01T00:00:00.000Z',
      price: '1.00',
      currency: 'GBP',
    },
  })
  for (const [id, request, options] of [
    ['trains.get', `GET /v1/trains/${train.id}`, {}],
    ['trains.get', `GET /v1/trains/${train.id}?fields=fare&include=replacement`, {}],
    ['trains.list', 'GET /v1/trains?sort=departure', {}],
    ['trains.update', `PATCH /v1/trains/${train.id}`, { as, body: { fare: 7 } }],
    [
      'trains.create',
      'POST /v1/trains',
      { as, body: { number: 'U', route: 'PHX-LAX', departure: '2030-01-01T00:00:00.000Z', fare: 1 } },
    ],
    [
      'trains.batch',
      'POST /v1/trains:batch',
      { as, body: { operations: [{ op: 'update', id: train.id, value: { fare: -1 } }] } },
    ],
    ['rail.book', 'POST /v1/tickets/book', { as, body: { ride: train.id, seats: 1 } }],
    ['rail.quote', `GET /v1/quote?ride=${train.id}`, {}],
    ['rail.depart', `PUT /v1/departures/${train.id}`, { as: 'x:driver' }],
  ] as const) {
    const { status, body } = await running.ask(request, options)
    const response = operations('v1').find(({ operationId }) => operationId === id)?.responses[status]
    assert.ok(response !== undefined && 'content' in response, `${request}: ${status} ${JSON.stringify(body)}`)
    const { schema } = response.content!['application/json']!
    const components = documents.v1!.components
    assert.deepEqual(
      compileSchema({ ...(schema as JsonSchema), components })(body),
      [],
      `${request}: ${JSON.stringify(body)}`,
    )
  }
})

function visit(value: unknown, see: (member: Readonly<Record<string, unknown>>) => unknown): void {
  if (typeof value !== 'object' || value === null) return
  see(value as Readonly<Record<string, unknown>>)
  for (const member of Object.values(value)) visit(member, see)
}
