import { isDeepStrictEqual } from 'node:util'
import type { AppManifest } from '../../app/manifest.ts'
import type { Finding } from '../../app/review/finding.ts'
import { compileSchema } from '../../app/validator.ts'
import type { OptionProblem } from '../../core/driver.ts'
import { unsetVariables, type Variables, withVariables } from '../env.ts'
import { lastName } from '../parse.ts'
import type { Registry } from '../registry.ts'
import { hasReplicas } from '../replicas.ts'
import { mainStore, type StoreTopology, storeOf, type Topology } from '../topology.ts'
import { topologyFindings } from './codes.ts'

/** Whether the names and options of a topology mean something: drivers, their options, stores and resources. */
export function checkNames(
  manifest: AppManifest,
  topology: Topology,
  registry: Registry,
  variables: Variables,
): readonly Finding[] {
  const stores = Object.entries(topology.stores)
  return [
    ...stores.flatMap(([name, store]) => checkStore(`topology/stores/${name}`, store, registry, variables)),
    ...checkTwice(stores, registry),
    ...checkResources(manifest, topology),
    ...checkUse(manifest, topology),
    ...checkReplicas(manifest, topology),
    ...checkIdentityDriver(topology, registry),
  ]
}

function checkStore(
  place: string,
  { driver, options }: StoreTopology,
  registry: Registry,
  variables: Variables,
): readonly Finding[] {
  const entry = Object.hasOwn(registry.stores, driver) ? registry.stores[driver] : undefined
  if (entry === undefined) return [unknownDriver(`${place}/driver`, driver, 'store', registry.stores)]
  // The validator takes longer to load than the rest of a start-up, and nearly every store is opened as it is.
  if (Object.keys(options).length === 0 && entry.options.required === undefined) return []
  const missing = Object.entries(options).flatMap(([name, value]) =>
    unsetVariables(value, variables).map((variable) =>
      topologyFindings.STORE_VARIABLE(
        `${place}/options/${name}`,
        `the variable ${variable} is not set`,
        mendOf(driver),
      ),
    ),
  )
  if (missing.length > 0) return missing
  const given = withVariables(options, variables)
  const issues = compileSchema(entry.options)(given)
  if (issues.length === 0) return (entry.review?.(given) ?? []).map((problem) => optionFinding(place, problem))
  return issues.map(({ pointer = '', detail }) => {
    const known = Object.keys((entry.options.properties as object | undefined) ?? {})
    return topologyFindings.TOPOLOGY_OPTION(
      `${place}/options${pointer}`,
      `${pointer === '' ? 'options' : lastName(pointer)} ${detail}`,
      known.length === 0
        ? `The driver ${driver} has no options.`
        : `The options of ${driver} are: ${known.join(', ')}.`,
    )
  })
}

function optionFinding(place: string, { option, reason, mend, isPlaintext }: OptionProblem): Finding {
  const finding = isPlaintext ? topologyFindings.STORE_PLAINTEXT : topologyFindings.STORE_ADDRESS
  return finding(`${place}/options/${option}`, reason, mend)
}

/** By driver, the engine that can be had for development. */
const developmentEngines: ReadonlyMap<string, string> = new Map([
  ['mysql', 'mariadb'],
  ['postgres', 'postgres'],
])

function mendOf(driver: string): string {
  const mend = 'Set it in the environment, or in .env while developing'
  const engine = developmentEngines.get(driver)
  return engine === undefined ? `${mend}.` : `${mend}; banyan engines up ${engine} starts a server and prints it.`
}

function unknownDriver(
  place: string,
  driver: string,
  family: string,
  known: Readonly<Record<string, unknown>>,
): Finding {
  return topologyFindings.TOPOLOGY_DRIVER(
    place,
    `there is no ${family} driver ${JSON.stringify(driver)}`,
    `Name one that there is: ${Object.keys(known).join(', ')}.`,
  )
}

/** Two stores that open the same data: the second would find them locked, or worse. */
function checkTwice(stores: readonly (readonly [string, StoreTopology])[], registry: Registry): readonly Finding[] {
  return stores.flatMap(([name, store], at) => {
    if (registry.stores[store.driver]?.gives.durability === 'nothing') return []
    const same = stores
      .slice(0, at)
      .find(([, other]) => other.driver === store.driver && isDeepStrictEqual(other.options, store.options))
    if (same === undefined) return []
    return [topologyFindings.TOPOLOGY_STORE_TWICE(`topology/stores/${name}`, `it opens the same data as ${same[0]}`)]
  })
}

function checkResources(manifest: AppManifest, topology: Topology): readonly Finding[] {
  const names = manifest.resources.map(({ name }) => name)
  const known = `The stores of this topology are: ${Object.keys(topology.stores).join(', ')}.`
  const named = Object.entries(topology.resources).flatMap(([name, { store = mainStore }]) => {
    const place = `topology/resources/${name}`
    if (!names.includes(name)) {
      const mend =
        names.length === 0 ? 'The app has no resources.' : `The resources of the app are: ${names.join(', ')}.`
      return [topologyFindings.TOPOLOGY_RESOURCE(place, `the app has no resource ${name}`, mend)]
    }
    if (Object.hasOwn(topology.stores, store)) return []
    return [topologyFindings.TOPOLOGY_STORE(`${place}/store`, `there is no store ${store}`, known)]
  })
  const homeless = names.filter((name) => !Object.hasOwn(topology.resources, name))
  if (homeless.length === 0 || Object.hasOwn(topology.stores, mainStore)) return named
  return [
    ...named,
    topologyFindings.TOPOLOGY_STORE(
      'topology/stores',
      `${homeless.join(', ')} would live in the store main, and there is none`,
      'Call one store main, or say for each resource where it lives.',
    ),
  ]
}

function checkUse(manifest: AppManifest, topology: Topology): readonly Finding[] {
  const used = new Set(manifest.resources.map(({ name }) => storeOf(topology, name)))
  return Object.keys(topology.stores)
    .filter((name) => name !== mainStore && !used.has(name))
    .map((name) => topologyFindings.TOPOLOGY_STORE_UNUSED(`topology/stores/${name}`, 'no resource lives in it'))
}

/** Replicas that nothing is read from. */
function checkReplicas(manifest: AppManifest, topology: Topology): readonly Finding[] {
  return Object.entries(topology.stores).flatMap(([name, store]) => {
    const here = manifest.resources.filter((resource) => storeOf(topology, resource.name) === name)
    if (!hasReplicas(store) || here.length === 0 || here.some(({ staleForMs }) => staleForMs > 0)) return []
    const reason = 'no resource in it declares freshness, so nothing is read from its replicas'
    return [topologyFindings.STORE_REPLICAS_UNUSED(`topology/stores/${name}/options/replicas`, reason)]
  })
}

function checkIdentityDriver({ identity }: Topology, registry: Registry): readonly Finding[] {
  if (identity === undefined || Object.hasOwn(registry.identities, identity.driver)) return []
  return [unknownDriver('topology/identity/driver', identity.driver, 'identity', registry.identities)]
}
