import type { Server } from 'node:http'
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify'
import type { OlderManifest } from '../../app/manifest.ts'
import { bodyBytesMaxUsual, type Mount } from '../../app/mount.ts'
import type { Operation } from '../../service/operation.ts'
import { apiErrors } from '../errors.ts'
import { allowedMethods } from './allowed.ts'
import { checkEncoding, parseBody } from './body.ts'
import { sendError } from './error-response.ts'
import { type HandlerOptions, handlerOf } from './handler.ts'
import { answerInProcess } from './in-process.ts'
import { noticesOf, type RouteConfig } from './notices.ts'
import { readBody } from './read-body.ts'
import { jsonType } from './response.ts'
import { routerPath, routesOf } from './routes.ts'

export interface RestOptions extends Omit<HandlerOptions, 'notices' | 'addsHeaders'> {
  readonly operations: readonly Operation[]
  /** The versions beside the current one; those that are gone have no operations any more. */
  readonly older: readonly OlderManifest[]
  /** Pages beside the API, by path: the documents and `/docs`. */
  readonly pages: Readonly<Record<string, Page>>
  /** The folder of the built site, served at `/guide`; not served without it. */
  readonly guideFolder?: string | undefined
  /** Existing applications below paths of their own. */
  readonly mounts: readonly Mount[]
  /** Origins whose pages may call the API; none without it. */
  readonly corsOrigins: readonly string[]
  /** Whether the process may receive traffic. */
  readonly isReady: () => boolean
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
  /** Gives what answers requests of this process, without a port. */
  inProcess(): Promise<(request: Request) => Promise<Response>>
}

const headerBytesMax = 16_384

// An import of node:http by name reads all that it exports, WebSocket included, which is a tenth of the start.
const { createServer } = process.getBuiltinModule('node:http')

// The types ask for compilers with all that Ajv has; no route has a schema, so neither of these is ever called.
const noCompilers = {
  buildValidator: () => () => () => true,
  buildSerializer: () => () => JSON.stringify,
} as unknown as NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>

/** The HTTP server of an app: its routes, its documents, and problems for everything else. Does not listen yet. */
export async function restServer(options: RestOptions): Promise<RestServer> {
  const notices = noticesOf(options.older)
  const handling: HandlerOptions = { ...options, notices, addsHeaders: options.corsOrigins.length > 0 }
  const fastify = Fastify({
    logger: false,
    // Routes are validated by their operations; Fastify would load two compilers that nothing but what is mounted uses.
    ...(options.mounts.length === 0 ? { schemaController: { compilersFactory: noCompilers } } : {}),
    bodyLimit: bodyBytesMaxUsual,
    requestTimeout: options.timeoutMs,
    routerOptions: { maxParamLength: 1024, ignoreTrailingSlash: false },
    forceCloseConnections: 'idle',
    // What still comes on an open connection is answered, and told to go elsewhere.
    return503OnClosing: false,
    serverFactory: (handler) =>
      createServer(
        { maxHeaderSize: headerBytesMax, keepAliveTimeout: 72_000, requestTimeout: options.timeoutMs },
        handler,
      ) as Server,
    frameworkErrors: (error, request, reply) => {
      sendError(error, request as FastifyRequest, reply as FastifyReply, handling)
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
    ({ headers, raw }, _payload, done) => {
      readBody(raw, (failure, bytes) => {
        if (bytes === undefined) return done(failure)
        try {
          checkEncoding(headers['content-encoding'])
          done(null, parseBody(bytes))
        } catch (error) {
          done(error as Error)
        }
      })
    },
  )
  const allowed = allowedMethods()
  const refuse = (request: FastifyRequest, reply: FastifyReply) =>
    sendError(
      notices.refusalOf(request.url) ?? allowed.refusalOf(request.method, request.url),
      request,
      reply,
      handling,
    )
  fastify.setNotFoundHandler(refuse)
  // Whatever else is wrong with a request that no route takes, its address or method is what it is told.
  fastify.setErrorHandler((error, request, reply) =>
    request.is404 ? refuse(request, reply) : sendError(error, request, reply, handling),
  )

  if (options.corsOrigins.length > 0) {
    const { default: cors } = await import('@fastify/cors')
    await fastify.register(cors, {
      origin: [...options.corsOrigins],
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposedHeaders: ['ETag', 'Location', 'Link', 'Banyan-Bookmark', 'Retry-After', 'Deprecation', 'Sunset'],
      credentials: false,
      maxAge: 600,
    })
  }

  for (const route of routesOf(options.operations)) {
    const { method, path } = route
    const config: RouteConfig = { route }
    allowed.add(path, method)
    fastify.route({ method, url: routerPath(path), handler: handlerOf(route, handling), config: config as object })
  }
  for (const [path, page] of Object.entries({ ...healthPages(options), ...options.pages })) {
    allowed.add(path, 'GET')
    fastify.get(path, (request, reply) => sendPage(reply.headers(notices.headersOf(request) ?? {}), page))
  }
  const { guideFolder } = options
  if (guideFolder !== undefined) {
    for (const path of ['/guide', '/guide/*']) {
      allowed.add(path, 'GET')
      // Loaded by who reads it, so that a start does not pay for it.
      fastify.get(path, async (request, reply) =>
        (await import('../guide/guide.ts')).sendGuide(guideFolder, request, reply),
      )
    }
  }
  if (options.mounts.length > 0) {
    const { mountOn, writtenPath } = await import('../mount/mount.ts')
    const onRoute = (method: string, url: string) => allowed.add(writtenPath(url), method)
    for (const mount of options.mounts) await mountOn(fastify, mount, { ...handling, onRoute })
  }
  return {
    listen: (address) => listenOn(fastify, address),
    inProcess: async () => {
      await fastify.ready()
      return (request) => answerInProcess(fastify, request)
    },
    [Symbol.asyncDispose]: () => drained(fastify),
  }
}

/** Stops listening and waits for the requests under way; a connection that falls idle meanwhile is closed at once. */
async function drained(fastify: FastifyInstance): Promise<void> {
  const sweep = setInterval(() => fastify.server.closeIdleConnections(), 50)
  try {
    await fastify.close()
  } finally {
    clearInterval(sweep)
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
