import { isLoopback } from '../../core/loopback.ts'
import { loadErrors } from '../../load/errors.ts'
import { listenAddress } from '../environment.ts'
import { cliErrors } from '../errors.ts'

/**
 * The address of the server that a load goes to, without a slash at its end: the one that was named, else where `banyan start`
 * would serve. Throws USAGE for what is no address, and LOAD_REMOTE for another machine than this unless that is allowed.
 */
export function loadAddress(options: { readonly url?: string; readonly allowRemote?: boolean }): string {
  const url = parsed(options.url ?? usualAddress())
  if (!isLoopback(url.hostname) && options.allowRemote !== true) {
    throw loadErrors.LOAD_REMOTE(
      `${url.host} is not this machine: a load may put a server out of service for others, cost money, and look like an attack`,
    )
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

function usualAddress(): string {
  const { host, port } = listenAddress()
  if (port === 0)
    throw cliErrors.USAGE('PORT is 0, which is any free port: name the server with --url, or start one with --start')
  // What listens at every address is reached at this one.
  const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`
}

function parsed(text: string): URL {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw cliErrors.USAGE(`--url is ${JSON.stringify(text)}; it must be an address like http://127.0.0.1:4000`)
  }
  return url
}
