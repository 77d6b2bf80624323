import { createHash } from 'node:crypto'
import type { Column, ResourceManifest } from '../../../app/manifest.ts'
import type { Backfill } from '../../../app/resource.ts'
import { isReadAs, kindText } from '../conversion.ts'
import type { FillTarget, Refusal } from '../step.ts'
import { columnKnownAs, type StoredTable } from '../stored.ts'
import { backfillOf, rememberedField, type Wanted } from './wanted.ts'

/** Where rows that have no value of a field get one from. */
export type FieldSource =
  | { readonly kind: 'none' }
  | { readonly kind: 'default'; readonly by: string; readonly refusals: readonly Refusal[] }
  | {
      readonly kind: 'backfill'
      readonly backfill: Backfill
      readonly by: string
      readonly reads: FillTarget['reads']
      /** What it declares that it reads, and is not there. */
      readonly refusals: readonly Refusal[]
    }

export function sourceOf(wanted: Wanted, resource: ResourceManifest, column: Column, table: StoredTable): FieldSource {
  const { name, field } = column
  const backfill = backfillOf(wanted, resource, name)
  if (backfill === undefined) {
    return field.default === undefined
      ? { kind: 'none' }
      : { kind: 'default', by: fingerprint('default', field.default), refusals: [] }
  }
  const reads: FillTarget['reads'][number][] = []
  const refusals: Refusal[] = []
  for (const [read, promised] of Object.entries(backfill.from)) {
    const there = columnKnownAs(table, read)
    if (there !== undefined && isReadAs(there.field, promised)) {
      reads.push({ name: read, column: there })
      continue
    }
    const optional = there?.field.optional && !promised.optional ? 'optional ' : ''
    refusals.push({
      kind: 'refusal',
      place: `${resource.name}.${name}`,
      reason:
        there === undefined
          ? `its backfill reads ${read}, which these data do not have`
          : `its backfill reads ${read} as ${kindText(promised)}, and these data have it as ${optional}${kindText(there.field)}`,
      mend: 'Declare in `from` what it reads as it was declared when it was stored.',
    })
  }
  const by = fingerprint('backfill', String(backfill.value), backfill.from, rememberedField(field))
  return { kind: 'backfill', backfill, by, reads, refusals }
}

/** Tells one way to make values from another. */
export function fingerprint(...what: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(what)).digest('base64url').slice(0, 16)
}
