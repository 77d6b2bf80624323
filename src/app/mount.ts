import type { RuleOn } from './access.ts'

/** An existing Fastify application as a part of a service. */
export interface MountDeclaration {
  /** Who may ask any of its routes. What else it asks of a caller is its own affair. */
  readonly access: RuleOn<never>
  /**
   * The application as a plugin: `(instance) => instance.get(…)`. It runs in a context of its own, with the parsers, compilers and
   * hooks that Fastify has by itself, and finds `request.principal` set.
   */
  readonly fastify: (instance: any, options: any, done: any) => unknown // `any`: what only the folder `api` knows, Fastify's own types.
  /** The largest body that one of its routes may ask for; without it 1 MB, as everywhere. */
  readonly bodyBytesMax?: number
}

export interface Mount extends MountDeclaration {
  /** What all of its paths begin with: `/legacy`. */
  readonly prefix: string
}

/** The largest body of a request where nothing else is said. */
export const bodyBytesMaxUsual = 1_048_576
