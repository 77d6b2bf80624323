import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { answerOf, Problem } from './problems.js'

/** The routes on `node:http` alone. */
export const serve = (answers, valid, close) => {
  const server = createServer(async (request, response) => {
    let answer
    try {
      answer = await routed(request, answers, valid)
    } catch (error) {
      answer = answerOf(error, randomUUID())
    }
    send(response, answer)
  })
  server.keepAliveTimeout = 72_000
  server.listen(Number(process.env.PORT), '127.0.0.1')
  process.on('SIGTERM', () => {
    server.closeIdleConnections()
    server.close(async () => {
      await close()
      process.exit(0)
    })
  })
}

const routed = async (request, answers, valid) => {
  const { method, url, headers } = request
  const mark = url.indexOf('?')
  const path = mark === -1 ? url : url.slice(0, mark)
  if (method === 'GET') {
    if (path.startsWith('/v1/flights/')) return answers.flight(valid.idParams({ id: path.slice(12) }).id)
    if (path === '/v1/flights') return answers.flights(url, valid.flightList(queryOf(url, mark)))
    if (path.startsWith('/v1/airports/')) return answers.airport(path.slice(13))
  }
  if (method === 'POST') {
    if (path === '/v1/orders') return answers.createOrder(headers.authorization, valid.newOrder(await bodyOf(request)))
    if (path === '/v1/bookings') return answers.book(headers.authorization, valid.newBooking(await bodyOf(request)))
  }
  if (method === 'PATCH' && path.startsWith('/v1/orders/')) {
    const { id } = valid.idParams({ id: path.slice(11) })
    const change = valid.orderChange(await bodyOf(request))
    return answers.changeOrder(headers.authorization, headers['if-match'], id, change)
  }
  throw new Problem(404, 'ROUTE_MISSING', 'Not found', '', `${method} ${path}`)
}

const queryOf = (url, mark) => (mark === -1 ? {} : Object.fromEntries(new URLSearchParams(url.slice(mark + 1))))

const bytesMax = 1_000_000

const bodyOf = (request) => {
  if (!request.headers['content-type']?.startsWith('application/json'))
    throw new Problem(415, 'MEDIA_TYPE', 'Media type not taken', '', 'a body is application/json')
  return new Promise((resolve, reject) => {
    const parts = []
    let bytes = 0
    request.on('data', (part) => {
      bytes += part.length
      if (bytes > bytesMax) reject(new Problem(413, 'TOO_LARGE', 'Body too large', '', `more than ${bytesMax} bytes`))
      else parts.push(part)
    })
    request.on('error', reject)
    request.on('end', () => {
      try {
        resolve(JSON.parse(parts.length === 1 ? parts[0] : Buffer.concat(parts)))
      } catch {
        reject(new Problem(400, 'NOT_JSON', 'Body is not JSON', '', 'the body cannot be parsed'))
      }
    })
  })
}

const send = (response, { status, headers, body }) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  headers['content-type'] ??= 'application/json; charset=utf-8'
  headers['content-length'] = Buffer.byteLength(text)
  response.writeHead(status, headers).end(text)
}
