import { type AppManifest, type OlderManifest, pathShape, type ResourceManifest } from '../../app/manifest.ts'
import { endInWords } from '../../app/version/words.ts'
import { bearer } from './access.ts'
import { declaredRoute, declaredSchemas } from './declared-routes.ts'
import type { Components, OpenApiDocument, OperationObject, Parameter, PathItem, Reference, Verb } from './document.ts'
import { endingPaths, endingProblems } from './ended.ts'
import { type DocumentedRoute, generatedRoutes } from './generated-routes.ts'
import { answerHeaders, headerParameters } from './headers.ts'
import { healthRoutes, healthTag } from './health.ts'
import { withLinks } from './links.ts'
import { problemComponents } from './problems.ts'
import { resourceSchemas } from './schemas.ts'

/** The API of one version as OpenAPI 3.1: every route, what it takes, every status that it can answer with, and examples. */
export function openapi(manifest: AppManifest): OpenApiDocument {
  const older = manifest.older.find(({ name }) => name === manifest.version)
  const routes = [
    ...manifest.resources.flatMap((resource) => generatedRoutes(resource, manifest)),
    ...manifest.services.flatMap(({ operations }) =>
      operations.flatMap((operation) => declaredRoute(operation, manifest)),
    ),
    // What is served beside all versions.
    ...(older === undefined ? healthRoutes : []),
  ]
  const paths = endingPaths(withLinks(pathsOf(routes), manifest), older)
  return {
    openapi: '3.1.1',
    info: { title: manifest.name, version: manifest.version, description: aboutOf(older) },
    servers: [{ url: '/' }],
    tags: tagsOf(manifest, paths),
    security: [{ [bearer]: [] }],
    paths,
    components: usedComponents(paths, {
      schemas: { ...resourceSchemas(manifest), ...declaredSchemas(manifest) },
      parameters: headerParameters,
      headers: answerHeaders,
      responses: endingProblems(problemComponents(), older),
      securitySchemes: { [bearer]: { type: 'http', scheme: 'bearer' } },
    }),
  }
}

function aboutOf(older: OlderManifest | undefined): string {
  return older === undefined ? about : `${endInWords(older)}\n\n${about}`
}

const about = `Every row has an \`id\`, \`createdAt\`, \`updatedAt\` and a \`version\`, which is also its ETag.
What goes wrong is told as \`application/problem+json\` (RFC 9457): programs read its \`code\`, people its \`detail\` and \`hint\`.
An unknown parameter is refused, never ignored.`

/** Routes by path. Paths that differ only in the names of their parameters are one, under the names that came first. */
function pathsOf(routes: readonly DocumentedRoute[]): Readonly<Record<string, PathItem>> {
  const first = new Map<string, string>()
  const paths: Record<string, Partial<Record<Verb, OperationObject>>> = {}
  for (const { method, path, operation } of routes) {
    const known = first.get(pathShape(path)) ?? path
    first.set(pathShape(path), known)
    paths[known] = { ...paths[known], [method]: renamed(operation, namesIn(path), namesIn(known)) }
  }
  return paths
}

function namesIn(path: string): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)
}

function renamed(operation: OperationObject, from: readonly string[], to: readonly string[]): OperationObject {
  if (from.every((name, at) => name === to[at])) return operation
  const rename = (parameter: Parameter | Reference): Parameter | Reference =>
    'in' in parameter && parameter.in === 'path' ? { ...parameter, name: to[from.indexOf(parameter.name)]! } : parameter
  return { ...operation, parameters: operation.parameters.map(rename) }
}

function tagsOf({ resources, services }: AppManifest, paths: OpenApiDocument['paths']): OpenApiDocument['tags'] {
  const used = new Set(
    Object.values(paths).flatMap((item) => Object.values(item).flatMap(({ tags }: OperationObject) => tags)),
  )
  const names = new Set([...resources.map(({ name }) => name), ...services.map(({ name }) => name)])
  const groups = [...names].map((name) => {
    const resource = resources.find((each) => each.name === name)
    const operations = services.some((each) => each.name === name && each.operations.length > 0)
    return { name, description: tagWords(name, resource, operations) }
  })
  const health = { name: healthTag, description: 'Whether this process lives and may receive traffic.' }
  return [...groups, health].filter(({ name }) => used.has(name))
}

function tagWords(name: string, resource: ResourceManifest | undefined, hasOperations: boolean): string {
  if (resource === undefined) return `Operations of the service ${name}.`
  return `${resource.description ?? `Rows of ${name}.`}${hasOperations ? ` And the operations of the service ${name}.` : ''}`
}

/** The components that something refers to, also through one another. */
function usedComponents(paths: OpenApiDocument['paths'], all: Components): Components {
  const used = new Set<string>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if ('$ref' in value && typeof value.$ref === 'string' && !used.has(value.$ref)) {
      used.add(value.$ref)
      const [kind, name] = value.$ref.replace('#/components/', '').split('/') as [keyof Components, string]
      visit(all[kind]?.[name])
    }
    for (const part of Object.values(value)) visit(part)
  }
  visit(paths)
  const kept = (kind: keyof Components) =>
    Object.fromEntries(Object.entries(all[kind]).filter(([name]) => used.has(`#/components/${kind}/${name}`)))
  return {
    schemas: kept('schemas'),
    parameters: kept('parameters'),
    headers: kept('headers'),
    responses: kept('responses'),
    securitySchemes: all.securitySchemes,
  } as Components
}
