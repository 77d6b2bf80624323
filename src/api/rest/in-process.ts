import type { FastifyInstance, InjectOptions } from 'fastify'

/** Answers one request without a socket: everything but Node's HTTP parser is the same. Rejects when the request is aborted. */
export async function answerInProcess(fastify: FastifyInstance, request: Request): Promise<Response> {
  const { method, headers, body, signal } = request
  const { pathname, search } = new URL(request.url)
  const { statusCode, rawPayload, raw } = await fastify.inject({
    method: method as NonNullable<InjectOptions['method']>, // Fastify refuses those that it does not know.
    url: pathname + search,
    headers: Object.fromEntries(headers),
    signal,
    ...(body === null ? {} : { payload: Buffer.from(await request.arrayBuffer()) }),
  })
  const isEmpty = rawPayload.length === 0
  return new Response(isEmpty ? null : rawPayload, { status: statusCode, headers: headersOf(raw.res) })
}

function headersOf(response: { getHeaders(): NodeJS.Dict<number | string | string[]> }): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(response.getHeaders())) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) headers.append(name, String(one))
  }
  return headers
}
