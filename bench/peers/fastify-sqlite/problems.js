/** Refusals as problem details (RFC 9457), with the codes, titles and hints of Banyan. */
export class Problem extends Error {
  constructor(status, code, title, hint, detail, headers = {}) {
    super(detail)
    Object.assign(this, { status, code, title, hint, headers })
  }
}

export const missing = (detail) =>
  new Problem(404, 'STORE_MISSING', 'Not found', 'There is no such row, or you may not know of it.', detail)

export const problems = (server) => {
  server.setErrorHandler((error, request, reply) => {
    if (error instanceof Problem) return send(reply, error, request.id)
    if (error.validation) return send(reply, contentRefused(error), request.id)
    const status = error.statusCode ?? 500
    return send(reply, new Problem(status, error.code ?? 'BUG', error.message, '', error.message), request.id)
  })
}

const contentRefused = (error) =>
  new Problem(422, 'CONTENT_INVALID', 'Content not valid', 'Change the content as the errors say.', error.message)

const send = (reply, { status, code, title, hint, message, headers }, requestId) =>
  reply
    .code(status)
    .headers(headers)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status, detail: message, code, hint, requestId }))
