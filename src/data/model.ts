import type { App } from '../app/app.ts'
import type { FieldDeclaration } from '../app/field.ts'
import type { AnyResource } from '../app/handle.ts'
import type { AppManifest, ResourceManifest } from '../app/manifest.ts'
import type { ValidationRule } from '../app/resource.ts'
import { type Row, type RowFormat, rowFormat } from '../app/row.ts'
import { changeSchema, newRowSchema } from '../app/schema.ts'
import { compileSchema, type Validator } from '../app/validator.ts'
import { slotOfId, slotOfValue } from '../core/slot.ts'
import type { Store } from './store/store.ts'

/** A resource where it lives: what the runtime needs to read and write it, made once at start. */
export interface ResourceModel {
  readonly name: string
  readonly manifest: ResourceManifest
  readonly store: Store
  /** The store's name in the topology, and in bookmarks. */
  readonly storeName: string
  readonly format: RowFormat
  readonly versionAt: number
  readonly createdAtAt: number
  readonly updatedAtAt: number
  indexOf(field: string): number
  /** What handlers give; private fields included. */
  readonly validateNew: Validator
  readonly validateChange: Validator
  readonly rules: readonly ValidationRule<Record<string, unknown>>[]
  /** The slot of a row by its id. Generated ids carry it. */
  slotOf(id: string): number
  /** The slot that a new row must have; undefined where its own id decides. */
  slotOfNew(row: Row): number | undefined
}

export type Models = ReadonlyMap<string, ResourceModel>

/** The models of all resources of an app. `place` says in which store a resource lives. */
export function modelsOf(
  app: App,
  manifest: AppManifest,
  place: (resource: string) => { readonly name: string; readonly store: Store },
): Models {
  const declared = new Map(
    app.services.flatMap((service) =>
      Object.values(service.resources as Record<string, AnyResource>).map(
        (resource) => [resource.name, resource] as const,
      ),
    ),
  )
  return new Map(
    manifest.resources.map((resource) => {
      const { name, store } = place(resource.name)
      return [resource.name, resourceModel(resource, declared.get(resource.name)?.rules ?? [], name, store)] as const
    }),
  )
}

export function resourceModel(
  manifest: ResourceManifest,
  rules: readonly ValidationRule<any>[],
  storeName: string,
  store: Store,
): ResourceModel {
  const positions = new Map(manifest.columns.map(({ name }, at) => [name, at]))
  const indexOf = (field: string): number => {
    const at = positions.get(field)
    if (at === undefined) throw new TypeError(`${manifest.name} has no field ${field}`)
    return at
  }
  const partitionAt = indexOf(manifest.partitionBy)
  const partitionField = manifest.columns[partitionAt]!.field
  const isIdLike =
    carriesSlot(partitionField) ||
    (partitionField.kind === 'ref' && (partitionField.targetId === undefined || carriesSlot(partitionField.targetId)))
  const idIsGenerated = carriesSlot(manifest.columns[0]!.field)
  return {
    name: manifest.name,
    manifest,
    store,
    storeName,
    format: rowFormat(manifest.columns),
    versionAt: indexOf('version'),
    createdAtAt: indexOf('createdAt'),
    updatedAtAt: indexOf('updatedAt'),
    indexOf,
    validateNew: compileSchema(newRowSchema(manifest, { private: true })),
    validateChange: compileSchema(changeSchema(manifest, { private: true })),
    rules,
    slotOf: idIsGenerated ? slotOfId : slotOfValue,
    slotOfNew: (row) => {
      if (manifest.partitionBy === 'id')
        return idIsGenerated || row[0] === null ? undefined : slotOfValue(row[0] as string)
      const value = String(row[partitionAt])
      return isIdLike ? slotOfId(value) : slotOfValue(value)
    },
  }
}

/** A generated id does; the slot of any other is computed. */
function carriesSlot(field: FieldDeclaration): boolean {
  return field.kind === 'id' && field.form === undefined
}
