import type { Change } from '../step.ts'
import { columnKnownAs, type Derived, freeName, type StoredModel } from '../stored.ts'
import { placed, type Wanted } from './wanted.ts'

/** What the engine keeps of rows beside their paths: what does not fit any more is made anew. */
export function derived(model: StoredModel, wanted: Wanted): readonly Change[] {
  return placed(model, wanted).flatMap(({ resource, table }) => {
    const columnOf = (field: string) => columnKnownAs(table, field)!.name
    const all = wanted.derived(resource, columnOf)
    const kept = table.derived.filter((there) => all.some((each) => isSame(there, each)))
    const taken = table.derived.map(({ name }) => ({ name, knownAs: [], formerNames: [] }))
    return [
      ...table.derived
        .filter((there) => !kept.includes(there))
        .map((each) => ({ kind: 'dropDerived', table: table.name, derived: each }) as const),
      ...all
        .filter((each) => !kept.some((there) => isSame(there, each)))
        .map((each): Change => {
          // No resource has a space in its name.
          const name = freeName(`_banyan ${each.kind} of ${table.name}(${each.columns.join(',')})`, taken)
          return { kind: 'makeDerived', table: table.name, derived: { ...each, name }, resource }
        }),
    ]
  })
}

function isSame(there: Derived, { kind, columns, definition }: Omit<Derived, 'name'>): boolean {
  return there.kind === kind && there.definition === definition && there.columns.join() === columns.join()
}
