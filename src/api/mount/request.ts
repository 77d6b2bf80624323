import type { Principal } from '../../core/context.ts'

// Fastify applications that are mounted see this with `import 'banyan/fastify'`.
declare module 'fastify' {
  interface FastifyRequest {
    /** Who is calling, as the identity of the server says; undefined where nobody is signed in. */
    principal: Principal | undefined
  }
}
