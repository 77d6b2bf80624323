import type { Change } from '../step.ts'
import { columnKnownAs, type Derived, freeName, type StoredModel, type StoredTable } from '../stored.ts'
import { placed, type Wanted } from './wanted.ts'

/** What the engine keeps of rows beside their paths: what does not fit any more is made anew. */
export function derived(model: StoredModel, wanted: Wanted): readonly Change[] {
  const places = placed(model, wanted)
  const tableOf = (name: string) => places.find(({ resource }) => resource.name === name)?.table
  // It would hold this version to rows that it does not know.
  const others = model
    .filter((table) => !places.some((place) => place.table === table))
    .flatMap((table) => table.derived.filter(({ target }) => target !== undefined).map(dropFrom(table)))
  const own = places.flatMap(({ resource, table }) => {
    const columnOf = (field: string) => columnKnownAs(table, field)!.name
    const all = wanted.derived(resource, columnOf, tableOf)
    const kept = table.derived.filter((there) => all.some((each) => isSame(there, each)))
    const taken = table.derived.map(({ name }) => ({ name, knownAs: [], formerNames: [] }))
    return [
      ...table.derived.filter((there) => !kept.includes(there)).map(dropFrom(table)),
      ...all
        .filter((each) => !kept.some((there) => isSame(there, each)))
        .map((each): Change => {
          // No resource has a space in its name.
          const name = freeName(`_banyan ${each.kind} of ${table.name}(${each.columns.join(',')})`, taken)
          return { kind: 'makeDerived', table: table.name, derived: { ...each, name }, resource }
        }),
    ]
  })
  return [...others, ...own]
}

function dropFrom({ name }: StoredTable): (derived: Derived) => Change {
  return (derived) => ({ kind: 'dropDerived', table: name, derived })
}

function isSame(there: Derived, { kind, columns, target, definition }: Omit<Derived, 'name'>): boolean {
  return (
    there.kind === kind &&
    there.definition === definition &&
    there.target === target &&
    there.columns.join() === columns.join()
  )
}
