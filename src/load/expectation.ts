import { durationMs } from '../core/duration.ts'
import type { Expect, Limits } from './profile.ts'
import type { Reader } from './reader.ts'
import type { Figures, LoadReport } from './report.ts'

/** One thing that must hold of the figures. */
export interface Expectation {
  /** A request by its name, or `all`: all requests together. */
  readonly of: string
  readonly figure: keyof Limits | 'dropped'
  /** As the profile has it: `'50ms'`, `'0.1%'`. */
  readonly limit: string
}

export interface Judged extends Expectation {
  /** Milliseconds, or a share from 0 to 1; null where nothing of the kind was sent. */
  readonly measured: number | null
  readonly isMet: boolean
}

/** Whose figures cover every request. */
export const allRequests = 'all'

/** What a profile expects, one by one. Throws LOAD_PROFILE_INVALID where a limit is none. */
export function expectationsOf(expect: Expect<any>, isOpen: boolean, read: Reader): readonly Expectation[] {
  const { dropped, requests = {}, ...limits } = expect
  const each = Object.entries(requests as Readonly<Record<string, Limits>>)
  const all = [
    ...limitsOf(allRequests, limits, 'expect', read),
    ...each.flatMap(([name, of]) => limitsOf(name, of, `expect.requests.${name}`, read)),
  ]
  // Who was never let in has no latency: where latencies are judged, dropping must be too.
  if (!isOpen || (dropped === undefined && all.length === 0)) return all
  return [...all, ...limitsOf(allRequests, { dropped: dropped ?? '0%' }, 'expect', read)]
}

/** What was measured of each, and whether it holds. What was not sent at all does not. */
export function judged(
  expectations: readonly Expectation[],
  report: Pick<LoadReport, 'all' | 'requests' | 'arrivals'>,
) {
  return expectations.map((expectation): Judged => {
    const figures = [report.all, ...report.requests].find(({ name }) => name === expectation.of)
    const measured = measuredOf(expectation.figure, figures, report.arrivals)
    return { ...expectation, measured, isMet: measured !== null && measured <= limitOf(expectation) }
  })
}

function limitsOf(of: string, limits: object, place: string, read: Reader): readonly Expectation[] {
  return Object.entries(limits).map(([figure, limit]): Expectation => {
    const at = `${place}.${figure}`
    if (!isFigure(figure)) return read.refuse(`${at} is no figure; those are ${Object.keys(figures).join(', ')}`)
    if (figures[figure] === 'share') read.share(at, limit)
    else read.duration(at, limit)
    return { of, figure, limit }
  })
}

const figures = {
  p50: 'duration',
  p90: 'duration',
  p95: 'duration',
  p99: 'duration',
  max: 'duration',
  errors: 'share',
  dropped: 'share',
} as const satisfies Readonly<Record<Expectation['figure'], 'duration' | 'share'>>

function isFigure(name: string): name is Expectation['figure'] {
  return Object.hasOwn(figures, name)
}

function limitOf({ figure, limit }: Expectation): number {
  return figures[figure] === 'share' ? Number(limit.slice(0, -1)) / 100 : durationMs(limit)
}

function measuredOf(
  figure: Expectation['figure'],
  figures: Figures | undefined,
  arrivals: LoadReport['arrivals'],
): number | null {
  switch (figure) {
    case 'errors':
      return figures === undefined || figures.count === 0 ? null : figures.errors / figures.count
    case 'dropped':
      return arrivals === null ? null : arrivals.dropped / (arrivals.dropped + arrivals.begun)
    case 'p50':
    case 'p90':
    case 'p95':
    case 'p99':
    case 'max':
      return figures?.latencyMs?.[figure] ?? null
  }
}
