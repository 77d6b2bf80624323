import { openapi } from '../../api/openapi/openapi.ts'
import { includesOf } from '../../api/openapi/schemas.ts'
import type { AppManifest } from '../../app/manifest.ts'
import type { Route } from '../../client/route.ts'
import { routesOf } from '../../client/routes.ts'
import { typeNames } from '../typescript/names.ts'
import { quoted } from '../typescript/text-literal.ts'
import { docLines, interfaceText } from '../typescript/type-text.ts'
import { errorCodeType } from './error-codes.ts'
import { groupTypes, methodsOf, operationTypes } from './group-types.ts'
import { rowType, shapeTypes } from './resource-types.ts'
import { clientRuntime } from './runtime.ts'

/** How the file begins, whatever it is made of. */
export const mark = '// Made by `banyan client`'

/** A client of an app as one TypeScript file that imports nothing. The same app gives the same bytes. */
export function standaloneClient(manifest: AppManifest, version: string): string {
  const { text: runtime } = clientRuntime()
  const names = typeNames(['Api', 'ErrorCode', ...declaredIn(runtime)])
  const groups = groupTypes(manifest, names)
  const api = groups.names.map((name) => ({
    text: `readonly ${/^\w+$/.test(name) ? name : quoted(name)}: ${names.of(name, 'Api')}`,
  }))
  const open = manifest.resources.filter((resource) => methodsOf(resource).length > 0)
  const shown = new Set([
    ...open,
    ...open.flatMap((resource) => includesOf(resource, manifest).map(([, target]) => target)),
    ...answered(manifest),
  ])
  const parts = [
    head(manifest, version),
    interfaceText('Api', `What can be done with ${manifest.name} ${manifest.version}.`, api),
    [...docLines(clientDoc, ''), ...clientText].join('\n'),
    ...groups.texts,
    ...[...shown].map((resource) => rowType(resource, names)),
    ...open.flatMap((resource) => shapeTypes(resource, manifest, names)),
    ...operationTypes(manifest, names),
    errorCodeType(),
    routesText([...routesOf(openapi(manifest), '').values()].filter(({ name }) => isGroup(name, groups.names))),
    exports,
    '// What follows is the same for every app.',
    runtime,
  ]
  return `${parts.join('\n\n')}\n`
}

function head({ name, version, older }: AppManifest, banyanVersion: string): string {
  const command = `banyan client --out FILE${older.some((each) => each.name === version) ? ` --api ${version}` : ''}`
  return [
    `${mark} ${banyanVersion} for ${name} ${version}. Do not edit it: make it again when the app has changed.`,
    `//   ${command}           writes it`,
    `//   ${command} --check   exits with 1 where it is not up to date`,
    '// It needs nothing but `fetch` and what belongs to it, in browsers and elsewhere.',
    '',
    '/* eslint-disable */',
    '// biome-ignore-all format: as it was made',
    '// biome-ignore-all lint: as it was made',
  ].join('\n')
}

const clientDoc =
  'A client of the API at `url`. Every method rejects with a `ClientError`, `get` of a missing row too (404); only an aborted call rejects with the reason of its signal.'

const clientText = [
  'export function client(url: string, options: ClientOptions = {}): Api {',
  '  // What the proxy answers to is known only to the type and to the routes.',
  '  return proxy(sessionOf(url, options), async () => routes) as Api',
  '}',
]

const exports = [
  'export { bookmarkOf, ClientError }',
  'export type { BatchMember, CallOptions, ChangeOptions, ClientOptions, Filter, Issue, Json, Outcome, Page }',
  'export type { Problem, Total }',
  'export type { ResourceMethods, ResourceQuery, ResourceShape, Selection, WriteOptions }',
].join('\n')

function declaredIn(text: string): readonly string[] {
  return [...text.matchAll(/^(?:interface|type|class) (\w+)/gm)].map((match) => match[1]!)
}

/** Resources whose rows operations answer with. */
function answered({ services, resources }: AppManifest) {
  const names = new Set(
    services.flatMap(({ operations }) =>
      operations.flatMap(({ output }) => (output.kind === 'row' ? [output.resource] : [])),
    ),
  )
  return resources.filter(({ name }) => names.has(name))
}

function isGroup(route: string, groups: readonly string[]): boolean {
  return groups.some((group) => route.startsWith(`${group}.`))
}

function routesText(routes: readonly Route[]): string {
  const entries = routes.map(({ name, method, path, generated, isKeyed, contentType }) => [
    '  {',
    `    name: ${quoted(name)},`,
    `    method: ${quoted(method)},`,
    `    path: ${quoted(path)},`,
    `    generated: ${generated === undefined ? 'undefined' : quoted(generated)},`,
    `    isKeyed: ${isKeyed},`,
    `    contentType: ${contentType === undefined ? 'undefined' : quoted(contentType)},`,
    '  },',
  ])
  return [
    'const routeList: readonly Route[] = [',
    ...entries.flat(),
    ']',
    '',
    'const routes: ReadonlyMap<string, Route> = new Map(routeList.map((route) => [route.name, route]))',
  ].join('\n')
}
