import type { FastifyInstance } from 'fastify'
import { runtimeErrors } from './errors.ts'

/** Listens and gives the URL. */
export async function listenOn(server: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await server.listen({ host, port })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'EADDRINUSE')
      throw runtimeErrors.PORT_BUSY(`port ${port} of ${host} is in use by another process`, { cause })
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
      throw runtimeErrors.PORT_BUSY(`port ${port} of ${host} cannot be listened on (${code})`, { cause })
    throw cause
  }
}
