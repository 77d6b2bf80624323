import type { Chance } from './chance.ts'

/** A part of an open load whose rate goes in a straight line from one to another; both are arrivals a second. */
export interface Phase {
  readonly forMs: number
  readonly from: number
  readonly to: number
}

/** `random`: as people come who do not know of one another (Poisson). `even`: at equal distances. */
export type Spacing = 'random' | 'even'

/** How many arrivals the phases have. */
export function arrivalCount(phases: readonly Phase[]): number {
  return counts(phases).reduce((sum, count) => sum + count, 0)
}

/**
 * When each arrival is due, in milliseconds from the start, in order. Their number is always that of the rates; only where they
 * fall is random: given its number, the arrivals of a Poisson process are spread like independent draws.
 */
export function* arrivalTimes(phases: readonly Phase[], spacing: Spacing, random: Chance): Generator<number> {
  let startMs = 0
  for (const [at, count] of counts(phases).entries()) {
    const phase = phases[at]!
    for (const share of spacing === 'even' ? evenShares(count) : sortedShares(count, random)) {
      yield startMs + phase.forMs * timeOf(share, phase)
    }
    startMs += phase.forMs
  }
}

/** What is left of an arrival at the end of a phase goes to the next. */
function counts(phases: readonly Phase[]): number[] {
  let carried = 0
  return phases.map(({ forMs, from, to }) => {
    const due = carried + ((from + to) / 2) * (forMs / 1000)
    // Sums of fractions fall short of a whole number by what the last bits lose.
    const count = Math.floor(due + 1e-9)
    carried = due - count
    return count
  })
}

function* evenShares(count: number): Generator<number> {
  for (let n = 0; n < count; n++) yield (n + 0.5) / count
}

/** So many draws from 0 to 1 in ascending order, one after another: the least of n draws is 1 - u^(1/n), then of those above it. */
function* sortedShares(count: number, random: Chance): Generator<number> {
  let share = 0
  for (let left = count; left > 0; left--) {
    share = 1 - (1 - share) * (1 - random.next()) ** (1 / left)
    yield share
  }
}

/** The part of the phase's time after which this share of its arrivals has come: the root of a quadratic, stable where it is flat. */
function timeOf(share: number, { from, to }: Phase): number {
  if (share === 0) return 0
  const mean = (from + to) / 2
  return (2 * share * mean) / (from + Math.sqrt(Math.max(0, from * from + 2 * (to - from) * share * mean)))
}
