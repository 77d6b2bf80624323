const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const
const pattern = /^(-?\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/

/** `'30s'` in milliseconds. Units: ms, s, m, h, d, w. Throws a TypeError on anything else. */
export function durationMs(duration: string): number {
  const match = pattern.exec(duration)
  if (match === null) {
    throw new TypeError(
      `${JSON.stringify(duration)} is not a duration; write a number and a unit: '500ms', '30s', '15m', '2h', '7d'`,
    )
  }
  return Number(match[1]) * units[match[2] as keyof typeof units]
}
