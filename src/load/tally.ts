import { type Latencies, latencies } from './latency.ts'
import type { Figures, Outcome, RequestFigures } from './report.ts'

/** Counts and times what happens in a run: by request, by scenario, and by second. */
export interface Tally {
  request(name: string, exchange: Exchange): void
  visit(scenario: string, ending: Ending): void
  /** An arrival that began so many milliseconds after it was due. */
  arrived(lateMs: number): void
  dropped(): void
  /** What has been since the second before. */
  endSecond(): SecondTally
  /** From here on nobody new begins: what is still counted belongs to no rate. */
  endWindow(seconds: number): void
  /** From here on nothing is counted. */
  end(): void
  figures(): Counted
}

/** How something ended: a status where there was an answer, a code where it was none of success. */
export interface Ending {
  readonly latencyMs: number
  readonly status: number | null
  readonly code: string | null
  readonly isExpected: boolean
}

export interface Exchange extends Ending {
  readonly bytesSent: number
  readonly bytesReceived: number
}

export interface SecondTally {
  readonly arrivals: number
  readonly dropped: number
  readonly requests: number
  readonly errors: number
  readonly latencyMs: Figures['latencyMs']
  readonly lateMsMax: number
}

export interface Counted {
  readonly all: RequestFigures
  readonly requests: readonly RequestFigures[]
  readonly scenarios: readonly Figures[]
  readonly begun: number
  readonly dropped: number
  readonly late: number
  readonly lateMs: { readonly p99: number; readonly max: number }
}

/** Timers tell no finer time: an arrival that begins within this is on time. */
export const timerMs = 2

export function tally(): Tally {
  const requests = new Map<string, Group>()
  const scenarios = new Map<string, Group>()
  const lateness = latencies()
  const recent = latencies()
  let second = emptySecond()
  const total = { begun: 0, dropped: 0, late: 0 }
  let seconds = 0
  let isOver = false

  return {
    request(name, exchange) {
      if (isOver) return
      add(groupOf(requests, name), exchange, exchange)
      recent.record(exchange.latencyMs)
      second.requests++
      if (!exchange.isExpected) second.errors++
    },
    visit(scenario, ending) {
      if (!isOver) add(groupOf(scenarios, scenario), ending)
    },
    arrived(lateMs) {
      second.arrivals++
      second.lateMsMax = Math.max(second.lateMsMax, lateMs)
      lateness.record(lateMs)
      total.begun++
      if (lateMs > timerMs) total.late++
    },
    dropped() {
      second.dropped++
      total.dropped++
    },
    endSecond() {
      const ended = { ...second, latencyMs: recent.summary() }
      recent.reset()
      second = emptySecond()
      return ended
    },
    endWindow(elapsed) {
      seconds = elapsed
      for (const group of [...requests.values(), ...scenarios.values()]) group.countInWindow = group.count
    },
    end() {
      isOver = true
    },
    figures: () => ({
      all: requestFigures('all', joined([...requests.values()]), seconds),
      requests: sorted(requests).map(([name, group]) => requestFigures(name, group, seconds)),
      scenarios: sorted(scenarios).map(([name, group]) => figuresOf(name, group, seconds)),
      ...total,
      lateMs: { p99: lateness.summary()?.p99 ?? 0, max: lateness.summary()?.max ?? 0 },
    }),
  }
}

/** What is known of one request or scenario. */
interface Group {
  readonly latencies: Latencies
  readonly outcomes: Map<string, { status: number | null; code: string | null; isExpected: boolean; count: number }>
  count: number
  countInWindow: number
  errors: number
  bytesSent: number
  bytesReceived: number
}

function group(): Group {
  return {
    latencies: latencies(),
    outcomes: new Map(),
    count: 0,
    countInWindow: 0,
    errors: 0,
    bytesSent: 0,
    bytesReceived: 0,
  }
}

function groupOf(groups: Map<string, Group>, name: string): Group {
  const known = groups.get(name)
  if (known !== undefined) return known
  const made = group()
  groups.set(name, made)
  return made
}

function add(
  to: Group,
  { latencyMs, status, code, isExpected }: Ending,
  { bytesSent, bytesReceived } = { bytesSent: 0, bytesReceived: 0 },
): void {
  to.latencies.record(latencyMs)
  to.count++
  if (!isExpected) to.errors++
  to.bytesSent += bytesSent
  to.bytesReceived += bytesReceived
  countOutcome(to, { status, code, isExpected }, 1)
}

function countOutcome({ outcomes }: Group, { status, code, isExpected }: Omit<Outcome, 'count'>, count: number): void {
  // The same refusal may be expected of one scenario and not of another.
  const key = `${status} ${code} ${isExpected}`
  const known = outcomes.get(key)
  if (known === undefined) outcomes.set(key, { status, code, isExpected, count })
  else known.count += count
}

function joined(groups: readonly Group[]): Group {
  const all = group()
  for (const each of groups) {
    if (each.latencies.count > 0) all.latencies.add(each.latencies)
    all.count += each.count
    all.countInWindow += each.countInWindow
    all.errors += each.errors
    all.bytesSent += each.bytesSent
    all.bytesReceived += each.bytesReceived
    for (const outcome of each.outcomes.values()) countOutcome(all, outcome, outcome.count)
  }
  return all
}

function sorted(groups: ReadonlyMap<string, Group>): readonly (readonly [string, Group])[] {
  return [...groups].toSorted(([left], [right]) => (left < right ? -1 : 1))
}

function requestFigures(name: string, group: Group, seconds: number): RequestFigures {
  const { bytesSent, bytesReceived } = group
  return { ...figuresOf(name, group, seconds), bytesSent, bytesReceived }
}

function figuresOf(name: string, group: Group, seconds: number): Figures {
  const { count, countInWindow, errors, latencies, outcomes } = group
  return {
    name,
    count,
    rate: seconds === 0 ? 0 : Math.round((countInWindow / seconds) * 100) / 100,
    errors,
    latencyMs: latencies.summary(),
    latencyIntervalsMs: latencies.intervals(),
    outcomes: [...outcomes.values()].toSorted((left, right) => right.count - left.count),
  }
}

function emptySecond() {
  return { arrivals: 0, dropped: 0, requests: 0, errors: 0, lateMsMax: 0 }
}
