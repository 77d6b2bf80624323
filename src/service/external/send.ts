import { retryAfterMsOf } from '../../core/backoff.ts'
import type { Context } from '../../core/context.ts'
import { BanyanError, coreErrors } from '../../core/errors.ts'
import type { Scheduler } from '../../core/scheduler.ts'
import type { Service } from '../../core/service.ts'
import { serviceErrors } from '../errors.ts'
import type { OutgoingRequest } from './request.ts'

/** What came back, whatever it means. */
export interface IncomingAnswer {
  readonly status: number
  readonly contentType: string
  readonly retryAfterMs: number | undefined
  readonly text: string
}

export interface SendOptions {
  /** Sent as `Authorization: Bearer …`, and told to nobody else. */
  readonly token: string | undefined
  /** The longest that one try may take. */
  readonly timeoutMs: number
  readonly bytesMax: number
}

/**
 * One try over HTTP. Rejects with EXTERNAL_UNAVAILABLE where nothing was done, with EXTERNAL_UNKNOWN where it may have been, and
 * with EXTERNAL_ANSWER where what came back is no answer.
 */
export function sender(options: SendOptions, scheduler: Scheduler): Service<OutgoingRequest, IncomingAnswer> {
  return async (request, context) => {
    const { id, call, url, headers, body } = request
    const remainingMs = context.deadline.remainingMs()
    const limitMs = Math.max(0, Math.min(remainingMs, options.timeoutMs))
    const late = new AbortController()
    const cancel = scheduler.after(limitMs, () => late.abort())
    try {
      const response = await fetch(url, {
        method: call.method,
        headers: { ...headers, ...travelling(context, limitMs, options.token) },
        signal: AbortSignal.any([late.signal, context.signal]),
        // Whoever answers would be somebody else than the topology says, and a redirected write would arrive as a read.
        redirect: 'manual',
        ...(body === undefined ? {} : { body }),
      })
      if (response.status >= 300 && response.status < 400) {
        await response.body?.cancel()
        throw serviceErrors.EXTERNAL_ANSWER(`${id} answered with a redirect (${response.status})`)
      }
      const text = await boundedText(response, options.bytesMax, id)
      return {
        status: response.status,
        contentType: response.headers.get('content-type') ?? '',
        retryAfterMs: retryAfterMsOf(response.headers.get('retry-after')),
        // Some repeat what they refuse, and what they say of it is logged and told.
        text: response.ok || options.token === undefined ? text : text.replaceAll(options.token, '…'),
      }
    } catch (error) {
      throw failureOf(
        error,
        request,
        context,
        late.signal.aborted ? (remainingMs <= options.timeoutMs ? 'deadline' : 'try') : undefined,
      )
    } finally {
      cancel()
    }
  }
}

/** What goes along from process to process. The deadline as what is left of it: clocks differ. */
function travelling(
  { requestId, traceparent }: Context,
  limitMs: number,
  token: string | undefined,
): Readonly<Record<string, string>> {
  return {
    accept: 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    'x-request-id': requestId,
    'banyan-deadline': String(Math.max(1, Math.floor(limitMs))),
    ...(traceparent !== undefined && /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(traceparent)
      ? { traceparent }
      : {}),
  }
}

async function boundedText(response: Response, bytesMax: number, id: string): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop early ends the connection.
  for await (const part of response.body ?? []) {
    bytes += part.length
    if (bytes > bytesMax) throw serviceErrors.EXTERNAL_ANSWER(`${id} answered with more than ${bytesMax} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}

/** Node says when there was not even a connection. */
const neverSent: ReadonlySet<unknown> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'],
])

/** `late`: whose time was over, that of the caller or that of this try. */
function failureOf(
  cause: unknown,
  request: OutgoingRequest,
  context: Context,
  late: 'deadline' | 'try' | undefined,
): unknown {
  const { id } = request
  if (cause instanceof BanyanError) return cause
  if (late === 'deadline') return coreErrors.DEADLINE_PASSED(`${id} did not answer in time`, { cause })
  if (late === 'try') return lost(request, `${id} did not answer in time`, cause)
  if (context.signal.aborted) return coreErrors.DEADLINE_PASSED(`${id} was left: the caller has gone`, { cause })
  const reason = (cause as { cause?: { code?: string; message?: string } }).cause
  const words = reason?.code ?? reason?.message ?? (cause as Error).message
  if (neverSent.has(reason?.code))
    return serviceErrors.EXTERNAL_UNAVAILABLE(`${id} cannot be reached (${words})`, { cause })
  return lost(request, `${id} broke off (${words})`, cause)
}

/** No answer, or one that tells nothing. A read has done nothing, whatever became of it. */
export function lost({ call }: OutgoingRequest, message: string, cause?: unknown, retryAfterMs?: number): BanyanError {
  const facts = {
    cause,
    ...(retryAfterMs === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) }),
  }
  return call.method === 'GET'
    ? serviceErrors.EXTERNAL_UNAVAILABLE(message, facts)
    : serviceErrors.EXTERNAL_UNKNOWN(message, facts)
}
