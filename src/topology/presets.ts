import { topologyErrors } from './errors.ts'
import { embedded } from './presets/embedded.ts'
import { replicated } from './presets/replicated.ts'
import type { Environment } from './registry.ts'
import type { Topology } from './topology.ts'

/** Topologies that need no file: the rungs of the ladder, from one process upwards. */
export const presets = { embedded, replicated } as const

export type PresetName = keyof typeof presets

/** What `banyan engines` starts for development where the environment has no address for a preset. */
export const presetEngines: { readonly [Name in PresetName]: readonly string[] } = {
  embedded: [],
  replicated: ['postgres-replicas'],
}

export function isPresetName(name: string): name is PresetName {
  return Object.hasOwn(presets, name)
}

/** The preset of this name. Throws `TOPOLOGY_UNKNOWN`, which lists those that there are. */
export function presetNamed(name: string, environment: Environment): Topology {
  if (!isPresetName(name)) {
    throw topologyErrors.TOPOLOGY_UNKNOWN(
      `there is no topology ${JSON.stringify(name)}; the presets are: ${Object.keys(presets).join(', ')}`,
    )
  }
  return presets[name](environment)
}
