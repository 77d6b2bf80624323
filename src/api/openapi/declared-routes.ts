import type { FieldDeclaration } from '../../app/field.ts'
import type { AppManifest, FieldRecord, OperationManifest } from '../../app/manifest.ts'
import { inputSchema, outputSchema, valueSchema } from '../../app/schema.ts'
import type { JsonSchema } from '../../core/json.ts'
import { accessNote, securityOf } from './access.ts'
import { type Parameter, type Reference, type RequestBody, type Response, reference, type Verb } from './document.ts'
import { exampleFields, exampleInput } from './example/row.ts'
import { type DocumentedRoute, examples, json, rowAnswer } from './generated-routes.ts'
import { headerParameter, headersOf } from './headers.ts'
import { everywhere, problemResponses, withBody } from './problems.ts'

/** An operation that a service declares. One without an access rule has no route: it does not start. */
export function declaredRoute(operation: OperationManifest, manifest: AppManifest): readonly DocumentedRoute[] {
  const { access, service, name, description, idempotent } = operation
  if (access === undefined) return []
  const note = accessNote(access, () => false)
  const takesBody = operation.method !== 'GET' && operation.method !== 'DELETE'
  const { inPath, elsewhere } = splitInput(operation)
  const body = takesBody ? bodyOf(operation, elsewhere, manifest) : undefined
  return [
    {
      method: operation.method.toLowerCase() as Verb,
      path: `/${manifest.version}${operation.path}`,
      operation: {
        operationId: `${service}.${name}`,
        tags: [service],
        summary: summaryOf(name),
        description: [description, `Access: ${note.says}.`].filter((text) => text !== undefined).join('\n\n'),
        security: securityOf(note, idempotent),
        parameters: [
          ...parameters('path', inPath, operation, manifest),
          ...(takesBody ? [] : parameters('query', elsewhere, operation, manifest)),
          ...(idempotent ? [headerParameter('IdempotencyKey')] : []),
          headerParameter('Bookmark'),
        ],
        ...(body === undefined ? {} : { requestBody: body }),
        responses: {
          ...answerOf(operation, manifest),
          // Its body may refuse with any of these.
          ...problemResponses([
            ...everywhere,
            ...([403, 404, 409, 422] as const),
            ...(operation.method === 'GET' ? [] : withBody),
            ...(manifest.externals.length === 0 ? [] : ([502] as const)),
          ]),
        },
        'x-banyan-access': note,
        'x-banyan-operation': true,
      },
    },
  ]
}

/** Schemas of inputs and outputs, as components: `bookings.book.Input`. */
export function declaredSchemas(manifest: AppManifest): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(
    manifest.services.flatMap(({ operations }) =>
      operations.flatMap((operation) => {
        const { service, name, output } = operation
        return [
          [`${service}.${name}.Input`, inputSchema(splitInput(operation).elsewhere)] as const,
          ...(output.kind === 'fields' ? [[`${service}.${name}.Output`, outputSchema(output)] as const] : []),
        ]
      }),
    ),
  )
}

function splitInput({ path, input }: OperationManifest): {
  readonly inPath: FieldRecord
  readonly elsewhere: FieldRecord
} {
  const names = new Set([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!))
  const pick = (isInPath: boolean) =>
    Object.fromEntries(Object.entries(input).filter(([name]) => names.has(name) === isInPath))
  return { inPath: pick(true), elsewhere: pick(false) }
}

function bodyOf(
  { service, name, path }: OperationManifest,
  fields: FieldRecord,
  manifest: AppManifest,
): RequestBody | undefined {
  if (Object.keys(fields).length === 0) return undefined
  return {
    required: inputSchema(fields).required !== undefined,
    content: json(
      reference('schemas', `${service}.${name}.Input`),
      examples({ input: exampleFields(fields, { path, manifest }) }),
    ),
  }
}

function parameters(
  place: 'path' | 'query',
  fields: FieldRecord,
  { path }: OperationManifest,
  manifest: AppManifest,
): readonly (Parameter | Reference)[] {
  return Object.entries(fields).map(([name, field]: readonly [string, FieldDeclaration]) => {
    const example = exampleInput(name, field, { path, manifest })
    const isRequired = place === 'path' || (!field.optional && field.default === undefined)
    const schema = valueSchema(field)
    return {
      name,
      in: place,
      ...(isRequired ? { required: true } : {}),
      ...(field.description === undefined ? {} : { description: field.description }),
      schema: {
        ...schema,
        // An empty one would be another path.
        ...(place === 'path' && field.kind === 'text' && (field.minLength ?? 0) === 0 ? { minLength: 1 } : {}),
        ...(field.default === undefined ? {} : { default: field.default }),
      },
      ...(isRequired && example !== undefined ? { example } : {}),
    }
  })
}

function answerOf(operation: OperationManifest, manifest: AppManifest): Readonly<Record<string, Response>> {
  const { output, method, path, service, name } = operation
  switch (output.kind) {
    case 'none':
      return { 204: { description: 'It is done.', headers: headersOf('Bookmark') } }
    case 'fields':
      return {
        200: {
          description: 'It is done.',
          headers: headersOf('Bookmark'),
          content: json(
            reference('schemas', `${service}.${name}.Output`),
            examples({ output: exampleFields(output.fields, { path, manifest }) }),
          ),
        },
      }
    case 'row': {
      const resource = manifest.resources.find((each) => each.name === output.resource)!
      return method === 'POST' && path === `/${resource.name}`
        ? { 201: rowAnswer(resource, 'The row that was made.', headersOf('Location', 'ETag', 'Bookmark')) }
        : { 200: rowAnswer(resource, 'The row.', headersOf('ETag', 'Bookmark')) }
    }
  }
}

/** `releaseExpired` as words: `Release expired`. */
function summaryOf(name: string): string {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]/g, ' ')
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
