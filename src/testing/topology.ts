import type { App } from '../app/app.ts'
import { registryOf } from '../runtime/drivers.ts'
import { refusal } from '../topology/check/refusal.ts'
import { check } from '../topology/check.ts'
import { topologyErrors } from '../topology/errors.ts'
import { development } from '../topology/identity.ts'
import { isPresetName, presetNamed, presets } from '../topology/presets.ts'
import { memory } from '../topology/store.ts'
import type { Topology } from '../topology/topology.ts'

/**
 * How a test app runs: as the test says, else as `BANYAN_TEST_TOPOLOGY` names a preset, else in memory. Anybody may sign in.
 * Throws CHECK_REFUSED with everything that is wrong, and TOPOLOGY_UNKNOWN.
 */
export async function testTopology(app: App, asked: Topology | undefined): Promise<Topology> {
  const topology = { ...(asked ?? named(process.env.BANYAN_TEST_TOPOLOGY || 'memory')), identity: development() }
  const registry = await registryOf(Object.values(topology.stores).map(({ driver }) => driver))
  const { ok, findings } = check(app, topology, registry, environment)
  if (!ok) throw refusal(findings)
  return topology
}

const environment = { production: false, variables: process.env }

function named(name: string): Topology {
  if (name === 'memory') return { stores: { main: memory({ volatile: true }) }, resources: {} }
  if (isPresetName(name)) return presetNamed(name, environment)
  const known = ['memory', ...Object.keys(presets)].join(', ')
  throw topologyErrors.TOPOLOGY_UNKNOWN(`BANYAN_TEST_TOPOLOGY is ${JSON.stringify(name)}; it is one of ${known}`)
}
