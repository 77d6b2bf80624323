import type { AppManifest, ResourceManifest } from '../../app/manifest.ts'
import { type Finding, listed } from '../../app/review/finding.ts'
import { topologyFindings } from './codes.ts'
import type { Placed, Placement } from './placement.ts'

/** What a resource declares, against what the store in which it lives gives. */
export function checkResource(
  resource: ResourceManifest,
  manifest: AppManifest,
  placement: Placement,
): readonly Finding[] {
  const placed = placement.of(resource.name)
  if (placed === undefined) return []
  const needs = { resource, placed, placement, place: `resources/${resource.name}` }
  return [
    ...needsAdoption(needs),
    ...needsUnique(needs),
    ...needsReferences(needs, manifest),
    ...needsOrder(needs),
    ...needsSearch(needs),
    ...needsFreshness(needs),
    ...needsIdempotency(needs),
  ]
}

interface Needs {
  readonly resource: ResourceManifest
  readonly placed: Placed
  readonly placement: Placement
  readonly place: string
}

function needsAdoption({ resource, placed, placement, place }: Needs): readonly Finding[] {
  const { name, adopted } = resource
  if (placed.gives.adopts || adopted === undefined) return []
  return [
    topologyFindings.NEED_ADOPTION(
      `${place}/adopt`,
      `it serves the table ${adopted.schema}.${adopted.table}, and ${placed.called} has none but its own`,
      placement.mend(name, ({ adopts }) => adopts, 'take .adopt(…) out'),
    ),
  ]
}

function needsUnique({ resource, placed, placement, place }: Needs): readonly Finding[] {
  if (placed.gives.unique) return []
  return Object.entries(resource.fields)
    .filter(([, field]) => field.unique)
    .map(([name]) =>
      topologyFindings.NEED_UNIQUE(
        `${place}/fields/${name}`,
        `${name} is unique, and ${placed.called} does not keep fields unique`,
        placement.mend(resource.name, ({ unique }) => unique, `declare ${name} without unique`),
      ),
    )
}

function needsReferences(needs: Needs, manifest: AppManifest): readonly Finding[] {
  const { resource, placed, placement, place } = needs
  return Object.entries(resource.fields).flatMap(([name, field]) => {
    if (field.kind !== 'ref') return []
    const at = `${place}/fields/${name}`
    const target = placement.of(field.target)
    if (target !== undefined && target.store !== placed.store) {
      return [
        topologyFindings.NEED_REFERENCE_STORE(
          at,
          `it refers to ${field.target}, which lives in ${target.called}, and ${resource.name} in ${placed.called}`,
        ),
      ]
    }
    if (!placed.gives.references) {
      return [
        topologyFindings.NEED_REFERENCES(
          at,
          `it refers to ${field.target}, and ${placed.called} does not check references`,
          placement.mend(resource.name, ({ references }) => references, 'keep the id in a plain t.id() or t.text()'),
        ),
      ]
    }
    return field.onDelete === 'restrict' ? [] : needsCascade(at, name, field.onDelete, field.target, needs, manifest)
  })
}

/** A deletion that changes other rows has to reach them in the same commit. */
function needsCascade(
  place: string,
  field: string,
  onDelete: 'cascade' | 'setNull',
  targetName: string,
  { resource, placed, placement }: Needs,
  manifest: AppManifest,
): readonly Finding[] {
  const { atomicity } = placed.gives
  const target = manifest.resources.find(({ name }) => name === targetName)
  const sharesSlot = resource.partitionBy === field && target?.partitionBy === 'id'
  if (atomicity === 'store' || (atomicity === 'slot' && sharesSlot)) return []
  const reach = atomicity === 'slot' ? 'rows of one slot' : 'one row at a time'
  return [
    topologyFindings.NEED_CASCADE(
      place,
      `onDelete: ${onDelete} changes ${resource.name} with the row of ${targetName}, and ${placed.called} commits ${reach}`,
      placement.mend(
        `${resource.name} and ${targetName}`,
        (gives) => gives.atomicity === 'store',
        'let the deletion be refused: leave onDelete out',
      ),
    ),
  ]
}

function needsOrder({ resource, placed, placement, place }: Needs): readonly Finding[] {
  if (placed.gives.orderedScans) return []
  const mend = (otherwise: string) => placement.mend(resource.name, ({ orderedScans }) => orderedScans, otherwise)
  const paths = resource.paths.map((path) =>
    topologyFindings.NEED_ORDER(
      `${place}/index(${path.join(', ')})`,
      `lists may sort and take ranges along this path, and ${placed.called} has no order`,
      mend('take the access path out and read by id'),
    ),
  )
  if (paths.length > 0 || resource.actions.list === undefined) return paths
  return [
    topologyFindings.NEED_ORDER(
      `${place}/access/list`,
      `a list without filters follows the id, and ${placed.called} has no order`,
      mend('leave list without a rule'),
    ),
  ]
}

function needsSearch({ resource, placed, placement, place }: Needs): readonly Finding[] {
  const { name, search } = resource
  if (placed.gives.search || search.length === 0) return []
  return [
    topologyFindings.NEED_SEARCH(
      `${place}/search(${search.join(', ')})`,
      `lists may be searched by words, and ${placed.called} does not find rows by their words`,
      placement.mend(name, ({ search }) => search, 'take .search(…) out and read along access paths'),
    ),
  ]
}

function needsFreshness({ resource, placed, placement, place }: Needs): readonly Finding[] {
  const { staleForMs } = placed.gives
  if (staleForMs <= resource.staleForMs) return []
  const allowed = resource.staleForMs === 0 ? 'reads have to be fresh' : `reads may lag ${resource.staleForMs} ms`
  return [
    topologyFindings.NEED_FRESHNESS(
      `${place}/freshness`,
      `${allowed}, and those of ${placed.called} may lag ${staleForMs} ms`,
      placement.mend(
        resource.name,
        (gives) => gives.staleForMs <= resource.staleForMs,
        `declare .freshness({ staleFor: '${staleForMs}ms' })`,
      ),
    ),
  ]
}

function needsIdempotency({ resource, placed, placement, place }: Needs): readonly Finding[] {
  const writes = (['create', 'update', 'replace', 'delete'] as const).filter((action) => resource.actions[action])
  if (placed.gives.atomicity !== 'row' || writes.length === 0) return []
  return [
    topologyFindings.NEED_IDEMPOTENCY(
      `${place}/access`,
      `the Idempotency-Key of ${listed(writes, 'or')} is kept in the commit of the write, and ${placed.called} commits one row at a time`,
      placement.mend(resource.name, (gives) => gives.atomicity !== 'row', 'leave the writes without a rule'),
    ),
  ]
}
