import type { App } from '../app.ts'
import type { AppManifest, MountManifest } from '../manifest.ts'
import { reviewRule } from './access.ts'
import { appFindings } from './codes.ts'
import type { Finding } from './finding.ts'
import { rootPaths } from './names.ts'

/** Existing applications: prefixes under which nothing else lies, so that no route can be declared twice, and who may. */
export function reviewMounts(manifest: AppManifest, app: App): readonly Finding[] {
  const mounts = manifest.services.flatMap((service) =>
    service.mounts.map((mount, at) => ({
      ...mount,
      place: `services/${service.name}/mounts${mount.prefix}`,
      fastify: app.services.find(({ name }) => name === service.name)?.mounts[at]?.fastify as unknown,
    })),
  )
  const versions = new Set([manifest.version, ...manifest.older.map(({ name }) => name)])
  return mounts.flatMap((mount, at) => [
    ...reviewPrefix(mount, versions, mounts.slice(0, at)),
    ...reviewAccess(mount),
    ...reviewPlugin(mount.place, mount.fastify),
    ...reviewSize(mount),
  ])
}

interface Placed extends MountManifest {
  readonly place: string
}

function reviewPrefix(
  { place, prefix }: Placed,
  versions: ReadonlySet<string>,
  earlier: readonly Placed[],
): readonly Finding[] {
  if (!/^(\/(?!\.\.?(\/|$))[A-Za-z0-9._~-]+)+$/.test(prefix)) {
    return [appFindings.MOUNT_PREFIX(place, `${JSON.stringify(prefix)} is not a path of plain words`)]
  }
  const [, first = ''] = prefix.split('/')
  if (versions.has(first) || rootPaths.has(first)) {
    return [appFindings.MOUNT_TAKEN(place, `below /${first} lies what the API serves itself`)]
  }
  const other = earlier.find(
    (each) => `${prefix}/`.startsWith(`${each.prefix}/`) || `${each.prefix}/`.startsWith(`${prefix}/`),
  )
  return other === undefined
    ? []
    : [appFindings.MOUNT_TAKEN(place, `it overlaps with ${other.prefix} (${other.place})`)]
}

function reviewAccess({ place, access }: Placed): readonly Finding[] {
  if (access === undefined) return [appFindings.MOUNT_WITHOUT_ACCESS(place, 'it does not say who may ask its routes')]
  return reviewRule(`${place}/access`, access, new Map(), 'what is mounted has no declared field')
}

function reviewPlugin(place: string, fastify: unknown): readonly Finding[] {
  if (typeof fastify === 'function') return []
  const reason = isInstance(fastify)
    ? 'it is an instance of Fastify, which has a server of its own'
    : 'it is no function'
  return [appFindings.MOUNT_PLUGIN(`${place}/fastify`, reason)]
}

function isInstance(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'register' in value
}

function reviewSize({ place, bodyBytesMax }: Placed): readonly Finding[] {
  if (Number.isSafeInteger(bodyBytesMax) && bodyBytesMax >= 1 && bodyBytesMax <= 1_000_000_000) return []
  return [appFindings.MOUNT_BODY(`${place}/bodyBytesMax`, `${bodyBytesMax} is no size of a body`)]
}
