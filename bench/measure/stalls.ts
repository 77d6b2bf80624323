import { Agent, request as send } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StallWork } from '../works/work.ts'
import { exchange } from './comparison.ts'
import { copiesOf } from './dataset-copy.ts'
import type { Request } from './request-plan.ts'
import type { Tell } from './rounds.ts'
import { type Server, startServer } from './server.ts'

/**
 * Sends each input to the server while another connection asks for its health without pause: the longest of those answers
 * is how long the input kept everybody else waiting. Each input is sent several times and the least of the longest counts,
 * because a pause of the machine can only add; the first time is a warm-up, which a server in service has had.
 */
export const runStalls = async (work: StallWork, repeats: number, tell: Tell): Promise<readonly Stall[]> => {
  await using data = await copiesOf(undefined)('a')
  await using server = await startServer(work.subject.program(data.directory))
  const stalls: Stall[] = []
  for (const { name, request } of work.inputs()) {
    const status = await statusOf(server.port, request)
    let longestMs = Number.POSITIVE_INFINITY
    for (let n = 0; n < repeats; n++) {
      longestMs = Math.min(longestMs, await longestWait(server, request))
      if (longestMs > 10 * work.goalMs) break // No pause of the machine explains this one.
    }
    const bytes = request.path.length + (request.body === undefined ? 0 : Buffer.byteLength(request.body))
    stalls.push({ input: name, bytes, status, longestMs })
    tell(`${work.name}: ${JSON.stringify(stalls.at(-1))}`)
  }
  return stalls
}

export type Stall = {
  readonly input: string
  readonly bytes: number
  /** What the input was answered with; 0 when the server closed the connection instead. */
  readonly status: number
  readonly longestMs: number
}

export type StallInput = { readonly name: string; readonly request: Request }

const longestWait = async (server: Server, request: Request): Promise<number> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  let isOver = false
  let longest = 0
  const probing = (async () => {
    while (!isOver) {
      const sentAt = performance.now()
      await probe(server.port, agent)
      longest = Math.max(longest, performance.now() - sentAt)
    }
  })()
  await sleep(20)
  longest = 0
  await statusOf(server.port, request)
  await sleep(20) // What the server does after it has answered counts too.
  isOver = true
  await probing
  agent.destroy()
  return longest
}

const probe = (port: number, agent: Agent): Promise<void> =>
  new Promise((resolve, reject) => {
    const outgoing = send({ host: '127.0.0.1', port, path: '/healthz', agent }, (incoming) => {
      incoming.resume()
      incoming.on('end', resolve)
    })
    outgoing.on('error', reject)
    outgoing.end()
  })

/** A server may refuse an oversized request while it is still being sent, which ends the connection under the sender. */
const statusOf = (port: number, request: Request): Promise<number> =>
  exchange(port, request).then(
    ({ status }) => status,
    () => 0,
  )
