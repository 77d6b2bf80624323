import type { FastifyReply, FastifyRequest } from 'fastify'
import { BanyanError, coreErrors } from '../../core/errors.ts'
import type { Telemetry } from '../../core/telemetry.ts'
import { problemOf } from '../../service/problem.ts'
import { apiErrors } from '../errors.ts'
import type { Notices } from './notices.ts'
import { requestIdOf } from './request-context.ts'

/** Whatever went wrong, as a problem (RFC 9457). What nobody foresaw is logged and told as a number. */
export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { telemetry, notices }: { readonly telemetry: Telemetry; readonly notices: Notices },
): FastifyReply {
  const known =
    error instanceof BanyanError
      ? error
      : (frameworkError(error) ?? coreErrors.BUG((error as Error)?.message ?? String(error), { cause: error }))
  const requestId = requestIdOf(request)
  const problem = problemOf(known, requestId)
  if (known.status >= 500 && known.code !== 'DRAINING') logFault(known, request, telemetry)
  const { retryAfterSeconds, headers } = known.facts
  if (retryAfterSeconds !== undefined || known.status === 503)
    reply.header('retry-after', String(retryAfterSeconds ?? 1))
  if (known.status === 401) reply.header('www-authenticate', 'Bearer')
  if (headers !== undefined) reply.headers(headers)
  const noticed = notices.headersOf(request)
  if (noticed !== undefined) reply.headers(noticed)
  return reply
    .code(known.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify({ ...problem, hint: notices.hintIn(request.url, problem.hint) }))
}

/** Logs what the caller is told by its number only. */
export function logFault(error: BanyanError, request: FastifyRequest, telemetry: Telemetry): void {
  telemetry.log('error', error.message, {
    code: error.code,
    requestId: requestIdOf(request),
    method: request.method,
    route: request.routeOptions.url,
    stack: error.stack,
    cause: error.facts.cause,
  })
}

/** What Fastify itself refuses, in our words. */
export function frameworkError(error: unknown): BanyanError | undefined {
  switch ((error as { code?: string })?.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return apiErrors.BODY_TOO_LARGE('the body is larger than this route takes')
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return apiErrors.MEDIA_TYPE_UNSUPPORTED('the body is of a media type that this route does not take')
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return apiErrors.MALFORMED_BODY('the body is not as long as Content-Length says')
    case 'FST_ERR_HANDLER_TIMEOUT':
      return coreErrors.DEADLINE_PASSED('the route did not answer in time')
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_ASYNC_CONSTRAINT':
      return apiErrors.MALFORMED_REQUEST('the path is not well encoded')
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return apiErrors.ROUTE_MISSING('a part of the path is longer than any id')
    case 'ECONNRESET':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return apiErrors.MALFORMED_REQUEST('the request ended early')
    default:
      return undefined
  }
}
