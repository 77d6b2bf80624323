/** `exact`: every row is counted, however many. `estimated`: of more than `exactTotalMax` the number is an estimate, at a bounded cost. */
export type TotalKind = 'exact' | 'estimated'

/** How many rows a list has on all of its pages. */
export interface Total {
  readonly count: number
  /** What this very number is; a small one is exact also where larger ones are estimated. */
  readonly kind: TotalKind
}

/** So many rows are counted also where totals are estimated. */
export const exactTotalMax = 10_000
