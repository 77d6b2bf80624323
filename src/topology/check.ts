import type { App } from '../app/app.ts'
import { type AppManifest, manifestOf } from '../app/manifest.ts'
import { type Finding, reviewApp } from '../app/review.ts'
import { topologyFindings } from './check/codes.ts'
import { checkExternals } from './check/external.ts'
import { checkIdentity } from './check/identity.ts'
import { checkNames } from './check/names.ts'
import { placement } from './check/placement.ts'
import { checkResource } from './check/resource.ts'
import { checkService } from './check/service.ts'
import type { Environment, Registry } from './registry.ts'
import { type Reported, type Sheet, sheetOf } from './sheet.ts'
import type { Topology } from './topology.ts'

export interface Checked {
  readonly manifest: AppManifest
  /** Everything that is wrong, errors and warnings, the app's own first. */
  readonly findings: readonly Finding[]
  /** No error among the findings: this may start. */
  readonly ok: boolean
  /**
   * What the app gets under this topology, with what engines that are open report of themselves; undefined where the names
   * alone do not say what that would be. Made when asked for: a start does not wait for it.
   */
  readonly sheet: ((reported?: Reported) => Sheet) | undefined
}

/** Compares what an app needs with what the drivers of a topology give. Nothing that is missing is emulated: it is refused. */
export function check(app: App, topology: Topology, registry: Registry, environment: Environment): Checked {
  const manifest = manifestOf(app)
  const about = [...reviewApp(manifest, app), ...checkNames(manifest, topology, registry, environment.variables ?? {})]
  // Needs of an app that makes no sense by itself would be guesses.
  if (hasErrors(about)) return { manifest, findings: about, ok: false, sheet: undefined }
  const findings = [...about, ...checkNeeds(manifest, topology, registry, environment)]
  const sheet = (reported?: Reported) => sheetOf(manifest, topology, registry, reported)
  return { manifest, findings, ok: !hasErrors(findings), sheet }
}

function checkNeeds(
  manifest: AppManifest,
  topology: Topology,
  registry: Registry,
  environment: Environment,
): readonly Finding[] {
  const where = placement(topology, registry)
  return [
    ...checkVolatile(topology, registry),
    ...manifest.resources.flatMap((resource) => checkResource(resource, manifest, where)),
    ...manifest.services.flatMap((service) => checkService(service, manifest, where)),
    ...checkIdentity(manifest, topology, registry, environment),
    ...checkExternals(manifest, topology, environment.variables ?? {}),
  ]
}

function checkVolatile({ stores }: Topology, registry: Registry): readonly Finding[] {
  return Object.entries(stores).flatMap(([name, { driver, volatile }]) => {
    if (registry.stores[driver]!.gives.durability !== 'nothing' || volatile === true) return []
    return [
      topologyFindings.STORE_VOLATILE(
        `topology/stores/${name}`,
        `${driver} keeps nothing when the process ends, and the topology does not say that this may be`,
      ),
    ]
  })
}

function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'error')
}
