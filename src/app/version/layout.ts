import type { FieldDeclaration } from '../field.ts'
import type { FieldRecord, ResourceManifest } from '../manifest.ts'
import type { Difference } from './difference.ts'

/** One field of a version, and where its values come from. */
export interface Placed {
  readonly name: string
  readonly field: FieldDeclaration
  readonly source: Source
}

export type Source =
  /** The value of the field of now, as it is. */
  | { readonly kind: 'carried'; readonly from: string }
  /** Made of these fields of now by a function. */
  | { readonly kind: 'converted'; readonly from: readonly string[] }
  /** Always its default, or null. */
  | { readonly kind: 'constant' }

/** The fields of a version in its order: each where the field of now stands that it was made into, constant ones at the end. */
export function layoutOf(now: FieldRecord, { renamed, without, conversions }: Difference): readonly Placed[] {
  const oldNames = new Map(Object.entries(renamed).map(([old, name]) => [name, old]))
  const shown = Object.entries(now).flatMap(([name, field]): readonly Placed[] => {
    if (field.private || Object.hasOwn(without, name)) return []
    const conversion = conversions.find(({ from }) => from.includes(name))
    if (conversion === undefined)
      return [{ name: oldNames.get(name) ?? name, field, source: { kind: 'carried', from: name } }]
    const { fields, from } = conversion
    return from[0] === name ? placed(fields, { kind: 'converted', from }) : []
  })
  const constant = conversions.filter(({ from }) => from.length === 0)
  return [...shown, ...constant.flatMap(({ fields }) => placed(fields, { kind: 'constant' }))]
}

/** The same of a whole row: its id, its fields, and what every row has beside them. */
export function rowLayoutOf({ columns, fields }: ResourceManifest, difference: Difference): readonly Placed[] {
  const [id, ...others] = columns.map(
    ({ name, field }): Placed => ({ name, field, source: { kind: 'carried', from: name } }),
  )
  const { id: _, ...own } = fields
  return [id!, ...layoutOf(own, difference), ...others.filter(({ name }) => !Object.hasOwn(own, name))]
}

function placed(fields: FieldRecord, source: Source): readonly Placed[] {
  return Object.entries(fields).map(([name, field]) => ({ name, field, source }))
}
