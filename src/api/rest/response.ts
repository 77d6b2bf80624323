import { unescape as unescaped } from 'node:querystring'
import type { FastifyRequest } from 'fastify'
import type { Principal } from '../../core/context.ts'
import type { Answer } from '../../service/operation.ts'
import { noneMatches } from './headers.ts'
import type { Notices } from './notices.ts'
import { listJson, rowJson, tagOf } from './render.ts'
import type { RequestContext } from './request-context.ts'

export const jsonType = 'application/json; charset=utf-8'

/** An answer as HTTP has it. */
export interface HttpResponse {
  readonly status: number
  readonly headers: Record<string, string | number>
  readonly body: string | undefined
}

/** What the route says of all its answers. */
export interface RouteAnswers {
  readonly isRead: boolean
  /** They depend on who asks. */
  readonly isPrivate: boolean
  /** They are of an older version, whose end has to be told. */
  readonly isOlder: boolean
  readonly notices: Notices
}

/** The response to a request that an operation has answered. `fields`: exactly these of a row, where the caller named them. */
export function responseOf(
  answer: Answer,
  fields: readonly string[] | undefined,
  request: FastifyRequest,
  context: RequestContext,
  about: RouteAnswers,
): HttpResponse {
  const isPrivate = about.isPrivate || ((answer.kind === 'read' || answer.kind === 'list') && answer.isPrivate === true)
  const headers = commonHeaders(context, about.isRead, isPrivate)
  if (about.isOlder) Object.assign(headers, about.notices.headersOf(request))
  switch (answer.kind) {
    case 'none':
      return { status: 204, headers, body: undefined }
    case 'json':
      return withBody(200, headers, answer.json)
    case 'row':
      if (answer.version !== undefined) headers.etag = `"v${answer.version}"`
      if (!answer.created) return withBody(200, headers, answer.json)
      // A row made by PUT lies where it was put.
      headers.location =
        request.method === 'PUT' ? pathOf(request.url) : `${pathOf(request.url)}/${encodeURIComponent(answer.id)}`
      return withBody(201, headers, answer.json)
    case 'read': {
      const { view, row, included } = answer
      if (fields === undefined && included === undefined && view.isVersioned) {
        // The version tells whether it has changed, before any byte of it is made.
        const tag = `"v${row[view.versionAt]}"`
        headers.etag = tag
        if (noneMatches(request, tag)) return { status: 304, headers, body: undefined }
        return withBody(200, headers, view.format.toJson(row))
      }
      const json = rowJson(view, row, fields, included)
      headers.etag = tagOf(json)
      if (noneMatches(request, headers.etag)) return { status: 304, headers, body: undefined }
      return withBody(200, headers, json)
    }
    case 'list':
      if (answer.next !== null)
        headers.link = linksOf(`<${nextUrl(request.url, answer.next)}>; rel="next"`, headers.link)
      return withBody(200, headers, listJson(answer, fields))
  }
}

function commonHeaders(
  { bookmark, principal }: RequestContext,
  isRead: boolean,
  isPrivate: boolean,
): HttpResponse['headers'] {
  const headers: HttpResponse['headers'] = {
    'cache-control': isRead ? (isPrivate ? 'private, no-cache' : 'no-cache') : 'no-store',
  }
  if (bookmark.isEmpty) return headers
  const text = bookmark.encode()
  headers['banyan-bookmark'] = bookmark.isLost ? `lost, ${text}` : text
  // Browsers carry it by themselves; only what is the caller's own may set it.
  if (!isRead && isSignedIn(principal))
    headers['set-cookie'] = `Banyan-Bookmark=${text}; Path=/; HttpOnly; SameSite=Lax`
  return headers
}

function isSignedIn(principal: Principal | undefined): boolean {
  return principal !== undefined
}

function withBody(status: number, headers: HttpResponse['headers'], body: string): HttpResponse {
  headers['content-type'] = jsonType
  headers['content-length'] = Buffer.byteLength(body)
  return { status, headers, body }
}

function pathOf(url: string): string {
  const at = url.indexOf('?')
  return at === -1 ? url : url.slice(0, at)
}

function linksOf(link: string, other: string | number | undefined): string {
  return other === undefined ? link : `${link}, ${other}`
}

/** The same list, behind the cursor (RFC 8288). */
function nextUrl(url: string, next: string): string {
  const at = url.indexOf('?')
  // Most have neither a cursor nor anything that would have to be looked at part by part.
  if (at !== -1 && at < url.length - 1 && !/[<>"%]|[?&]after=|&&|&$/.test(url)) return `${url}&after=${next}`
  const others =
    at === -1
      ? []
      : url
          .slice(at + 1)
          .split('&')
          .filter((part) => part !== '' && !isAfter(part))
  // What a client sent as it is must not end the link.
  const query = others.map((part) => part.replaceAll(/[<>"]/g, encodeURIComponent))
  return `${pathOf(url)}?${[...query, `after=${next}`].join('&')}`
}

function isAfter(part: string): boolean {
  return part.startsWith('after=') || (part.includes('%') && unescaped(part).startsWith('after='))
}
