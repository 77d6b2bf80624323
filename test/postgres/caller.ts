import { bookmark } from '../../src/client/bookmark.ts'

/** Sends a request somewhere. */
export type Send = (path: string, init: RequestInit) => Promise<Response>

/** Somebody who calls the counters, and brings along what it has seen as the client does. */
export interface Caller {
  /** Gives the status. */
  put(path: string, value: number, send?: Send): Promise<number>
  /** Null where there is none; undefined where it is not answered. */
  get(path: string, send?: Send): Promise<number | null | undefined>
  /** Whether an answer has said that something seen before is gone. */
  readonly isLost: boolean
}

export function caller(to: Send): Caller {
  const seen = bookmark()
  let isLost = false
  const ask = async (send: Send, path: string, init: RequestInit): Promise<Response> => {
    const mark = seen.encode()
    const headers = { 'content-type': 'application/json', ...(mark === undefined ? {} : { 'banyan-bookmark': mark }) }
    const response = await send(path, { ...init, headers })
    if (seen.observe(response.headers.get('banyan-bookmark'))) isLost = true
    return response
  }
  return {
    async put(path, value, send = to) {
      const id = path.slice(path.lastIndexOf('/') + 1)
      const response = await ask(send, path, { method: 'PUT', body: JSON.stringify({ id, value }) })
      await response.arrayBuffer()
      return response.status
    },
    async get(path, send = to) {
      const response = await ask(send, path, { method: 'GET' })
      const { value } = (await response.json()) as { readonly value?: number }
      return response.status === 404 ? null : value
    },
    get isLost() {
      return isLost
    },
  }
}
