import type { FastifyReply, FastifyRequest } from 'fastify'
import { BanyanError } from '../../core/errors.ts'
import type { Scheduler } from '../../core/scheduler.ts'
import type { Service } from '../../core/service.ts'
import type { Telemetry } from '../../core/telemetry.ts'
import type { Identity } from '../../identity/identity.ts'
import type { Answer, Operation } from '../../service/operation.ts'
import { apiErrors } from '../errors.ts'
import { logFault, sendError } from './error-response.ts'
import { checkAccept, idempotencyKeyOf } from './headers.ts'
import type { Notices } from './notices.ts'
import { deadlineFrom, RequestContext } from './request-context.ts'
import { type HttpResponse, responseOf } from './response.ts'
import type { Route, RouteInput } from './routes.ts'

export interface HandlerOptions {
  /** Runs an operation, inside the layers that all of them share. */
  readonly invoke: Service<{ readonly operation: Operation; readonly input: unknown }, Answer>
  readonly identity: Identity
  readonly scheduler: Scheduler
  readonly telemetry: Telemetry
  readonly notices: Notices
  readonly timeoutMs: number
  /** Whether something else, such as CORS, puts headers on the answers. */
  readonly addsHeaders: boolean
}

/** What runs for a route: who is calling, what is asked, the operation, and its answer as HTTP. */
export function handlerOf(
  route: Route,
  options: HandlerOptions,
): (request: FastifyRequest, reply: FastifyReply) => void {
  const { operation } = route
  const { invoke, telemetry, notices, addsHeaders } = options
  const about = { isRead: route.method === 'GET', isPrivate: route.isPrivate, isOlder: route.isOlder, notices }
  return (request, reply) => {
    let context: RequestContext
    let asked: RouteInput
    try {
      context = contextOf(route, request, reply, options)
      asked = route.read(request)
    } catch (error) {
      sendError(error, request, reply, options)
      return
    }
    const fail = (error: unknown) => {
      if (error instanceof BanyanError && error.code === 'DEADLINE_PASSED') context.timeOut()
      sendError(error, request, reply, options)
    }
    invoke({ operation, input: asked.input }, context).then((answer) => {
      try {
        if (answer.kind === 'json' && answer.faults !== undefined)
          for (const fault of answer.faults) logFault(fault, request, telemetry)
        write(reply, responseOf(answer, asked.fields, request, context, about), addsHeaders)
      } catch (error) {
        fail(error)
      }
    }, fail)
  }
}

function contextOf(
  { method, media, takesKey }: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  { identity, scheduler, timeoutMs }: HandlerOptions,
): RequestContext {
  const { headers } = request
  const principal = identity.principalOf(headers.authorization)
  checkAccept(request)
  if (request.body !== undefined && !isOneOf(media, headers['content-type']!)) {
    throw apiErrors.MEDIA_TYPE_UNSUPPORTED(`${method} takes ${media.join(' or ')}`)
  }
  const hasKey = headers['idempotency-key'] !== undefined
  const key = hasKey ? idempotencyKeyOf(request, takesKey, principal !== undefined) : undefined
  return new RequestContext(
    request,
    reply.raw,
    principal,
    key,
    deadlineFrom(scheduler.monotonicMs(), timeoutMs, scheduler),
  )
}

function isOneOf(media: readonly string[], contentType: string): boolean {
  return (
    media.some((type) => contentType.startsWith(type)) ||
    media.some((type) => contentType.toLowerCase().startsWith(type))
  )
}

/** Writes the bytes that are ready past the framework's own serialisation, which is a tenth of a small answer's time. */
function write(reply: FastifyReply, { status, headers, body }: HttpResponse, addsHeaders: boolean): void {
  const { raw } = reply
  // The caller may have gone, or the deadline's answer may have been first.
  if (raw.headersSent || raw.destroyed) return
  reply.hijack()
  raw.writeHead(status, addsHeaders ? ({ ...reply.getHeaders(), ...headers } as typeof headers) : headers)
  raw.end(body)
}
