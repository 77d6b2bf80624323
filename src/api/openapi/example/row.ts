import { exampleId, exampleValue } from '../../../app/example/value.ts'
import type { FieldDeclaration } from '../../../app/field.ts'
import type { AppManifest, FieldRecord, ResourceManifest } from '../../../app/manifest.ts'
import { type BatchAction, batchActions, includesOf } from '../schemas.ts'

export type Example = Readonly<Record<string, unknown>>

/** The row that all examples of a resource show; undefined where a field is such that no value could be made up. */
export function exampleRow(resource: ResourceManifest): Example | undefined {
  return valuesOf(
    resource.columns.flatMap(({ name, field }) => (field.private ? [] : [[name, field] as const])),
    resource.name,
  )
}

/** What is given to make that row. */
export function exampleNewRow(resource: ResourceManifest): Example | undefined {
  return given(resource, (_, field) => !field.private)
}

/** What is given to replace it. */
export function exampleReplacement(resource: ResourceManifest): Example | undefined {
  return given(resource, (name, field) => !field.private && !field.writeOnce && name !== 'id')
}

/** A change of one field, of a kind that tends to change. */
export function exampleChange(resource: ResourceManifest): Example | undefined {
  const all = exampleReplacement(resource)
  if (all === undefined) return undefined
  const changeable = Object.keys(all)
  const isLively = (name: string) => lively.has(resource.fields[name]!.kind)
  const [name] = [...changeable.filter(isLively).reverse(), ...changeable]
  return name === undefined ? {} : { [name]: all[name] }
}

const lively: ReadonlySet<FieldDeclaration['kind']> = new Set(['decimal', 'boolean', 'enum', 'text', 'integer'])

/** The row with the rows that it refers to. */
export function exampleWithIncluded(resource: ResourceManifest, manifest: AppManifest): Example | undefined {
  const [include] = includesOf(resource, manifest)
  if (include === undefined) return undefined
  const [row, other] = [exampleRow(resource), exampleRow(include[1])]
  return row === undefined || other === undefined ? undefined : { ...row, included: { [include[0]]: other } }
}

/** A batch with one write of each kind. */
export function exampleBatch(resource: ResourceManifest): Example | undefined {
  const id = exampleRow(resource)?.id
  const members: Readonly<Record<BatchAction, Example>> = {
    create: { op: 'create', value: exampleNewRow(resource) },
    update: { op: 'update', id, version: 1, value: exampleChange(resource) },
    delete: { op: 'delete', id, version: 2 },
  }
  const operations = batchActions(resource).map((action) => members[action])
  const isWhole = operations.every((member) => Object.values(member).every((value) => value !== undefined))
  return isWhole ? { atomic: false, operations } : undefined
}

/** The input or the output of an operation. `isGiven`: only what belongs there. */
export function exampleFields(
  fields: FieldRecord,
  place: { readonly path: string; readonly manifest: AppManifest },
): Example | undefined {
  const values = Object.entries(fields).flatMap(([name, field]) =>
    field.private ? [] : [[name, exampleInput(name, field, place)] as const],
  )
  return values.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(values)
}

/** An id in an operation means a row of the resource that its name or the path speaks of. */
export function exampleInput(
  name: string,
  field: FieldDeclaration,
  { path, manifest }: { readonly path: string; readonly manifest: AppManifest },
): unknown {
  const stem = name.replace(/_?ids?$/i, '').toLowerCase()
  const meant =
    manifest.resources.find((resource) => stem !== '' && [stem, `${stem}s`].includes(resource.name.toLowerCase())) ??
    manifest.resources.find((resource) => name === 'id' && path.split('/')[1] === resource.name)
  if (meant === undefined) return exampleValue(name, field, name)
  if (field.kind === 'id') return exampleId(meant.name)
  const { id } = meant.fields
  const isItsId = field.kind === 'text' && id?.kind === 'text' && (name === 'id' || stem !== name.toLowerCase())
  return exampleValue(isItsId ? 'id' : name, field, meant.name)
}

function given(
  resource: ResourceManifest,
  isGiven: (name: string, field: FieldDeclaration) => boolean,
): Example | undefined {
  return valuesOf(
    Object.entries(resource.fields).filter(([name, field]) => isGiven(name, field)),
    resource.name,
  )
}

function valuesOf(fields: readonly (readonly [string, FieldDeclaration])[], resource: string): Example | undefined {
  const values = fields.map(
    ([name, field]) => [name, exampleValue(name, field, resource) ?? (field.optional ? null : undefined)] as const,
  )
  return values.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(values)
}
