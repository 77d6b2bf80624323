/**
 * The geometric mean of the ratios of several pairs and its 95 % interval.
 *
 * A ratio of two is as far from one as a ratio of a half, so that the arithmetic is done on logarithms; the interval is
 * Student's, because the pairs are few and their spread is estimated from the pairs themselves. With one pair nothing is
 * known about the spread: the interval is then everything.
 */
export const intervalOfRatios = (ratios: readonly number[]): RatioInterval => {
  if (ratios.length === 0) throw new RangeError('An interval needs at least one ratio.')
  const logs = ratios.map((ratio) => {
    if (!(ratio > 0) || !Number.isFinite(ratio)) throw new RangeError(`A ratio is a positive number, this is ${ratio}.`)
    return Math.log(ratio)
  })
  const mean = meanOf(logs)
  if (logs.length === 1) return { mean: Math.exp(mean), low: 0, high: Number.POSITIVE_INFINITY, pairs: 1 }
  const half = studentQuantile(logs.length - 1) * Math.sqrt(varianceOf(logs, mean) / logs.length)
  return { mean: Math.exp(mean), low: Math.exp(mean - half), high: Math.exp(mean + half), pairs: logs.length }
}

export type RatioInterval = {
  readonly mean: number
  readonly low: number
  readonly high: number
  readonly pairs: number
}

/** The geometric mean: what one side's figures of several runs are summed up as. Zero where any figure is zero. */
export const geometricMean = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : Math.exp(meanOf(values.map(Math.log)))

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const varianceOf = (values: readonly number[], mean: number): number =>
  values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)

/** The two-sided 95 % quantile of Student's distribution; above thirty degrees the last row is kept, which errs on the wide side. */
const studentQuantile = (degrees: number): number =>
  quantiles[Math.min(degrees, quantiles.length) - 1] ?? Number.POSITIVE_INFINITY

const quantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
]
