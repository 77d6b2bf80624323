import { request as send } from 'node:http'
import type { Request } from './request-plan.ts'

/** What a server answers to these requests, one after another. */
export const answersOf = async (port: number, requests: readonly Request[]): Promise<readonly Answer[]> => {
  const answers: Answer[] = []
  for (const request of requests) answers.push(await exchange(port, request))
  return answers
}

/**
 * Throws at the first of two servers' answers to the same requests that differs in status, headers or body. A peer that does less,
 * or answers something else, would make every figure worthless.
 */
export const compareAnswers = (
  requests: readonly Request[],
  answersA: readonly Answer[],
  answersB: readonly Answer[],
  positions: 'same' | 'differ',
): void => {
  const shown = (answer: Answer) => (positions === 'same' ? textOf(answer) : withoutPositions(textOf(answer)))
  for (const [at, { method, path }] of requests.entries()) {
    const [a, b] = [shown(answersA[at]!), shown(answersB[at]!)]
    if (a !== b) throw new Error(`The answers to ${method} ${path} differ.\n--- A\n${a}\n--- B\n${b}`)
  }
}

/**
 * Header fields whose values belong to one answer and not to what was asked. They must be present on both sides and
 * equally long; only their characters may differ.
 */
export const headersPerRequest: ReadonlySet<string> = new Set(['date', 'banyan-request-id'])

/** Masks the bookmark of an answer, as a header and as a cookie; it must be there, and equally long. */
const withoutPositions = (text: string): string =>
  text.replace(/^(?:banyan-bookmark: |set-cookie: Banyan-Bookmark=)[\w-]+/gm, (m) => '*'.repeat(m.length))

/** Ids and times that a write makes: equally long on both sides, and never equal. Applied to writes only, so that reads stay exact. */
const madeByWrites: readonly RegExp[] = [
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
  /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g,
]

export type Answer = {
  readonly isWrite: boolean
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Buffer
}

/** One request over a connection of its own. */
export const exchange = (port: number, request: Request): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { method, path, body, isChunked = false } = request
    const length = body === undefined || isChunked ? {} : { 'content-length': Buffer.byteLength(body) }
    const headers = { ...request.headers, ...length, connection: 'keep-alive' }
    const outgoing = send({ host: '127.0.0.1', port, method, path, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () => {
        const raw = incoming.rawHeaders
        const pairs = Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i]!, raw[2 * i + 1]!] as const)
        resolve({
          isWrite: method !== 'GET',
          status: incoming.statusCode!,
          headers: pairs,
          body: Buffer.concat(chunks),
        })
        outgoing.destroy()
      })
    })
    outgoing.on('error', reject)
    if (!isChunked) outgoing.end(body)
    else outgoing.on('socket', (socket) => socket.once('connect', () => socket.write(body!))).flushHeaders()
  })

/** An answer as text, in which everything that may differ between two servers is masked. Order and case of header names say nothing. */
export const textOf = ({ isWrite, status, headers, body }: Answer): string => {
  const lines = headers.map(([name, value]) => {
    const lower = name.toLowerCase()
    return `${lower}: ${headersPerRequest.has(lower) ? '*'.repeat(value.length) : value}`
  })
  const text = [`${status}`, ...lines.sort(), '', body.toString('latin1')].join('\n')
  return isWrite ? madeByWrites.reduce((masked, made) => masked.replace(made, (m) => '*'.repeat(m.length)), text) : text
}
