import type { AppManifest } from '../../app/manifest.ts'
import { isReference, type Link, type OpenApiDocument, type OperationObject, type Response } from './document.ts'

/**
 * Says where one goes from an answer: the row that was made, and the first row of a list, lead to every route of such a row.
 * Pages and programs that follow links then work on rows that exist.
 */
export function withLinks(paths: OpenApiDocument['paths'], manifest: AppManifest): OpenApiDocument['paths'] {
  return Object.fromEntries(
    Object.entries(paths).map(([path, item]) => [
      path,
      Object.fromEntries(
        Object.entries(item).map(([method, operation]: readonly [string, OperationObject]) => [
          method,
          { ...operation, responses: linked(operation, path, paths, manifest) },
        ]),
      ),
    ]),
  )
}

function linked(
  { responses }: OperationObject,
  path: string,
  paths: OpenApiDocument['paths'],
  { version, resources }: AppManifest,
): OperationObject['responses'] {
  const resource = resources.find(({ name }) => path === `/${version}/${name}` || path === `/${version}/${name}/{id}`)
  if (resource === undefined) return responses
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => {
      const found = isReference(response) ? undefined : idIn(response, status, resource.name)
      const links = found === undefined ? {} : linksTo(`/${version}/${resource.name}/{`, found, paths)
      return [status, Object.keys(links).length === 0 ? response : { ...response, links }]
    }),
  )
}

/** Where the id of a row stands in an answer that is a new row or a page. */
function idIn({ content }: Response, status: string, resource: string): string | undefined {
  switch (content?.['application/json']?.schema.$ref) {
    case `#/components/schemas/${resource}.Row`:
      return status === '201' ? '$response.body#/id' : undefined
    case `#/components/schemas/${resource}.Page`:
      return '$response.body#/data/0/id'
    default:
      return undefined
  }
}

function linksTo(start: string, id: string, paths: OpenApiDocument['paths']): Readonly<Record<string, Link>> {
  return Object.fromEntries(
    Object.entries(paths).flatMap(([path, item]) => {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)
      if (!path.startsWith(start) || names.length !== 1) return []
      return Object.values(item).map(({ operationId }: OperationObject) => [
        operationId,
        { operationId, parameters: { [names[0]!]: id } },
      ])
    }),
  )
}
