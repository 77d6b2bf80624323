import type { AppManifest } from '../app/manifest.ts'
import type { Endpoint } from '../service/call.ts'
import { type ExternalDependencies, externalEndpoints } from '../service/external/endpoints.ts'
import type { Variables } from '../topology/env.ts'
import { externalSettings } from '../topology/external.ts'
import type { Topology } from '../topology/topology.ts'

/** The calls of the external services of an app, at the addresses of a topology. One without an address has none: `check` refuses it. */
export function externalsOf(
  { externals }: AppManifest,
  { externals: declared = {} }: Topology,
  variables: Variables,
  deps: ExternalDependencies,
): ReadonlyMap<string, ReadonlyMap<string, Endpoint>> {
  return new Map(
    externals.flatMap((external) => {
      const topology = Object.hasOwn(declared, external.name) ? declared[external.name] : undefined
      const settings = topology === undefined ? undefined : externalSettings(topology, variables)
      return settings === undefined ? [] : [[external.name, externalEndpoints(external, settings, deps)] as const]
    }),
  )
}
