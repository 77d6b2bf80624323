import type { FastifyInstance, FastifyPluginAsync, FastifyRequest, RouteOptions } from 'fastify'
import type { AccessRule } from '../../app/access.ts'
import { bodyBytesMaxUsual, type Mount } from '../../app/mount.ts'
import { alternatives } from '../../app/review/access.ts'
import type { Principal } from '../../core/context.ts'
import type { Telemetry } from '../../core/telemetry.ts'
import { admission } from '../../identity/access.ts'
import type { Identity } from '../../identity/identity.ts'
import { sendError } from '../rest/error-response.ts'
import type { Notices } from '../rest/notices.ts'
import { requestIdOf } from '../rest/request-context.ts'
import { mountedError } from './error.ts'
import { fastifyLog } from './log.ts'
import './request.ts'

export interface MountOptions {
  readonly identity: Identity
  readonly telemetry: Telemetry
  readonly notices: Notices
  readonly timeoutMs: number
  /** Told of each of its routes, in Fastify's own form. */
  onRoute(method: string, url: string): void
}

/**
 * Registers an existing application in a context of its own: what it decorates, hooks and parses stays inside. Rejects with what
 * its plugin throws.
 */
export async function mountOn(server: FastifyInstance, mount: Mount, options: MountOptions): Promise<void> {
  const { identity, telemetry, timeoutMs, onRoute } = options
  await server.register(
    async (instance) => {
      restoreParsers(instance)
      instance.log = fastifyLog(telemetry, {})
      instance.decorateRequest('principal', undefined)
      instance.addHook('onRoute', (route) => {
        bound(route, mount, timeoutMs)
        for (const method of [route.method].flat()) onRoute(method, route.url)
      })
      instance.addHook('onRequest', async (request) => {
        request.id = requestIdOf(request)
        request.log = fastifyLog(telemetry, { requestId: request.id })
        request.principal = admitted(mount.access, request, identity)
      })
      // Until the application says otherwise.
      instance.setErrorHandler((error, request, reply) => sendError(mountedError(error), request, reply, options))
      await instance.register(mount.fastify as FastifyPluginAsync)
    },
    { prefix: mount.prefix },
  )
}

/** Fastify's own, which the API has replaced by stricter ones. */
function restoreParsers(instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers()
  instance.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    instance.getDefaultJsonParser('error', 'error'),
  )
  instance.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) => done(null, body))
}

/** A route may ask for less than it could have, never for more. */
function bound(route: RouteOptions, { bodyBytesMax = bodyBytesMaxUsual }: Mount, timeoutMs: number): void {
  route.bodyLimit = Math.min(route.bodyLimit ?? bodyBytesMaxUsual, bodyBytesMax)
  route.handlerTimeout = Math.min(route.handlerTimeout ?? timeoutMs, timeoutMs)
}

/** The caller, or the refusal. Where anyone may come in, the application may know callers whom the identity does not. */
function admitted(access: AccessRule, { headers }: FastifyRequest, identity: Identity): Principal | undefined {
  const isOpen = alternatives(access).some(({ kind }) => kind === 'anyone')
  let principal: Principal | undefined
  try {
    principal = identity.principalOf(headers.authorization)
  } catch (error) {
    if (!isOpen) throw error
  }
  const said = admission(access, principal)
  if (said.kind === 'refused') throw said.error
  return principal
}

/** A path of Fastify's router, `/users/:id(\\d+)`, as we write it. */
export function writtenPath(url: string): string {
  return url.replaceAll(/(?<!:):(\w+)(?:\((?:[^()\\]|\\.|\([^()]*\))*\))?\??/g, '{$1}').replaceAll('::', ':')
}
