import Fastify from 'fastify'
import type { Mount } from '../../app/mount.ts'
import { silentTelemetry } from '../../core/telemetry.ts'
import { noticesOf } from '../rest/notices.ts'
import { mountOn, writtenPath } from './mount.ts'

export interface MountedRoute {
  readonly method: string
  /** With `{name}` for parameters, as the rest of the API is written. */
  readonly path: string
}

/**
 * The routes of a mounted application. Its plugin is registered for that, and closed again; what waits until the server is ready
 * is not run. Rejects with what the plugin throws.
 */
export async function mountedRoutes(mount: Mount): Promise<readonly MountedRoute[]> {
  const routes: MountedRoute[] = []
  const fastify = Fastify()
  const nobody = { production: true, principalOf: () => undefined }
  const options = {
    identity: nobody,
    telemetry: silentTelemetry,
    notices: noticesOf([]),
    timeoutMs: 1,
    onRoute: (method: string, url: string) => {
      routes.push({ method, path: writtenPath(url) })
    },
  }
  try {
    await mountOn(fastify, mount, options)
    await fastify.after()
  } finally {
    await fastify.close()
  }
  // What answers GET answers HEAD.
  const gets = new Set(routes.filter(({ method }) => method === 'GET').map(({ path }) => path))
  return routes.filter(({ method, path }) => method !== 'HEAD' || !gets.has(path.replace(/\/$/, '')))
}
