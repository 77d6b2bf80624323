import type { AccessRule, Action } from '../../app/access.ts'
import { exampleValue } from '../../app/example/value.ts'
import type { AppManifest, ResourceManifest } from '../../app/manifest.ts'
import { valueSchema } from '../../app/schema.ts'
import { coreErrors } from '../../core/errors.ts'
import type { JsonSchema } from '../../core/json.ts'
import { accessNote, mayForbid, securityOf } from './access.ts'
import type { Examples, OperationObject, Parameter, Reference, Response, Verb } from './document.ts'
import {
  type Example,
  exampleBatch,
  exampleChange,
  exampleNewRow,
  exampleReplacement,
  exampleRow,
  exampleWithIncluded,
} from './example/row.ts'
import { headerParameter, headersOf } from './headers.ts'
import { listParameters, pathsInWords, shapeParameters } from './list-parameters.ts'
import { everywhere, exampleProblem, type ProblemStatus, problemResponses, withBody } from './problems.ts'
import { batchActions, readSchema, shape } from './schemas.ts'

/** A method at a path, and what the document says of it. */
export interface DocumentedRoute {
  readonly method: Verb
  readonly path: string
  readonly operation: OperationObject
}

/** The routes that a resource has without anybody writing them: those that its access rules open. */
export function generatedRoutes(resource: ResourceManifest, manifest: AppManifest): readonly DocumentedRoute[] {
  const place: Place = { resource, manifest, many: `/${manifest.version}/${resource.name}` }
  const routes = actions.flatMap((action) => {
    const rule = resource.actions[action]
    return rule === undefined ? [] : [describe[action](place, rule)]
  })
  return batchActions(resource).length === 0 ? routes : [...routes, batchRoute(place)]
}

/** As one reads them: the routes of many rows first. */
const actions = ['list', 'create', 'get', 'update', 'replace', 'delete'] as const satisfies readonly Action[]

interface Place {
  readonly resource: ResourceManifest
  readonly manifest: AppManifest
  readonly many: string
}

const describe: Readonly<Record<Action, (place: Place, rule: AccessRule) => DocumentedRoute>> = {
  list: (place, rule) => {
    const { resource, manifest, many } = place
    const row = exampleRow(resource)
    return route(place, 'list', rule, {
      method: 'get',
      path: many,
      summary: `List ${resource.name}`,
      description: pathsInWords(resource),
      parameters: [...listParameters(resource, manifest, (field) => row?.[field]), headerParameter('Bookmark')],
      answers: {
        200: {
          description: `A page of ${resource.name}.`,
          headers: headersOf('Link', 'Bookmark'),
          content: json(shape(resource, 'Page'), row === undefined ? {} : pageExamples(resource, row)),
        },
      },
      problems: mayForbid(rule, false) ? [403] : [],
    })
  },

  get: (place, rule) => {
    const { resource, manifest, many } = place
    return route(place, 'get', rule, {
      method: 'get',
      path: `${many}/{id}`,
      summary: `Read a row of ${resource.name}`,
      parameters: [
        idParameter(resource),
        ...shapeParameters(resource, manifest),
        headerParameter('IfNoneMatch'),
        headerParameter('Bookmark'),
      ],
      answers: {
        200: {
          description: 'The row.',
          headers: headersOf('ETag', 'Bookmark'),
          content: json(
            readSchema(resource),
            examples({ row: exampleRow(resource), included: exampleWithIncluded(resource, manifest) }),
          ),
        },
        304: { description: 'The caller has this answer already.', headers: headersOf('ETag', 'Bookmark') },
      },
      problems: mayForbid(rule, false) ? [403, 404] : [404],
    })
  },

  create: (place, rule) => {
    const { resource, many } = place
    return route(place, 'create', rule, {
      method: 'post',
      path: many,
      summary: `Create a row of ${resource.name}`,
      parameters: writeParameters([]),
      body: { content: json(shape(resource, 'NewRow'), examples({ row: exampleNewRow(resource) })) },
      answers: { 201: created(resource) },
      problems: [...writing, ...(mayForbid(rule, true) ? [403 as const] : [])],
    })
  },

  update: (place, rule) => {
    const { resource, many } = place
    const content = json(shape(resource, 'Change'), examples({ change: exampleChange(resource) }))
    return route(place, 'update', rule, {
      method: 'patch',
      path: `${many}/{id}`,
      summary: `Change a row of ${resource.name}`,
      parameters: writeParameters([idParameter(resource), ifMatch(resource)]),
      body: { content: { 'application/merge-patch+json': content['application/json'], ...content } },
      answers: { 200: changed(resource) },
      problems: [...changing(resource), ...(mayForbid(rule, true) ? [403 as const] : [])],
    })
  },

  replace: (place, rule) => {
    const { resource, many } = place
    const create = resource.ids === 'given' ? resource.actions.create : undefined
    const forbids = mayForbid(rule, true) || (create !== undefined && mayForbid(create, true))
    return route(place, 'replace', rule, {
      method: 'put',
      path: `${many}/{id}`,
      summary: `Replace a row of ${resource.name}`,
      description: create === undefined ? '' : 'Creates the row where there is none.',
      parameters: writeParameters([idParameter(resource), ifMatch(resource)]),
      body: { content: json(shape(resource, 'Replacement'), examples({ row: exampleReplacement(resource) })) },
      answers: { 200: changed(resource), ...(create === undefined ? {} : { 201: created(resource) }) },
      problems: [...changing(resource), ...(forbids ? [403 as const] : [])],
    })
  },

  delete: (place, rule) => {
    const { resource, many } = place
    return route(place, 'delete', rule, {
      method: 'delete',
      path: `${many}/{id}`,
      summary: `Delete a row of ${resource.name}`,
      parameters: writeParameters([idParameter(resource), ifMatch(resource)]),
      answers: { 204: { description: 'It is gone.', headers: headersOf('Bookmark') } },
      problems: [...changing(resource), ...(mayForbid(rule, false) ? [403 as const] : [])],
    })
  },
}

function batchRoute(place: Place): DocumentedRoute {
  const { resource, many } = place
  const rules = batchActions(resource).map((action) => resource.actions[action]!)
  const changes = batchActions(resource).some((action) => action !== 'create')
  const row = exampleRow(resource)
  const outcomes = [
    ...(row === undefined ? [] : [{ status: 201, value: row }]),
    {
      status: 422,
      problem: exampleProblem(
        coreErrors.INVALID('the value is not valid', { issues: [{ pointer: '/value', detail: 'is required' }] }),
      ),
    },
  ]
  return route(place, 'batch', rules.length === 1 ? rules[0]! : { kind: 'anyOf', rules }, {
    method: 'post',
    path: `${many}:batch`,
    summary: `Write many rows of ${resource.name}`,
    description:
      'Each operation has its own outcome, under the access rule of its own action. With `atomic` all or none are done, and the first that fails is the answer.',
    parameters: writeParameters([]),
    body: { content: json(shape(resource, 'Batch'), examples({ batch: exampleBatch(resource) })) },
    answers: {
      200: {
        description: 'The outcomes, in the order of the operations.',
        headers: headersOf('Bookmark'),
        content: json(shape(resource, 'Outcomes'), { outcomes: { value: { outcomes } } }),
      },
    },
    problems: [
      ...(changes ? changing(resource) : writing),
      ...(rules.some((rule) => mayForbid(rule, true)) ? [403 as const] : []),
    ],
  })
}

function pageExamples({ total }: ResourceManifest, row: Example): Examples {
  const page = (more: object) => ({ value: { data: [row], page: { next: null, ...more } } })
  return {
    page: page({}),
    ...(total === undefined ? {} : { counted: page({ total: { count: 1, kind: 'exact' } }) }),
  }
}

interface RouteOptions {
  readonly method: Verb
  readonly path: string
  readonly summary: string
  readonly description?: string
  readonly parameters: readonly (Parameter | Reference)[]
  readonly body?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> }
  readonly answers: Readonly<Record<number, Response>>
  readonly problems: readonly ProblemStatus[]
}

function route(
  { resource }: Place,
  action: Action | 'batch',
  rule: AccessRule,
  { method, path, summary, description, parameters, body, answers, problems }: RouteOptions,
): DocumentedRoute {
  const access = accessNote(rule, (field) => resource.fields[field]?.private ?? false)
  // Only a signed-in caller can make a write repeatable.
  const profits = method !== 'get'
  return {
    method,
    path,
    operation: {
      operationId: `${resource.name}.${action}`,
      tags: [resource.name],
      summary,
      description: [description, `Access: ${access.says}.`]
        .filter((text) => text !== undefined && text !== '')
        .join('\n\n'),
      security: securityOf(access, profits),
      parameters,
      ...(body === undefined ? {} : { requestBody: { required: true, ...body } }),
      responses: { ...answers, ...problemResponses([...everywhere, ...problems]) } as OperationObject['responses'],
      'x-banyan-access': access,
    },
  }
}

const writing = [...withBody, 409, 422] as const satisfies readonly ProblemStatus[]

function changing({ requireMatch }: ResourceManifest): readonly ProblemStatus[] {
  return [...writing, 404, 412, ...(requireMatch ? [428 as const] : [])]
}

function writeParameters(own: readonly (Parameter | Reference)[]): readonly (Parameter | Reference)[] {
  return [...own, headerParameter('IdempotencyKey'), headerParameter('Bookmark')]
}

function ifMatch({ requireMatch }: ResourceManifest): Reference {
  return headerParameter(requireMatch ? 'IfMatchRequired' : 'IfMatch')
}

function idParameter(resource: ResourceManifest): Parameter {
  const { field } = resource.columns[0]!
  const schema = valueSchema(field)
  const example = exampleValue('id', field, resource.name)
  return {
    name: 'id',
    in: 'path',
    required: true,
    // An empty one would be another path.
    schema: field.kind === 'text' && (field.minLength ?? 0) === 0 ? { ...schema, minLength: 1 } : schema,
    ...(field.description === undefined ? {} : { description: field.description }),
    ...(example === undefined ? {} : { example }),
  }
}

function created(resource: ResourceManifest): Response {
  return rowAnswer(resource, 'The row that was made.', headersOf('Location', 'ETag', 'Bookmark'))
}

function changed(resource: ResourceManifest): Response {
  return rowAnswer(resource, 'The row as it is now.', headersOf('ETag', 'Bookmark'))
}

export function rowAnswer(resource: ResourceManifest, description: string, headers: Response['headers']): Response {
  return {
    description,
    ...(headers === undefined ? {} : { headers }),
    content: json(shape(resource, 'Row'), examples({ row: exampleRow(resource) })),
  }
}

export function json(
  schema: JsonSchema | Reference,
  shown: Examples,
): { readonly 'application/json': { readonly schema: JsonSchema; readonly examples?: Examples } } {
  return {
    'application/json': {
      schema: schema as JsonSchema,
      ...(Object.keys(shown).length === 0 ? {} : { examples: shown }),
    },
  }
}

/** Those examples for which values could be made up. */
export function examples(values: Readonly<Record<string, Example | undefined>>): Examples {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, { value }] as const])),
  )
}
