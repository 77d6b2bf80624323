import { createServer } from 'node:http'

// A service of other people, in a process of its own: it answers as its document says, or in whatever way it is told to, and
// keeps what it was asked. Prints its port.

/** How it answers the next requests; `times`: so many, then as it should. */
export interface Mode {
  readonly kind:
    | 'well'
    | 'slow'
    | 'status'
    | 'text'
    | 'cut'
    | 'wrong'
    | 'huge'
    | 'redirect'
    | 'reset'
    | 'half'
    | 'empty'
    | 'zipped'
    | 'lost'
  readonly times?: number
  readonly delayMs?: number
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

let mode: Mode = { kind: 'well' }
let left = Number.POSITIVE_INFINITY
let seen: Seen[] = []
const reservations = new Map<string, number>()

const quote = { id: 'q1', amount: '199.90', state: 'open', lines: [{ text: 'seat', amount: null }] }

const server = createServer(async (request, response) => {
  let text = ''
  for await (const chunk of request) text += chunk
  const { method = '', url = '' } = request
  const body: unknown = text === '' ? undefined : JSON.parse(text)
  const answer = (status: number, value?: unknown, headers: Readonly<Record<string, string>> = {}) => {
    response.writeHead(status, { ...(value === undefined ? {} : { 'content-type': 'application/json' }), ...headers })
    response.end(value === undefined ? undefined : JSON.stringify(value))
  }
  if (url === '/control') {
    mode = body as Mode
    left = mode.times ?? Number.POSITIVE_INFINITY
    seen = []
    return answer(204)
  }
  if (url === '/seen') return answer(200, seen)
  seen.push({ method, url, headers: request.headers as Record<string, string>, body })

  // Each request is an effect, and the answer tells how many there were.
  const reserved = () => {
    const key = (body as { quote: string }).quote
    reservations.set(key, (reservations.get(key) ?? 0) + 1)
    return reservations.get(key)
  }
  const well = () => {
    const path = new URL(url, 'http://pricing').pathname.replace('/v2', '')
    if (path === '/quotes') return method === 'POST' ? answer(201, quote) : answer(200, [quote])
    if (path === '/reservations') return answer(200, { times: reserved() })
    if (path === '/tags' || method === 'DELETE') return answer(204)
    return answer(200, quote)
  }
  if (left <= 0) return well()
  left--
  switch (mode.kind) {
    case 'well':
      return well()
    case 'slow':
      return void setTimeout(well, mode.delayMs)
    case 'status':
      return answer(mode.status!, mode.body, mode.headers)
    case 'text':
      response.writeHead(200, { 'content-type': 'text/html' })
      return response.end('<h1>We are away</h1>')
    case 'cut':
      response.writeHead(200, { 'content-type': 'application/json' })
      return response.end('{"id":')
    case 'wrong':
      return answer(200, mode.body)
    case 'huge':
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('"')
      for (let part = 0; part < 300; part++) response.write('x'.repeat(10_000))
      return response.end('"')
    case 'redirect':
      response.writeHead(307, { location: '/elsewhere' })
      return response.end()
    case 'lost':
      reserved()
      return request.socket.destroy()
    case 'reset':
      return request.socket.destroy()
    case 'half':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
      response.write('{"id":"q1"')
      return setTimeout(() => request.socket.destroy(), 20)
    case 'empty':
      return answer(200)
    case 'zipped': {
      // Small on the wire, large when it is unpacked.
      const { gzipSync } = await import('node:zlib')
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      return response.end(gzipSync(JSON.stringify('x'.repeat(3_000_000))))
    }
  }
})
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  console.log((server.address() as { port: number }).port)
})
