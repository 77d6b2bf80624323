import type { IdentityTopology } from './topology.ts'

/** Believes whoever a request says it comes from: `Authorization: Bearer dev:ann:operator`. Refused in production. */
export function development(): IdentityTopology<'development'> {
  return { driver: 'development' }
}
