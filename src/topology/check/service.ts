import type { AppManifest, ServiceManifest } from '../../app/manifest.ts'
import { type Finding, listed } from '../../app/review/finding.ts'
import { topologyFindings } from './codes.ts'
import type { Placed, Placement } from './placement.ts'

/** What the operations of a service need of the store on which they work, above all of its transactions. */
export function checkService(
  service: ServiceManifest,
  manifest: AppManifest,
  placement: Placement,
): readonly Finding[] {
  const work = workOf(service)
  if (work.length === 0) return []
  const homes = homesOf(service, placement)
  const place = `services/${service.name}`
  return [
    ...needsOneStore(place, service, manifest, homes),
    ...homes.flatMap(({ placed, resources }) => [
      ...needsTransactions(place, work, placed, resources, placement),
      ...needsDeclared(place, service, placed, resources, placement),
    ]),
  ]
}

/** One store on which a service works, and which of its resources live there. */
interface Home {
  readonly placed: Placed
  readonly resources: readonly string[]
}

/** Everything of a service that has a body. Any of them may open a transaction; nothing declares that it does not. */
function workOf({ operations, implements: contracts }: ServiceManifest): readonly string[] {
  return [
    ...operations.map(({ name }) => name),
    ...contracts.flatMap(({ name, calls }) => Object.keys(calls).map((call) => `${name}.${call}`)),
  ]
}

function homesOf({ resources, uses }: ServiceManifest, placement: Placement): readonly Home[] {
  const homes = new Map<string, { placed: Placed; resources: string[] }>()
  for (const resource of new Set([...resources, ...uses])) {
    const placed = placement.of(resource)
    if (placed === undefined) continue
    const home = homes.get(placed.store) ?? { placed, resources: [] }
    homes.set(placed.store, home)
    home.resources.push(resource)
  }
  return [...homes.values()]
}

function needsOneStore(
  place: string,
  service: ServiceManifest,
  manifest: AppManifest,
  homes: readonly Home[],
): readonly Finding[] {
  if (homes.length < 2) return []
  const where = homes.map(({ placed, resources }) => `${listed(resources)} in ${placed.called}`)
  const ownerOf = (name: string) => manifest.resources.find((resource) => resource.name === name)?.service
  const others = service.uses.filter((name) => ownerOf(name) !== service.name)
  return [
    topologyFindings.NEED_ONE_STORE(
      others.length > 0 ? `${place}/uses` : `${place}/resources`,
      `one transaction may touch all that the service works on, and it lives in ${homes.length} stores: ${where.join('; ')}`,
    ),
  ]
}

function needsTransactions(
  place: string,
  work: readonly string[],
  { gives, called }: Placed,
  resources: readonly string[],
  placement: Placement,
): readonly Finding[] {
  const what = listed(resources)
  if (gives.atomicity === 'row') {
    return [
      topologyFindings.NEED_ATOMICITY(
        place,
        `a transaction of ${listed(work, 'or')} may change several rows at once, and ${called} commits one row at a time`,
        placement.mend(what, ({ atomicity }) => atomicity !== 'row', 'leave these resources to their generated routes'),
      ),
    ]
  }
  if (gives.isolation === 'serializable') return []
  const known = gives.isolation === 'snapshot' ? 'snapshots' : 'what is committed'
  return [
    topologyFindings.NEED_ISOLATION(
      place,
      `a transaction of ${listed(work, 'or')} relies on what it read until its commit, and ${called} isolates by ${known} only`,
      placement.mend(
        what,
        ({ isolation }) => isolation === 'serializable',
        'leave these resources to their generated routes',
      ),
    ),
  ]
}

/** What single operations declare beyond reading and writing rows of one slot by id. */
function needsDeclared(
  place: string,
  service: ServiceManifest,
  { gives, called, topology: { driver } }: Placed,
  resources: readonly string[],
  placement: Placement,
): readonly Finding[] {
  const what = listed(resources)
  const idempotent = [
    ...service.operations.filter((operation) => operation.idempotent).map(({ name }) => `operations/${name}`),
    ...service.implements.flatMap(({ name, calls }) =>
      Object.entries(calls).flatMap(([call, declared]) => (declared.idempotent ? [`implements/${name}/${call}`] : [])),
    ),
  ]
  return [
    ...service.operations.flatMap(({ name, transaction, native }) => {
      const at = `${place}/operations/${name}/transaction`
      return [
        ...(native !== null && native !== driver
          ? [
              topologyFindings.NEED_ENGINE(
                `${place}/operations/${name}/native`,
                `its body speaks to ${native} itself, and its rows live in ${called}`,
              ),
            ]
          : []),
        ...(transaction.slots === 'many' && gives.atomicity === 'slot'
          ? [
              topologyFindings.NEED_SLOTS(
                `${at}/slots`,
                `its transaction crosses slots, and ${called} commits rows of one slot`,
                placement.mend(what, ({ atomicity }) => atomicity === 'store', "take out slots: 'many'"),
              ),
            ]
          : []),
        ...(transaction.scans && !gives.scanAssertions
          ? [
              topologyFindings.NEED_SCANS(
                `${at}/scans`,
                `its transaction lists rows, and ${called} cannot tell at the commit whether the list is still so`,
                placement.mend(what, ({ scanAssertions }) => scanAssertions, 'list before the transaction'),
              ),
            ]
          : []),
      ]
    }),
    ...(gives.atomicity === 'row' ? idempotent : []).map((at) =>
      topologyFindings.NEED_IDEMPOTENCY(
        `${place}/${at}`,
        `its Idempotency-Key is kept in the commit of its write, and ${called} commits one row at a time`,
        placement.mend(what, ({ atomicity }) => atomicity !== 'row', 'take out idempotent: true'),
      ),
    ),
  ]
}
