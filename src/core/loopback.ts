import { isIPv4 } from 'node:net'

/** Names that always mean this machine (RFC 6761), and its own addresses. What a name resolves to is not asked: it may change. */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'))
  )
}
