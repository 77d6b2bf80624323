/** Refusals as problem details (RFC 9457), with the codes, titles and hints of Banyan. */
export class Problem extends Error {
  constructor(status, code, title, hint, detail, headers = {}) {
    super(detail)
    Object.assign(this, { status, code, title, hint, headers })
  }
}

export const missing = (detail) =>
  new Problem(404, 'STORE_MISSING', 'Not found', 'There is no such row, or you may not know of it.', detail)

export const contentRefused = (detail) =>
  new Problem(422, 'CONTENT_INVALID', 'Content not valid', 'Change the content as the errors say.', detail)

/** For servers by Fastify. */
export const problems = (server) => {
  server.setErrorHandler((error, request, reply) => {
    const { status, headers, body } = answerOf(error, request.id)
    return reply.code(status).headers(headers).send(body)
  })
}

/** Any failure as an answer; its body is a text already. */
export const answerOf = (error, requestId) => {
  const { status, code, title, hint, headers, message } = problemOf(error)
  return {
    status,
    headers: { ...headers, 'content-type': 'application/problem+json' },
    body: JSON.stringify({ type: 'about:blank', title, status, detail: message, code, hint, requestId }),
  }
}

const problemOf = (error) => {
  if (error instanceof Problem) return error
  if (error.validation) return contentRefused(error.message)
  return new Problem(error.statusCode ?? 500, error.code ?? 'BUG', error.message, '', error.message)
}
