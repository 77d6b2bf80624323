import type { Dependency } from './dependencies.ts'

export interface Cycle {
  readonly kind: 'G0' | 'G1c' | 'G-single' | 'G2' | 'realtime'
  /** Each leads to the next, and the last to the first. */
  readonly steps: readonly Dependency[]
}

/**
 * Looks for circles, the worst kind first: a kind is only told of transactions that no worse one holds together. Of each group of
 * transactions that depend on one another in circles, the shortest is told.
 */
export function cyclesOf(dependencies: readonly Dependency[]): readonly Cycle[] {
  const cycles: Cycle[] = []
  const told = new Set<number>()
  for (const { kind, closing, others } of searches) {
    const graph = graphOf(dependencies.filter((one) => one.kind === closing || others.includes(one.kind)))
    for (const group of groupsOf(graph)) {
      if ([...group].some((id) => told.has(id))) continue
      const shortest = shortestThrough(graph, group, closing, others)
      if (shortest === undefined) continue
      cycles.push({ kind, steps: shortest })
      for (const { from } of shortest) told.add(from)
    }
  }
  return cycles
}

/** A cycle of a kind has a step of `closing`, from whose end one comes back over `others`. */
const searches: readonly {
  readonly kind: Cycle['kind']
  readonly closing: Dependency['kind']
  readonly others: readonly Dependency['kind'][]
}[] = [
  { kind: 'G0', closing: 'ww', others: ['ww'] },
  { kind: 'G1c', closing: 'wr', others: ['ww', 'wr'] },
  { kind: 'G-single', closing: 'rw', others: ['ww', 'wr'] },
  { kind: 'G2', closing: 'rw', others: ['ww', 'wr', 'rw'] },
  { kind: 'realtime', closing: 'rt', others: ['ww', 'wr', 'rw', 'rt'] },
]

type Graph = ReadonlyMap<number, readonly Dependency[]>

function graphOf(dependencies: readonly Dependency[]): Graph {
  return Map.groupBy(dependencies, ({ from }) => from)
}

/** The shortest way from the end of a closing step back to its start, with that step; undefined where no step has one. */
function shortestThrough(
  graph: Graph,
  group: ReadonlySet<number>,
  closing: Dependency['kind'],
  others: readonly Dependency['kind'][],
): readonly Dependency[] | undefined {
  let shortest: readonly Dependency[] | undefined
  for (const id of group) {
    for (const step of graph.get(id) ?? []) {
      if (step.kind !== closing || !group.has(step.to)) continue
      const back = wayFrom(graph, group, step.to, id, others)
      if (back !== undefined && back.length + 1 < (shortest?.length ?? Number.POSITIVE_INFINITY))
        shortest = [step, ...back]
      if (shortest?.length === 2) return shortest
    }
  }
  return shortest
}

/** The shortest way within a group, breadth first. */
function wayFrom(
  graph: Graph,
  group: ReadonlySet<number>,
  start: number,
  end: number,
  kinds: readonly Dependency['kind'][],
): readonly Dependency[] | undefined {
  const cameBy = new Map<number, Dependency | undefined>([[start, undefined]])
  const queue = [start]
  for (const id of queue) {
    if (id === end) {
      const way: Dependency[] = []
      for (let step = cameBy.get(end); step !== undefined; step = cameBy.get(step.from)) way.unshift(step)
      return way
    }
    for (const step of graph.get(id) ?? []) {
      if (!kinds.includes(step.kind) || !group.has(step.to) || cameBy.has(step.to)) continue
      cameBy.set(step.to, step)
      queue.push(step.to)
    }
  }
  return undefined
}

/**
 * The strongly connected components that have more than one member (Tarjan, Depth-first search and linear graph algorithms, 1972),
 * with a stack of its own: histories are deeper than the engine's.
 */
function groupsOf(graph: Graph): readonly ReadonlySet<number>[] {
  const groups: ReadonlySet<number>[] = []
  const numbers = new Map<number, number>()
  const lowest = new Map<number, number>()
  const open: number[] = []
  const isOpen = new Set<number>()
  const enter = (id: number) => {
    numbers.set(id, numbers.size)
    lowest.set(id, numbers.get(id)!)
    open.push(id)
    isOpen.add(id)
    return { id, steps: graph.get(id) ?? [], at: 0 }
  }
  const lower = (id: number, to: number) => lowest.set(id, Math.min(lowest.get(id)!, to))
  for (const root of graph.keys()) {
    if (numbers.has(root)) continue
    const path = [enter(root)]
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const step = top.steps[top.at++]
      if (step !== undefined) {
        if (!numbers.has(step.to)) path.push(enter(step.to))
        else if (isOpen.has(step.to)) lower(top.id, numbers.get(step.to)!)
        continue
      }
      path.pop()
      const parent = path.at(-1)
      if (parent !== undefined) lower(parent.id, lowest.get(top.id)!)
      if (lowest.get(top.id) !== numbers.get(top.id)) continue
      const group = new Set(open.splice(open.lastIndexOf(top.id)))
      for (const id of group) isOpen.delete(id)
      if (group.size > 1) groups.push(group)
    }
  }
  return groups
}
