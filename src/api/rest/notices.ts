import type { FastifyRequest } from 'fastify'
import type { OlderManifest } from '../../app/manifest.ts'
import type { BanyanError } from '../../core/errors.ts'
import { apiErrors } from '../errors.ts'
import type { Route } from './routes.ts'

/** What Fastify keeps beside a route of the app. */
export interface RouteConfig {
  readonly route?: Route
}

/** What is told of the end of an older version, with every answer of it. */
export interface Notices {
  /** Headers of all answers to this request; undefined where its version is not about to end. */
  headersOf(request: FastifyRequest): Record<string, string> | undefined
  /** The refusal of a request of a version that is not answered any more. */
  refusalOf(url: string): BanyanError | undefined
  /** A hint that leads to the pages of the version that was asked. */
  hintIn(url: string, hint: string): string
}

export function noticesOf(older: readonly OlderManifest[]): Notices {
  const versions = new Map(older.map((version) => [version.name, { version, headers: fixedHeaders(version) }]))
  return {
    headersOf(request) {
      const found = versions.get(firstSegment(request.url))
      if (found?.headers === undefined) return undefined
      const successor = successorOf(request, found.version)
      return { ...found.headers, ...(successor && { link: `<${successor}>; rel="successor-version"` }) }
    },
    refusalOf(url) {
      const { version } = versions.get(firstSegment(url)) ?? {}
      if (version?.gone !== true) return undefined
      const { name, successor, sunsetAt } = version
      return apiErrors.VERSION_GONE(
        `${name} is gone${sunsetAt === undefined ? '' : `; its end was announced for ${sunsetAt}`}: ${successor} is its successor, at /${successor}`,
      )
    },
    hintIn(url, hint) {
      const { version } = versions.get(firstSegment(url)) ?? {}
      if (version === undefined || version.gone) return hint
      return hint.replace('/openapi.json', `/${version.name}/openapi.json`).replace('/docs', `/docs/${version.name}`)
    },
  }
}

/** `Deprecation` (RFC 9745) and `Sunset` (RFC 8594); undefined where neither is declared. */
function fixedHeaders({ deprecatedAt, sunsetAt, gone }: OlderManifest): Record<string, string> | undefined {
  if (deprecatedAt === undefined && sunsetAt === undefined && !gone) return undefined
  return {
    ...(deprecatedAt === undefined ? {} : { deprecation: `@${Date.parse(deprecatedAt) / 1000}` }),
    ...(sunsetAt === undefined ? {} : { sunset: new Date(sunsetAt).toUTCString() }),
  }
}

/** Where the current version has the same (RFC 5829); undefined where what the path says does not lead there. */
function successorOf(
  { url, params, routeOptions }: FastifyRequest,
  { name, successor }: OlderManifest,
): string | undefined {
  const operation = (routeOptions?.config as RouteConfig | undefined)?.route?.operation
  if (operation?.kind !== 'declared') {
    const path = url.slice(name.length + 1).split('?')[0]!
    // What a client sent as it is must not end the link.
    return `/${successor}${path.replaceAll(/[<>"]/g, encodeURIComponent)}`
  }
  const values = params as Readonly<Record<string, string>>
  const path = operation.manifest.successor?.replaceAll(/\{(\w+)\}/g, (_, parameter) =>
    encodeURIComponent(values[parameter]!),
  )
  return path === undefined ? undefined : `/${successor}${path}`
}

function firstSegment(url: string): string {
  return /^\/([^/?#]*)/.exec(url)?.[1] ?? ''
}
