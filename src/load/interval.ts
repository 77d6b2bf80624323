/** Where a figure lies with 95 % of certainty, as far as chance goes. The high end is null where too little was seen to know one. */
export interface Interval {
  readonly low: number
  readonly high: number | null
}

/** The normal distribution holds 95 % within so many standard deviations. */
const z = 1.96

/**
 * The ranks between which a quantile of so many values lies, whatever their distribution: how many of them are below it is binomial
 * (order statistics). Below 1 or above the count there is no such value.
 */
export function ranksOf(share: number, count: number): { readonly low: number; readonly high: number } {
  const half = z * Math.sqrt(count * share * (1 - share))
  return { low: Math.floor(count * share - half), high: Math.ceil(count * share + half) + 1 }
}

/** The interval of a share of which so many were counted (E. B. Wilson, 1927). Right also where none was. */
export function shareInterval(found: number, count: number): Interval {
  if (count === 0) return { low: 0, high: 1 }
  const share = found / count
  const middle = share + z ** 2 / (2 * count)
  const half = z * Math.sqrt((share * (1 - share)) / count + z ** 2 / (4 * count ** 2))
  const scale = 1 + z ** 2 / count
  return { low: Math.max(0, middle - half) / scale, high: (middle + half) / scale }
}

/** The interval of a rate at which so many were counted, as if each had come by chance. */
export function rateInterval(rate: number, count: number): Interval {
  const half = count === 0 ? 0 : (z * rate) / Math.sqrt(count)
  return { low: rate - half, high: rate + half }
}

export function overlap(left: Interval, right: Interval): boolean {
  return left.low <= (right.high ?? Number.POSITIVE_INFINITY) && right.low <= (left.high ?? Number.POSITIVE_INFINITY)
}
