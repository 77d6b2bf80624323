import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { JsonSchema } from '../../core/json.ts'
import { compileSchema } from '../validator.ts'
import { readExternal } from './read.ts'
import { ownSchema } from './schema.ts'

const ok = { 200: { description: 'OK', content: { 'application/json': { schema: { type: 'string' } } } } }
const read = (paths: unknown, more: object = {}) => readExternal('x', { openapi: '3.1.0', paths, ...more })
const schemas = {
  Broken: { properties: { gone: { $ref: '#/components/schemas/Gone' } } },
  Tree: { properties: { children: { items: { $ref: '#/components/schemas/Tree' } } } },
}
const post = (operation: object) =>
  read({ '/a': { post: { operationId: 'a', responses: ok, ...operation } } }, { components: { schemas } })
const body = (schema: unknown, type = 'application/json') => ({
  requestBody: { required: true, content: { [type]: { schema } } },
})

suite('a document', () => {
  test('of another kind is told as such', () => {
    for (const document of [
      undefined,
      null,
      7,
      'x',
      [],
      {},
      { openapi: 3 },
      { openapi: '4.0.0' },
      { swagger: '2.0' },
    ]) {
      assert.match(
        readExternal('x', document).problem ?? '',
        /^it is not OpenAPI 3\.0 or 3\.1/,
        JSON.stringify(document),
      )
    }
    assert.equal(readExternal('x', { swagger: '2.0' }).problem, 'it is not OpenAPI 3.0 or 3.1 but "2.0"')
    assert.equal(read({}).problem, 'it has no operation that can be called')
    assert.equal(read(undefined).problem, 'it has no operation that can be called')
  })

  test('names its calls by their operationId, or by method and path', () => {
    const { calls } = read({
      '/a': { get: { operationId: 'list-things.all', responses: ok }, post: { responses: ok } },
      '/a/b': { get: { operationId: 'GetThing', responses: ok } },
      '/b': { get: { operationId: 'then', responses: ok }, put: { operationId: '7th', responses: ok } },
      '/c': { get: { operationId: 'toString', responses: ok } },
    })
    assert.deepEqual(Object.keys(calls), ['listThingsAll', 'postA', 'getThing', 'callThen', 'call7th', 'toString'])
  })

  test('with operations of one name has the first of them', () => {
    const { calls, leftOut } = read({
      '/a': { get: { operationId: 'a', responses: ok } },
      '/b': { get: { operationId: 'A', responses: ok } },
    })
    assert.deepEqual(Object.keys(calls), ['a'])
    assert.deepEqual(leftOut, { 'GET /b': 'its name a is that of another operation' })
  })
})

suite('an operation', () => {
  const leftOut: readonly (readonly [string, object, string])[] = [
    ['with a body that is not JSON', body({}, 'multipart/form-data'), 'its body is multipart/form-data, not JSON'],
    [
      'that needs a cookie',
      { parameters: [{ name: 's', in: 'cookie', required: true, schema: {} }] },
      'it needs the cookie s',
    ],
    [
      'with an object in its query',
      { parameters: [{ name: 'f', in: 'query', style: 'deepObject', schema: { type: 'object' } }] },
      'the parameter f has the style deepObject',
    ],
    [
      'with JSON in its query',
      { parameters: [{ name: 'f', in: 'query', content: {} }] },
      'the parameter f is not a plain value',
    ],
    [
      'that answers with a picture',
      { responses: { 200: { content: { 'image/png': {} } } } },
      'it answers with image/png, not JSON',
    ],
    ['without answers', { responses: {} }, 'it does not say how it answers'],
    [
      'that refers to nothing',
      { parameters: [{ $ref: '#/components/parameters/x' }] },
      '#/components/parameters/x leads nowhere',
    ],
    [
      'that refers to a file',
      { parameters: [{ $ref: 'other.json#/x' }] },
      'other.json#/x lies in another file; bundle the document first',
    ],
    [
      'whose answer refers to a file',
      { responses: { 200: { content: { 'application/json': { schema: { items: { $ref: 'other.json#/x' } } } } } } },
      'other.json#/x lies in another file; bundle the document first',
    ],
    [
      'whose body refers to an address',
      body({ properties: { a: { $ref: 'https://schemas.example/a' } } }),
      'https://schemas.example/a lies in another file; bundle the document first',
    ],
    [
      'that refers to what refers to nothing',
      { responses: { 200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Broken' } } } } } },
      '#/components/schemas/Gone leads nowhere',
    ],
    ['that is not well formed', { parameters: 7 }, 'it is not well formed'],
    ['whose name is a number', { operationId: 7 }, 'it is not well formed'],
  ]
  for (const [what, operation, reason] of leftOut) {
    test(`${what} is left out, with the reason`, () => {
      assert.deepEqual(post(operation).leftOut, { 'POST /a': reason })
    })
  }

  test('may refer to what refers to itself', () => {
    assert.ok(post(body({ $ref: '#/components/schemas/Tree' })).calls.a)
  })

  test('lies below the address, or is left out', () => {
    for (const path of ['@evil.example/a', '.evil.example/a', 'a', '/a?b=c', '/a#b']) {
      const { calls, leftOut } = read({ [path]: { get: { operationId: 'a', responses: ok } } })
      assert.deepEqual(calls, {})
      assert.match(leftOut[`GET ${path}`]!, /^its path is none/)
    }
    assert.deepEqual(read({ '/a/{id}': { get: { responses: ok } } }).leftOut, {
      'GET /a/{id}': 'its path has {id}, which is no parameter of it',
    })
    assert.deepEqual(read({ '/a': { $ref: 'a.json' }, '/b': { get: null, put: 7 }, '/c': null }).leftOut, {
      '/a': 'it stands in a.json; bundle the document first',
      'GET /b': 'it is not well formed',
      'PUT /b': 'it does not say how it answers',
    })
  })

  test('takes the members of its body beside its parameters, or its body as a whole', () => {
    const shape = {
      type: 'object',
      properties: { a: { type: 'string' }, made: { readOnly: true } },
      required: ['a', 'made'],
    }
    const members = post(body(shape)).calls.a!
    assert.equal(members.body, 'members')
    assert.deepEqual(members.input.required, ['a'])
    assert.deepEqual(Object.keys(members.input.properties as object), ['a'])
    for (const schema of [{ type: 'array' }, { anyOf: [shape] }, { type: 'object' }, true]) {
      assert.deepEqual(post(body(schema)).calls.a!.input.required, ['body'], JSON.stringify(schema))
    }
    const clash = { parameters: [{ name: 'a', in: 'query', schema: { type: 'string' } }], ...body(shape) }
    assert.equal(post(clash).calls.a!.body, 'whole')
  })

  test('keeps to itself what the runtime sends, and knows whether it takes a key', () => {
    const header = (name: string) => ({ name, in: 'header', schema: { type: 'string' } })
    const call = post({ parameters: ['Idempotency-Key', 'Authorization', 'X-Request-ID', 'X-Own'].map(header) }).calls
      .a!
    assert.deepEqual(
      call.parameters.map(({ name }) => name),
      ['X-Own'],
    )
    assert.equal(call.takesKey, true)
    assert.equal(post({}).calls.a!.takesKey, false)
  })

  test('goes before its path where both declare a parameter', () => {
    const parameter = (type: string) => ({ name: 'id', in: 'path', required: true, schema: { type } })
    const { calls } = read({
      '/a/{id}': {
        parameters: [parameter('string')],
        get: { operationId: 'a', parameters: [parameter('integer')], responses: ok },
      },
    })
    assert.deepEqual(calls.a!.input.properties, { id: { type: 'integer' } })
  })

  test('answers by its successes; by default only where it has none', () => {
    const json = (type: string) => ({ content: { 'application/json': { schema: { type } } } })
    const answers = (responses: object) => post({ responses }).calls.a!.answers
    assert.deepEqual(answers({ 200: json('string'), 204: {}, 404: json('object'), default: json('object') }), {
      200: { type: 'string' },
      204: null,
    })
    assert.deepEqual(answers({ '2xx': json('string') }), { '2XX': { type: 'string' } })
    assert.deepEqual(answers({ default: json('string') }), { DEFAULT: { type: 'string' } })
  })
})

suite('a schema', () => {
  const holds = (schema: unknown, value: unknown) => compileSchema(ownSchema(schema) as JsonSchema)(value).length === 0

  test('of OpenAPI 3.0 means what it meant there', () => {
    assert.ok(holds({ type: 'string', nullable: true }, null))
    assert.ok(holds({ type: 'string', enum: ['a'], nullable: true }, null))
    assert.ok(!holds({ type: 'string', nullable: false }, null))
    assert.ok(!holds({ type: 'number', minimum: 1, exclusiveMinimum: true }, 1))
    assert.ok(holds({ type: 'number', minimum: 1, exclusiveMinimum: false }, 1))
    assert.ok(!holds({ type: 'number', exclusiveMaximum: 1 }, 1))
  })

  test('keeps members that are called like words of schemas', () => {
    const schema = { type: 'object', properties: { format: { type: 'integer' }, example: { type: 'integer' } } }
    assert.ok(!holds(schema, { format: 'x' }))
    assert.ok(!holds(schema, { example: 'x' }))
  })

  test('loses what nobody agrees on, at any depth', () => {
    const odd = { type: 'string', format: 'int32', 'x-range': ['0', '1'], example: 7, $id: 'x', discriminator: {} }
    assert.deepEqual(ownSchema({ allOf: [odd], items: odd, properties: { a: odd } }), {
      allOf: [{ type: 'string' }],
      items: { type: 'string' },
      properties: { a: { type: 'string' } },
    })
  })

  test('asks of an answer nothing that is only given', () => {
    assert.ok(holds({ type: 'object', properties: { secret: { writeOnly: true } }, required: ['secret'] }, {}))
    assert.ok(!holds({ type: 'object', properties: { id: { readOnly: true } }, required: ['id'] }, {}))
  })
})
