import { createServer, type Server } from 'node:http'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Principal } from '../../core/context.ts'
import { BanyanError, coreErrors } from '../../core/errors.ts'
import type { Scheduler } from '../../core/scheduler.ts'
import type { Service } from '../../core/service.ts'
import type { Telemetry } from '../../core/telemetry.ts'
import type { Identity } from '../../identity/identity.ts'
import type { Answer, Operation } from '../../service/operation.ts'
import { problemOf } from '../../service/problem.ts'
import { apiErrors } from '../errors.ts'
import { parseBody } from './body.ts'
import { checkAccept, idempotencyKeyOf, noneMatches } from './headers.ts'
import { listJson, rowJson, tagOf } from './render.ts'
import { deadlineFrom, RequestContext, requestIdOf } from './request-context.ts'
import { type Route, routerPath, routesOf } from './routes.ts'

export interface RestOptions {
  readonly version: string
  readonly operations: readonly Operation[]
  /** Runs an operation, inside the layers that all of them share. */
  readonly invoke: Service<{ readonly operation: Operation; readonly input: unknown }, Answer>
  readonly identity: Identity
  readonly scheduler: Scheduler
  readonly telemetry: Telemetry
  /** Pages beside the API, by path: the documents and `/docs`. */
  readonly pages: Readonly<Record<string, Page>>
  /** Origins whose pages may call the API; none without it. */
  readonly corsOrigins: readonly string[]
  /** Whether the process may receive traffic. */
  readonly isReady: () => boolean
  readonly timeoutMs: number
}

export interface Page {
  readonly type: string
  readonly headers?: () => Readonly<Record<string, string>>
  /** Made when first asked for. */
  readonly content: () => string | Buffer
}

export interface Address {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
}

/** Disposing of it stops listening, lets requests under way end, and closes what is idle. */
export interface RestServer extends AsyncDisposable {
  /** Gives the URL. Throws PORT_BUSY. */
  listen(address: Address): Promise<string>
}

const bodyBytesMax = 1_048_576
const headerBytesMax = 16_384
const jsonType = 'application/json; charset=utf-8'

/** The HTTP server of an app: its routes, its documents, and problems for everything else. Does not listen yet. */
export async function restServer(options: RestOptions): Promise<RestServer> {
  const fastify = Fastify({
    logger: false,
    bodyLimit: bodyBytesMax,
    requestTimeout: options.timeoutMs,
    routerOptions: { maxParamLength: 1024, ignoreTrailingSlash: false },
    forceCloseConnections: 'idle',
    serverFactory: (handler) =>
      createServer(
        { maxHeaderSize: headerBytesMax, keepAliveTimeout: 72_000, requestTimeout: options.timeoutMs },
        handler,
      ) as Server,
    frameworkErrors: (error, request, reply) => {
      sendError(error, request as FastifyRequest, reply as FastifyReply, options.telemetry)
    },
    clientErrorHandler: (error, socket) => {
      const { status, title, code, hint } =
        (error as NodeJS.ErrnoException).code === 'HPE_HEADER_OVERFLOW'
          ? apiErrors.HEADERS_TOO_LARGE('')
          : apiErrors.MALFORMED_REQUEST('')
      const body = JSON.stringify({
        type: `urn:banyan:problem:${code}`,
        title,
        status,
        detail: title,
        code,
        hint,
        requestId: '-',
      })
      if (socket.writable) {
        socket.end(
          `HTTP/1.1 ${status} ${title}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
        )
      }
    },
  })

  fastify.removeAllContentTypeParsers()
  fastify.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'string' },
    (_request, text, done) => {
      try {
        done(null, parseBody(text as string))
      } catch (error) {
        done(error as Error)
      }
    },
  )
  fastify.setErrorHandler((error, request, reply) => sendError(error, request, reply, options.telemetry))
  fastify.setNotFoundHandler((request, reply) =>
    sendError(
      apiErrors.ROUTE_MISSING(`there is no ${request.url.split('?')[0]!.slice(0, 200)}`),
      request,
      reply,
      options.telemetry,
    ),
  )

  if (options.corsOrigins.length > 0) {
    const { default: cors } = await import('@fastify/cors')
    await fastify.register(cors, {
      origin: [...options.corsOrigins],
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposedHeaders: ['ETag', 'Location', 'Link', 'Banyan-Bookmark', 'Retry-After'],
      credentials: false,
      maxAge: 600,
    })
  }

  const allowed = new Map<string, Set<string>>()
  const allow = (path: string, method: string) => {
    const methods = allowed.get(path) ?? new Set()
    methods.add(method)
    if (method === 'GET') methods.add('HEAD')
    allowed.set(path, methods)
  }
  for (const route of routesOf(options.version, options.operations)) {
    allow(route.path, route.method)
    fastify.route({ method: route.method, url: routerPath(route.path), handler: handlerOf(route, options) })
  }
  for (const [path, page] of Object.entries({ ...healthPages(options), ...options.pages })) {
    allow(path, 'GET')
    fastify.get(path, (_request, reply) => sendPage(reply, page))
  }
  for (const [path, methods] of allowed) {
    const others = [
      'GET',
      'HEAD',
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
      ...(options.corsOrigins.length === 0 ? ['OPTIONS'] : []),
    ].filter((method) => !methods.has(method))
    const list = [...methods].join(', ')
    fastify.route({
      method: others,
      url: routerPath(path),
      // Whatever it carries, the method is what is wrong.
      onRequest: (request, reply, done) => {
        sendError(
          apiErrors.METHOD_NOT_ALLOWED(`${request.method} is not a method of ${path}`, { headers: { allow: list } }),
          request,
          reply,
          options.telemetry,
        )
        void done
      },
      handler: () => {},
    })
  }
  return {
    listen: (address) => listenOn(fastify, address),
    [Symbol.asyncDispose]: () => fastify.close(),
  }
}

async function listenOn(fastify: FastifyInstance, { host, port }: Address): Promise<string> {
  try {
    return await fastify.listen({ host, port })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'EADDRINUSE')
      throw apiErrors.PORT_BUSY(`port ${port} of ${host} is in use by another process`, { cause })
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
      throw apiErrors.PORT_BUSY(`port ${port} of ${host} cannot be listened on (${code})`, { cause })
    throw cause
  }
}

function handlerOf(route: Route, { identity, scheduler, invoke, timeoutMs }: RestOptions) {
  const { operation, takesKey, isPrivate, read, media } = route
  const isRead = route.method === 'GET'
  const readCaching = isPrivate ? 'private, no-cache' : 'no-cache'
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const { headers } = request
    const principal: Principal | undefined = identity.principalOf(headers.authorization)
    checkAccept(request)
    if (request.body !== undefined && !media.some((type) => headers['content-type']!.startsWith(type))) {
      throw apiErrors.MEDIA_TYPE_UNSUPPORTED(`${route.method} takes ${media.join(' or ')}`)
    }
    const key =
      headers['idempotency-key'] === undefined
        ? undefined
        : idempotencyKeyOf(request, takesKey, principal !== undefined)
    const deadline = deadlineFrom(scheduler.monotonicMs(), timeoutMs, scheduler)
    const context = new RequestContext(request, principal, key, deadline)
    const { input, fields } = read(request)
    const answer = await invoke({ operation, input }, context)

    const { bookmark } = context
    reply.header('cache-control', isRead ? readCaching : 'no-store')
    if (!bookmark.isEmpty) {
      const text = bookmark.encode()
      reply.header('banyan-bookmark', bookmark.isLost ? `lost, ${text}` : text)
      // Browsers carry it by themselves; only what is the caller's own may set it.
      if (!isRead && principal !== undefined)
        reply.header('set-cookie', `Banyan-Bookmark=${text}; Path=/; HttpOnly; SameSite=Lax`)
    }
    switch (answer.kind) {
      case 'none':
        return reply.code(204).send()
      case 'json':
        return reply.type(jsonType).send(answer.json)
      case 'row':
        reply.header('etag', `"v${answer.version}"`)
        if (answer.created)
          reply.code(201).header('location', `${request.url.split('?')[0]}/${encodeURIComponent(answer.id)}`)
        return reply.type(jsonType).send(answer.json)
      case 'read': {
        const { model, row, included } = answer
        const isWhole = fields === undefined && included === undefined
        if (isWhole) {
          const tag = `"v${row[model.versionAt]}"`
          reply.header('etag', tag)
          if (noneMatches(request, tag)) return reply.code(304).send()
          return reply.type(jsonType).send(model.format.toJson(row))
        }
        const json = rowJson(model, row, fields, included)
        const tag = tagOf(json)
        reply.header('etag', tag)
        if (noneMatches(request, tag)) return reply.code(304).send()
        return reply.type(jsonType).send(json)
      }
      case 'list':
        if (answer.next !== null) reply.header('link', `<${nextUrl(request.url, answer.next)}>; rel="next"`)
        return reply.type(jsonType).send(listJson(answer, fields))
    }
  }
}

/** The same list, behind the cursor (RFC 8288). */
function nextUrl(url: string, next: string): string {
  const at = url.indexOf('?')
  const path = at === -1 ? url : url.slice(0, at)
  const others =
    at === -1
      ? []
      : url
          .slice(at + 1)
          .split('&')
          .filter((part) => part !== '' && !part.startsWith('after='))
  return `${path}?${[...others, `after=${next}`].join('&')}`
}

function healthPages({ isReady }: RestOptions): Readonly<Record<string, Page>> {
  const plain = (content: () => string): Page => ({
    type: jsonType,
    headers: () => ({ 'cache-control': 'no-store' }),
    content,
  })
  return {
    '/healthz': plain(() => '{"status":"ok"}'),
    '/readyz': plain(() => {
      if (!isReady()) throw apiErrors.DRAINING('this process receives no more traffic', { retryAfterSeconds: 1 })
      return '{"status":"ready"}'
    }),
  }
}

function sendPage(reply: FastifyReply, { type, headers, content }: Page): FastifyReply {
  const body = content()
  return reply
    .headers({ 'x-content-type-options': 'nosniff', ...headers?.() })
    .type(type)
    .send(body)
}

/** Whatever went wrong, as a problem (RFC 9457). What nobody foresaw is logged and told as a number. */
function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, telemetry: Telemetry): FastifyReply {
  const known =
    error instanceof BanyanError
      ? error
      : (frameworkError(error) ?? coreErrors.BUG((error as Error)?.message ?? String(error), { cause: error }))
  const requestId = requestIdOf(request)
  if (known.kind === 'bug' || (known.status === 503 && known.code !== 'DRAINING')) {
    telemetry.log('error', known.message, {
      code: known.code,
      requestId,
      method: request.method,
      route: request.routeOptions.url,
      stack: known.stack,
      cause: known.facts.cause,
    })
  }
  const { retryAfterSeconds, headers } = known.facts
  if (retryAfterSeconds !== undefined || known.status === 503)
    reply.header('retry-after', String(retryAfterSeconds ?? 1))
  if (known.status === 401) reply.header('www-authenticate', 'Bearer')
  if (headers !== undefined) reply.headers(headers)
  return reply
    .code(known.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemOf(known, requestId)))
}

/** What Fastify itself refuses, in our words. */
function frameworkError(error: unknown): BanyanError | undefined {
  switch ((error as { code?: string })?.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return apiErrors.BODY_TOO_LARGE(`the body is larger than ${bodyBytesMax} bytes`)
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return apiErrors.MEDIA_TYPE_UNSUPPORTED('the body is of a media type that this route does not take')
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return apiErrors.MALFORMED_BODY('the body is not as long as Content-Length says')
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_ASYNC_CONSTRAINT':
      return apiErrors.MALFORMED_REQUEST('the path is not well encoded')
    case 'ECONNRESET':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return apiErrors.MALFORMED_REQUEST('the request ended early')
    default:
      return undefined
  }
}
