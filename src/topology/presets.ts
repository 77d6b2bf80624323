import { topologyErrors } from './errors.ts'
import { embedded } from './presets/embedded.ts'
import type { Environment } from './registry.ts'
import type { Topology } from './topology.ts'

/** Topologies that need no file: the rungs of the ladder, from one process upwards. */
export const presets = { embedded } as const

export type PresetName = keyof typeof presets

/** The preset of this name. Throws `TOPOLOGY_UNKNOWN`, which lists those that there are. */
export function presetNamed(name: string, environment: Environment): Topology {
  if (!Object.hasOwn(presets, name)) {
    throw topologyErrors.TOPOLOGY_UNKNOWN(
      `there is no topology ${JSON.stringify(name)}; the presets are: ${Object.keys(presets).join(', ')}`,
    )
  }
  return presets[name as PresetName](environment)
}
