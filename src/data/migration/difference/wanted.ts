import type { FieldDeclaration } from '../../../app/field.ts'
import type { Column, ResourceManifest } from '../../../app/manifest.ts'
import type { Backfill } from '../../../app/resource.ts'
import type { Derived, StoredColumn, StoredModel, StoredTable } from '../stored.ts'
import { columnKnownAs, namesOfNew, tableKnownAs } from '../stored.ts'

/** What an app declares of its data. */
export interface Wanted {
  readonly resources: readonly ResourceManifest[]
  /** By resource. */
  readonly backfills: Backfills
  readonly derived: DerivedOf
}

/** What an engine wants to keep of a resource's rows. `tableOf` gives those of the resources that lie in the same store. */
export type DerivedOf = (
  resource: ResourceManifest,
  columnOf: (field: string) => string,
  tableOf: (resource: string) => StoredTable | undefined,
) => readonly Omit<Derived, 'name'>[]

export type Backfills = ReadonlyMap<string, readonly Backfill[]>

export function backfillOf(wanted: Wanted, resource: ResourceManifest, field: string): Backfill | undefined {
  return wanted.backfills.get(resource.name)?.find((backfill) => backfill.field === field)
}

/** The resources that have a table, with it. */
export function placed(
  model: StoredModel,
  wanted: Pick<Wanted, 'resources'>,
): readonly { readonly resource: ResourceManifest; readonly table: StoredTable }[] {
  return wanted.resources.flatMap((resource) => {
    const table = tableKnownAs(model, resource.name)
    return table === undefined ? [] : [{ resource, table }]
  })
}

/** The column of a field, also where it is still known by its old name alone. */
export function columnOf(table: StoredTable, { name, field }: Column): StoredColumn | undefined {
  const { renamedFrom } = field
  return columnKnownAs(table, name) ?? (renamedFrom === undefined ? undefined : columnKnownAs(table, renamedFrom))
}

export function newColumn({ name, field }: Column, storedName = name): StoredColumn {
  return {
    ...namesOfNew({ name, renamedFrom: field.renamedFrom }, storedName),
    state: 'used',
    field: rememberedField(field),
  }
}

/** Of a declaration what matters to those who come later. */
export function rememberedField(field: FieldDeclaration): FieldDeclaration {
  const { description: _, renamedFrom: __, ...remembered } = field
  return remembered as FieldDeclaration
}

/** Whether two names of a resource mean the same rows. */
export function isSameTable(model: StoredModel): (one: string, other: string) => boolean {
  return (one, other) => one === other || tableKnownAs(model, one) === tableKnownAs(model, other)
}
