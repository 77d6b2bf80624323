import type { Saturation, Second } from './report.ts'

/** From here on the figures of a second are partly the generator's own: its loop had no time left, or was held up so long. */
const limits = { loopBusy: 0.95, heldUpMs: 50 } as const

export function isSaturated({ seconds, readings, lateMsMax }: Omit<Second, 'isGeneratorSaturated'>): boolean {
  // Within a few milliseconds a loop may well be busy all the time.
  const isBusy = seconds > 0.5 && readings.loopBusy > limits.loopBusy
  return isBusy || readings.loopLagMs > limits.heldUpMs || lateMsMax > limits.heldUpMs
}

export function saturationOf(series: readonly Second[]): Saturation {
  const whole = series.filter(({ seconds }) => seconds > 0.5)
  const readings = (whole.length === 0 ? series : whole).map((second) => second.readings)
  const cores = readings.flatMap(({ serverCores }) => (serverCores === null ? [] : [serverCores]))
  return {
    generatorSaturatedSeconds: series.filter(({ isGeneratorSaturated }) => isGeneratorSaturated).length,
    loopBusyMean: mean(readings.map(({ loopBusy }) => loopBusy)) ?? 0,
    loopLagMsMax: Math.max(0, ...readings.map(({ loopLagMs }) => loopLagMs)),
    serverCoresMean: mean(cores),
    serverCoresMax: cores.length === 0 ? null : Math.max(...cores),
  }
}

function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null
  return Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 1000) / 1000
}
