import type { OlderManifest } from '../../app/manifest.ts'
import { isReference, type OpenApiDocument, type OperationObject, type Reference, type Response } from './document.ts'
import { headersOf } from './headers.ts'

type Headers = Readonly<Record<string, Reference>>
type Responses = Readonly<Record<string, Response>>

/** The operations of a version, marked as deprecated where they are, with the headers that tell of the end. */
export function endingPaths(
  paths: OpenApiDocument['paths'],
  older: OlderManifest | undefined,
): OpenApiDocument['paths'] {
  if (older === undefined) return paths
  const headers = endHeaders(older)
  const isDeprecated = older.deprecatedAt !== undefined
  const marked = (operation: OperationObject): OperationObject => ({
    ...operation,
    ...(isDeprecated ? { deprecated: true } : {}),
    responses: Object.fromEntries(
      Object.entries(operation.responses).map(([status, response]) => [
        status,
        isReference(response) ? response : withHeaders(response, headers),
      ]),
    ),
  })
  return Object.fromEntries(
    Object.entries(paths).map(([path, item]) => [
      path,
      Object.fromEntries(Object.entries(item).map(([method, operation]) => [method, marked(operation)])),
    ]),
  )
}

/** The same of the problems that all routes share. A request of which not even the path could be read has no version. */
export function endingProblems(problems: Responses, older: OlderManifest | undefined): Responses {
  if (older === undefined) return problems
  const headers = endHeaders(older)
  return Object.fromEntries(
    Object.entries(problems).map(([name, problem]) => [
      name,
      name === 'HeadersTooLarge' ? problem : withHeaders(problem, headers),
    ]),
  )
}

function endHeaders({ deprecatedAt, sunsetAt }: OlderManifest): Headers {
  const told = [
    ...(deprecatedAt === undefined ? [] : (['Deprecation'] as const)),
    ...(sunsetAt === undefined ? [] : (['Sunset'] as const)),
  ]
  return told.length === 0 ? {} : headersOf(...told, 'Successor')
}

function withHeaders(response: Response, headers: Headers): Response {
  return { ...response, headers: { ...response.headers, ...headers } }
}
