import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { anyOf, anyone, app, owner, principal, refuse, resource, role, service, signedIn, t, where } from 'banyan'
import { manifestOf } from '../../app/manifest.ts'
import { reviewApp } from '../../app/review.ts'
import { compileSchema } from '../../app/validator.ts'
import type { JsonSchema } from '../../core/json.ts'
import type { MediaType, OperationObject, Parameter, Response } from './document.ts'
import { openapi } from './openapi.ts'

const Country = resource('countries', {
  id: t.text({ length: 2, pattern: '[A-Z]{2}' }),
  name: t.text({ maxLength: 80, unique: true }),
}).access({ read: anyone, write: role('editor') })

/** A field of every kind, and of every option. */
const Shop = resource('shops', {
  name: t.text({ minLength: 3, maxLength: 40 }),
  slug: t.text({ pattern: '[a-z][a-z0-9-]*' }),
  country: t.ref('countries'),
  parent: t.ref('shops', { optional: true, onDelete: 'setNull' }),
  keeper: t.text({ maxLength: 128, writeOnce: true }),
  team: t.text({ private: true, default: 'none' }),
  kind: t.enum(['corner', 'market'], { default: 'corner' }),
  isOpen: t.boolean(),
  floor: t.integer({ minimum: -3, maximum: 30, optional: true }),
  visitors: t.bigint({ minimum: '0' }),
  rent: t.decimal(8, 2, { minimum: '0' }),
  share: t.decimal(3, 3),
  rank: t.decimal(1, 0),
  opensAt: t.timestamp(),
  foundedOn: t.date(),
  settings: t.json({
    schema: { type: 'object', properties: { sizes: { type: 'array', items: { type: 'integer' } } } },
  }),
  notes: t.json({ optional: true }),
  logo: t.bytes({ maxBytes: 12, optional: true }),
  licence: t.text({ pattern: '(?:NL|BE)-\\d{4}(?:/[A-Z]+)?', description: 'Given by the <b>town</b>.' }),
})
  .index('keeper', 'createdAt')
  .index('country', 'kind', 'rent')
  .index('team', 'foundedOn')
  .access({
    read: anyOf(owner('keeper'), role('auditor')),
    create: owner('keeper'),
    update: where('team', 'in', principal.roles),
    replace: signedIn,
    delete: role('editor'),
  })
  .requireMatch()
  .pageLimit(10)
  .describe('Where things are sold.')

const Secret = resource('secrets', { text: t.text() }).access({})

const shops = service('shops', { resources: { Country, Shop, Secret } })
  .operation('open', {
    http: 'POST /shops/{shop}/open',
    input: { shop: t.id(), at: t.timestamp({ optional: true }), hurry: t.boolean({ default: false }) },
    output: { opened: t.boolean(), code: t.text({ private: true }) },
    access: signedIn,
    idempotent: true,
    run: () => ({ opened: true, code: 'x' }),
  })
  .operation('nearest', {
    http: 'GET /nearest-shop',
    input: { country: t.text({ length: 2 }), floor: t.integer({ default: 0 }) },
    output: Shop,
    access: anyone,
    description: 'The shop nearest to the middle of a country.',
    run: () => {
      throw refuse(404)
    },
  })
  .operation('close', {
    http: 'DELETE /countries/{country}',
    input: { country: t.text({ length: 2 }) },
    access: role('editor'),
    run: () => {},
  })

const sample = app('market', { version: 'v2', services: [shops] })
const manifest = manifestOf(sample)
const document = openapi(manifest)

test('the sample app is one that would start', () => {
  assert.deepEqual(
    reviewApp(manifest, sample).filter(({ severity }) => severity === 'error'),
    [],
  )
})

test('the document is valid OpenAPI 3.1', async () => {
  const result = await new Validator().validate(JSON.parse(JSON.stringify(document)))
  assert.deepEqual(result.errors ?? [], [])
  assert.ok(result.valid)
})

test('every reference leads to a component, and every component is referred to', () => {
  const references = new Set<string>()
  visit(document, (value) => {
    if (typeof value.$ref === 'string') references.add(value.$ref)
  })
  const { securitySchemes: _, ...components } = document.components
  const declared = Object.entries(components).flatMap(([kind, members]) =>
    Object.keys(members).map((name) => `#/components/${kind}/${name}`),
  )
  assert.deepEqual([...references].sort(), declared.sort())
})

test('every example is valid against its schema', () => {
  let examples = 0
  const check = (schema: JsonSchema, value: unknown, place: string) => {
    examples++
    assert.deepEqual(compileSchema({ ...schema, components: document.components })(value), [], place)
  }
  visit(document, (value, place) => {
    const { schema, example, examples: several } = value as Partial<Parameter & MediaType>
    if (schema === undefined || typeof schema !== 'object') return
    if (example !== undefined) check(schema, place.includes('/headers/') ? numbered(schema, example) : example, place)
    for (const [name, shown] of Object.entries(several ?? {})) check(schema, shown.value, `${place}/${name}`)
  })
  assert.ok(examples > 40, `only ${examples} examples were found`)
})

test('every body has an example, written or answered', () => {
  for (const [id, operation] of operations()) {
    for (const content of [operation.requestBody?.content, ...Object.values(operation.responses).map(contentOf)]) {
      for (const [media, { examples }] of Object.entries(content ?? {})) {
        assert.ok(Object.keys(examples ?? {}).length > 0, `${id} has no example of ${media}`)
      }
    }
  }
})

test('there is a route for every action that has a rule, and no other', () => {
  const routes = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${path}`),
  )
  assert.deepEqual(routes.sort(), [
    'delete /v2/countries/{id}',
    'delete /v2/shops/{id}',
    'get /healthz',
    'get /readyz',
    'get /v2/countries',
    'get /v2/countries/{id}',
    'get /v2/nearest-shop',
    'get /v2/shops',
    'get /v2/shops/{id}',
    'patch /v2/countries/{id}',
    'patch /v2/shops/{id}',
    'post /v2/countries',
    'post /v2/countries:batch',
    'post /v2/shops',
    'post /v2/shops/{shop}/open',
    'post /v2/shops:batch',
    'put /v2/countries/{id}',
    'put /v2/shops/{id}',
  ])
})

test('no route is without an access rule, and none takes more credentials than its rule asks for', () => {
  const security = new Map(operations().map(([id, operation]) => [id, JSON.stringify(operation.security)]))
  for (const [id, operation] of operations()) {
    assert.equal(operation['x-banyan-access'] === undefined, id.startsWith('health.'), id)
  }
  assert.equal(security.get('countries.list'), '[]')
  assert.equal(security.get('shops.nearest'), '[]')
  assert.equal(security.get('shops.list'), '[{"bearer":[]}]')
  assert.equal(security.get('shops.open'), '[{"bearer":[]}]')
  assert.equal(operation('shops.list')['x-banyan-access']?.says, 'owner (keeper) or role auditor')
  assert.deepEqual(operation('countries.create')['x-banyan-access']?.roles, ['editor'])
})

test('an operation takes the place of a generated route, under its parameter, and leaves :batch', () => {
  const { delete: close } = document.paths['/v2/countries/{id}']!
  assert.equal(close?.operationId, 'shops.close')
  assert.deepEqual(
    close?.parameters.map((each) => ('name' in each ? each.name : each.$ref)),
    ['id', '#/components/parameters/Bookmark'],
  )
  const { operations: members } = document.components.schemas['countries.Batch']!.properties as Record<string, any>
  const words = members.items.oneOf.map((member: any) => member.properties.op.const)
  assert.deepEqual(words, ['create', 'update'])
})

test('private fields are never told, not even by filters, sorts and rules', () => {
  const text = JSON.stringify(document)
  assert.doesNotMatch(text, /team/)
  assert.doesNotMatch(JSON.stringify(document.components.schemas['shops.open.Output']), /code/)
  assert.doesNotMatch(text, /secrets/)
})

test('a change leaves out what is written once, and allows null where a value is optional', () => {
  const { properties } = document.components.schemas['shops.Change'] as { properties: Record<string, JsonSchema> }
  assert.equal(properties.keeper, undefined)
  assert.equal(properties.id, undefined)
  assert.deepEqual(properties.floor?.type, ['integer', 'null'])
  assert.equal(document.components.schemas['shops.Change']?.required, undefined)
})

test('a list has the filters of its paths, and says when one is legal', () => {
  const parameters = new Map(
    operation('shops.list').parameters.flatMap((each) => ('name' in each ? [[each.name, each] as const] : [])),
  )
  assert.deepEqual(
    [...parameters.keys()].filter((name) => !name.includes('[')),
    ['keeper', 'createdAt', 'id', 'country', 'kind', 'rent', 'sort', 'limit', 'after', 'fields', 'include'],
  )
  assert.ok(parameters.has('country[prefix]'), 'an id that is a text has prefixes')
  assert.ok(!parameters.has('rent[prefix]'))
  assert.equal(parameters.get('keeper[gte]')?.description, 'This or above.')
  assert.equal(
    parameters.get('rent[gte]')?.description,
    'This or above. Only with `country` and `kind` tested for equality.',
  )
  assert.deepEqual(parameters.get('limit')?.schema, { type: 'integer', minimum: 1, maximum: 10, default: 10 })
  const sorts = parameters.get('sort')?.schema.enum as string[]
  assert.ok(sorts.includes('kind,rent') && sorts.includes('-kind,-rent') && sorts.includes('-id'))
  assert.ok(!sorts.includes('country,rent') && !sorts.includes('foundedOn'))
  assert.deepEqual(parameters.get('include')?.schema.items, { type: 'string', enum: ['country', 'parent'] })
})

test('the field that an access rule fills in is not asked for', () => {
  const Note = resource('notes', { author: t.text(), writtenAt: t.timestamp() })
    .index('author', 'writtenAt')
    .access({ read: owner('author') })
  const notes = openapi(
    manifestOf(app('notes', { version: 'v1', services: [service('notes', { resources: { Note } })] })),
  )
  const { parameters, description } = notes.paths['/v1/notes']!.get!
  const range = parameters.find((each) => 'name' in each && each.name === 'writtenAt[lt]') as Parameter
  assert.equal(range.description, 'Below this.')
  assert.match(description, /`author` is filled in by the access rule/)
})

test('statuses are those that can occur', () => {
  const statuses = (id: string) => Object.keys(operation(id).responses).join(' ')
  assert.equal(statuses('countries.list'), '200 400 401 405 406 431 503')
  assert.equal(statuses('countries.get'), '200 304 400 401 404 405 406 431 503')
  assert.equal(statuses('countries.create'), '201 400 401 403 405 406 409 413 415 422 431 503')
  assert.equal(statuses('countries.replace'), '200 201 400 401 403 404 405 406 409 412 413 415 422 431 503')
  assert.equal(statuses('shops.get'), '200 304 400 401 404 405 406 431 503')
  assert.equal(statuses('shops.update'), '200 400 401 403 404 405 406 409 412 413 415 422 428 431 503')
  assert.equal(statuses('shops.delete'), '204 400 401 403 404 405 406 409 412 413 415 422 428 431 503')
  assert.equal(statuses('shops.nearest'), '200 400 401 403 404 405 406 409 422 431 503')
  assert.equal(statuses('shops.open'), '200 400 401 403 404 405 406 409 413 415 422 431 503')
  assert.equal(statuses('shops.close'), '204 400 401 403 404 405 406 409 413 415 422 431 503')
})

test('answers carry the headers that the contract promises', () => {
  const headers = (id: string, status: number) =>
    Object.keys((operation(id).responses[status] as Response).headers ?? {}).join(' ')
  assert.equal(headers('shops.create', 201), 'Location ETag Banyan-Bookmark')
  assert.equal(headers('shops.get', 304), 'ETag Banyan-Bookmark')
  assert.equal(headers('shops.list', 200), 'Link Banyan-Bookmark')
  assert.equal(headers('shops.nearest', 200), 'ETag Banyan-Bookmark')
  const problems = new Map(
    Object.entries(document.components.responses).map(([name, { headers: of = {} }]) => [name, Object.keys(of).join()]),
  )
  assert.equal(problems.get('SignInNeeded'), 'WWW-Authenticate')
  assert.equal(problems.get('MethodNotAllowed'), 'Allow')
  assert.equal(problems.get('Unavailable'), 'Retry-After')
})

test('a read answers whole rows, chosen fields and included rows, and nothing else', () => {
  const { schema, examples } = (operation('shops.get').responses[200] as Response).content!['application/json']!
  const validate = compileSchema({ ...schema, components: document.components })
  const row = examples!.row!.value as Record<string, unknown>
  const country = { ...(examples!.included!.value as any).included.country }
  assert.deepEqual(validate(row), [])
  assert.deepEqual(validate({ id: row.id, rent: row.rent }), [])
  assert.deepEqual(validate({ id: row.id, included: { country, parent: null } }), [])
  assert.notDeepEqual(validate({}), [])
  assert.notDeepEqual(validate({ ...row, team: 'red' }), [])
  assert.notDeepEqual(validate({ ...row, included: { nobody: null } }), [])
  assert.notDeepEqual(validate({ ...row, included: { country: { id: 'NL' } } }), [])
  assert.notDeepEqual(validate({ ...row, rent: 12 }), [])
})

test('a new row and a page lead to the routes of their rows', () => {
  const linksOf = (id: string, status: number) => (operation(id).responses[status] as Response).links ?? {}
  assert.deepEqual(Object.keys(linksOf('shops.create', 201)).sort(), [
    'shops.delete',
    'shops.get',
    'shops.open',
    'shops.replace',
    'shops.update',
  ])
  assert.deepEqual(linksOf('shops.list', 200)['shops.open']?.parameters, { shop: '$response.body#/data/0/id' })
  assert.deepEqual(linksOf('countries.replace', 201)['shops.close']?.parameters, { id: '$response.body#/id' })
  assert.deepEqual(linksOf('shops.get', 200), {})
})

test('the same app gives the same document', () => {
  assert.equal(JSON.stringify(openapi(manifestOf(sample))), JSON.stringify(document))
})

function operations(): readonly (readonly [string, OperationObject])[] {
  return Object.values(document.paths).flatMap((item) =>
    Object.values(item).map((each: OperationObject) => [each.operationId, each] as const),
  )
}

function operation(id: string): OperationObject {
  const found = operations().find(([name]) => name === id)
  assert.ok(found, `there is no operation ${id}`)
  return found[1]
}

function contentOf(response: object): Response['content'] {
  return (response as Response).content
}

/** A header is a text on the wire, whatever its schema says. */
function numbered(schema: JsonSchema, text: unknown): unknown {
  return schema.type === 'integer' ? Number(text) : text
}

function visit(
  value: unknown,
  found: (value: Readonly<Record<string, unknown>>, place: string) => void,
  place = '',
): void {
  if (typeof value !== 'object' || value === null) return
  found(value as Readonly<Record<string, unknown>>, place)
  for (const [name, part] of Object.entries(value)) {
    // What stands in an example is data, whatever its members are called.
    if (name !== 'value' && name !== 'example') visit(part, found, `${place}/${name}`)
  }
}
