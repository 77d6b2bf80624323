import { arrivalCount, type Phase, type Spacing } from './arrivals.ts'
import { type Expectation, expectationsOf } from './expectation.ts'
import type { AnyDeclaration, LoadProfile } from './load.ts'
import type { Think } from './pause.ts'
import type { PhaseDeclaration, Rate } from './profile.ts'
import { type Reader, reader } from './reader.ts'

/** A profile with everything said and checked: what a run does. */
export interface Plan {
  readonly name: string
  readonly model: OpenModel | ClosedModel
  readonly durationMs: number
  readonly seed: number
  readonly timeoutMs: number
  readonly retries: number
  readonly scenarios: readonly PlannedScenario[]
  readonly expectations: readonly Expectation[]
  /** What runs around the visits. */
  readonly around: Pick<AnyDeclaration, 'setup' | 'token' | 'user' | 'verify'>
}

export interface OpenModel {
  readonly kind: 'open'
  readonly phases: readonly Phase[]
  readonly spacing: Spacing
  /** How many users there are. */
  readonly users: number
  readonly inFlightMax: number
}

export interface ClosedModel {
  readonly kind: 'closed'
  readonly users: number
  readonly think: Think
}

export interface PlannedScenario {
  readonly name: string
  readonly weight: number
  /** Codes, and statuses as text. */
  readonly refusals: ReadonlySet<string>
  readonly run: (visit: any) => Promise<unknown> // `any`: only the profile knows what its visits are given.
}

/** What whoever runs a profile may change of it. */
export interface Overrides {
  readonly duration?: string
  /** The highest rate, in arrivals a second; the phases keep their proportions. */
  readonly rate?: number
  readonly users?: number
  readonly seed?: number
  /** The seed where neither names one. */
  readonly freshSeed: number
}

/** Throws LOAD_PROFILE_INVALID with the part that cannot be run, and why. */
export function planOf(name: string, { declaration }: LoadProfile, overrides: Overrides): Plan {
  const read = reader(name)
  const { retries = 0, expect = {} } = declaration
  const timed = modelOf(declaration, overrides, read)
  return {
    name,
    ...timed,
    seed: read.whole('seed', overrides.seed ?? declaration.seed ?? overrides.freshSeed),
    timeoutMs: read.duration('timeout', declaration.timeout ?? '10s'),
    retries: read.whole('retries', retries),
    scenarios: scenariosOf(declaration, read),
    expectations: expectationsOf(expect, timed.model.kind === 'open', read),
    around: declaration,
  }
}

type Timed = Pick<Plan, 'model' | 'durationMs'>

function modelOf(declaration: AnyDeclaration, overrides: Overrides, read: Reader): Timed {
  const { arrivals, users } = declaration
  if ((arrivals === undefined) === (users === undefined)) {
    return read.refuse(
      'it needs either arrivals: { rate: 200 }, people who come whatever happens, or users: 50, a fixed number who wait for their answers',
    )
  }
  if (arrivals === undefined) return closedModel(declaration, overrides, read)
  if (overrides.users !== undefined) {
    return read.refuse('people arrive in it (arrivals), so that --users has no meaning; --rate changes how many')
  }
  return openModel(declaration, arrivals, overrides, read)
}

function closedModel(declaration: AnyDeclaration, overrides: Overrides, read: Reader): Timed {
  const { users, think = '0s', duration = usualDuration } = declaration
  if (overrides.rate !== undefined) {
    return read.refuse('it has a fixed number of users, so that --rate has no meaning; --users changes how many')
  }
  if (think !== '0s') read.duration('think', typeof think === 'string' ? think : think.mean)
  const counted =
    overrides.users === undefined ? read.whole('users', users, 1) : read.whole('--users', overrides.users, 1)
  const durationMs =
    overrides.duration === undefined
      ? read.duration('duration', duration)
      : read.duration('--duration', overrides.duration)
  return { model: { kind: 'closed', users: counted, think }, durationMs }
}

function openModel(
  declaration: AnyDeclaration,
  arrivals: Rate | readonly PhaseDeclaration[],
  overrides: Overrides,
  read: Reader,
): Timed {
  const { spacing = 'random', population = 1_000, inFlight = 1_000 } = declaration
  const phases = scaled(phasesOf(arrivals, declaration.duration, read), overrides, read)
  if (arrivalCount(phases) === 0) return read.refuse('nobody arrives in it: raise its rate, or let it last longer')
  return {
    model: {
      kind: 'open',
      phases,
      spacing,
      users: read.whole('population', population, 1),
      inFlightMax: read.whole('inFlight', inFlight, 1),
    },
    durationMs: phases.reduce((sum, { forMs }) => sum + forMs, 0),
  }
}

const usualDuration = '30s'

function phasesOf(
  arrivals: Rate | readonly PhaseDeclaration[],
  duration: string | undefined,
  read: Reader,
): readonly Phase[] {
  if (!isPhases(arrivals)) {
    const rate = perSecond('arrivals', arrivals.rate, arrivals.per, read)
    return [{ forMs: read.duration('duration', duration ?? usualDuration), from: rate, to: rate }]
  }
  if (duration !== undefined) read.refuse('duration is not needed where each phase of arrivals says for how long it is')
  let before = 0
  return arrivals.map((phase, at) => {
    const place = `arrivals[${at}]`
    const forMs = read.duration(`${place}.for`, phase.for)
    if ((phase.rate === undefined) === (phase.to === undefined)) {
      return read.refuse(
        `${place} needs either a rate or a rate to go to: { for: '30s', rate: 50 } or { for: '30s', to: 400 }`,
      )
    }
    const to = perSecond(place, phase.rate ?? phase.to, phase.per, read)
    const from = phase.rate === undefined ? before : to
    before = to
    return { forMs, from, to }
  })
}

function isPhases(arrivals: Rate | readonly PhaseDeclaration[]): arrivals is readonly PhaseDeclaration[] {
  return Array.isArray(arrivals)
}

function perSecond(place: string, rate: unknown, per: string | undefined, read: Reader): number {
  return read.number(`${place}.rate`, rate) / (read.duration(`${place}.per`, per ?? '1s') / 1000)
}

/** The same shape with another height or length. */
function scaled(phases: readonly Phase[], { rate, duration }: Overrides, read: Reader): readonly Phase[] {
  const longMs = phases.reduce((sum, { forMs }) => sum + forMs, 0)
  const highest = Math.max(...phases.flatMap(({ from, to }) => [from, to]))
  const height = rate === undefined || highest === 0 ? 1 : read.number('--rate', rate) / highest
  const length = duration === undefined ? 1 : read.duration('--duration', duration) / longMs
  return phases.map(({ forMs, from, to }) => ({ forMs: forMs * length, from: from * height, to: to * height }))
}

function scenariosOf(declaration: AnyDeclaration, read: Reader): readonly PlannedScenario[] {
  const scenarios = Object.entries(declaration.scenarios ?? {}).map(([name, { weight = 1, refusals = [], run }]) => {
    if (typeof run !== 'function') return read.refuse(`scenarios.${name} has no function run`)
    const all = [...(declaration.refusals ?? []), ...refusals].map(String)
    return { name, weight: read.number(`scenarios.${name}.weight`, weight), refusals: new Set(all), run }
  })
  if (!scenarios.some(({ weight }) => weight > 0)) return read.refuse('it has no scenario with a weight above 0')
  return scenarios
}
