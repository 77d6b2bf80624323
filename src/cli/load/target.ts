import { isLoopback } from '../../core/loopback.ts'
import { loadErrors } from '../../load/errors.ts'
import type { LoadProfile } from '../../load/load.ts'
import { type Send, transport } from '../../load/transport.ts'
import { cliErrors } from '../errors.ts'
import { loadAddress } from './address.ts'
import { listeningOn } from './listening.ts'
import { startServer } from './started-server.ts'

/** The server that a load goes to, with what sends to it. */
export interface Target extends AsyncDisposable {
  readonly url: string
  /** What it says of its API. */
  readonly openapi: OpenApi
  readonly send: Send
  readonly isStarted: boolean
  /** The processes that it runs in, where they are of this machine and can be found. */
  readonly pids: readonly number[]
}

export interface TargetOptions {
  readonly url?: string
  readonly start?: boolean
  readonly topology?: string
  readonly allowRemote?: boolean
}

interface OpenApi {
  readonly info: { readonly title: string; readonly version: string }
}

/** Finds the server, or starts it, and makes sure that it runs the app of the profile. */
export async function targetOf(
  options: TargetOptions & { readonly signal: AbortSignal },
  { app }: LoadProfile,
): Promise<Target> {
  const { topology, signal } = options
  if (options.start === true && options.url !== undefined) {
    throw cliErrors.USAGE('--start starts a server and --url names one: give one of them')
  }
  if (options.start !== true && topology !== undefined) {
    throw cliErrors.USAGE('--topology says how the server of --start runs; one that runs already has its own')
  }
  await using resources = new AsyncDisposableStack()
  const address = options.start === true ? undefined : loadAddress(options)
  const started = address === undefined ? resources.use(await startServer({ topology, signal })) : undefined
  const url = address ?? started!.url // One of the two is there: see above.
  const { send } = resources.use(transport(url))
  const openapi = await openapiOf(url, send)
  const { title } = openapi.info
  if (title !== app.name) {
    throw loadErrors.LOAD_OTHER_APP(
      `${url} runs the app ${JSON.stringify(title)}, and the profile is of ${JSON.stringify(app.name)}`,
    )
  }
  const all = resources.move()
  return {
    url,
    openapi,
    send,
    isStarted: started !== undefined,
    pids: started === undefined ? localPids(url) : [started.pid],
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

function localPids(url: string): readonly number[] {
  const { hostname, port, protocol } = new URL(url)
  if (!isLoopback(hostname)) return []
  return listeningOn(port !== '' ? Number(port) : protocol === 'https:' ? 443 : 80)
}

async function openapiOf(url: string, send: Send): Promise<OpenApi> {
  const place = `${url}/openapi.json`
  const answer = await send(place, { signal: AbortSignal.timeout(10_000) }).catch((error: Error) => {
    const { code, name } = error.cause as NodeJS.ErrnoException
    throw loadErrors.LOAD_NO_SERVER(`no server answers at ${url} (${code ?? name})`, { cause: error })
  })
  const document = answer.status === 200 ? parsed(answer.text) : undefined
  if (typeof document?.info?.title === 'string') return document as OpenApi
  throw loadErrors.LOAD_NO_SERVER(`what answers at ${url} is no Banyan API: ${answer.status} for /openapi.json`)
}

function parsed(text: string): Partial<OpenApi> | undefined {
  try {
    return (JSON.parse(text) as Partial<OpenApi> | null) ?? undefined
  } catch {
    return undefined
  }
}
