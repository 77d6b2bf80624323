import type { AccessRule } from '../../app/access.ts'
import type { AppManifest } from '../../app/manifest.ts'
import { alternatives } from '../../app/review/access.ts'
import type { Finding } from '../../app/review/finding.ts'
import type { Environment, Registry } from '../registry.ts'
import type { Topology } from '../topology.ts'
import { topologyFindings } from './codes.ts'

/** Whether somebody says who is calling where a rule asks for it, and whether they can be believed. */
export function checkIdentity(
  manifest: AppManifest,
  { identity }: Topology,
  registry: Registry,
  { production }: Environment,
): readonly Finding[] {
  if (identity !== undefined) {
    const entry = Object.hasOwn(registry.identities, identity.driver) ? registry.identities[identity.driver] : undefined
    if (entry === undefined || entry.production || !production) return []
    const reason = `in production the identity ${identity.driver} would believe whatever a request claims`
    return [topologyFindings.IDENTITY_DEVELOPMENT('topology/identity', reason)]
  }
  const asking = firstThatAsks(manifest)
  if (asking === undefined) return []
  const reason = `${asking} asks who is calling, and nobody says it`
  return [
    production
      ? topologyFindings.IDENTITY_MISSING('topology/identity', reason)
      : topologyFindings.IDENTITY_NOBODY('topology/identity', `${reason}: it answers 401`),
  ]
}

function firstThatAsks({ resources, services }: AppManifest): string | undefined {
  const rules = [
    ...resources.flatMap(({ name, actions }) =>
      Object.entries(actions).map(([action, rule]) => [`resources/${name}/access/${action}`, rule] as const),
    ),
    ...services.flatMap(({ name, operations }) =>
      operations.map((operation) => [`services/${name}/operations/${operation.name}`, operation.access] as const),
    ),
    ...services.flatMap(({ name, mounts }) =>
      mounts.map(({ prefix, access }) => [`services/${name}/mounts${prefix}`, access] as const),
    ),
  ]
  return rules.find(([, rule]) => rule !== undefined && asks(rule))?.[0]
}

/** Whether some caller is let in only after saying who it is. */
function asks(rule: AccessRule): boolean {
  return !alternatives(rule).some(({ kind }) => kind === 'anyone')
}
