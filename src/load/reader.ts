import { durationMs } from '../core/duration.ts'
import { loadErrors } from './errors.ts'

/** Reads the values of a profile. Each method throws LOAD_PROFILE_INVALID with the place of what cannot be one. */
export interface Reader {
  duration(place: string, value: unknown): number
  number(place: string, value: unknown): number
  whole(place: string, value: unknown, least?: number): number
  /** `'0.1%'` as 0.001. */
  share(place: string, value: unknown): number
  refuse(reason: string): never
}

export function reader(name: string): Reader {
  const refuse = (reason: string): never => {
    throw loadErrors.LOAD_PROFILE_INVALID(`the load profile ${name} cannot be run: ${reason}`)
  }
  const number = (place: string, value: unknown) =>
    typeof value === 'number' && value >= 0 && Number.isFinite(value)
      ? value
      : refuse(`${place} is ${shown(value)}; it must be a number that is not negative`)
  return {
    refuse,
    number,
    duration(place, value) {
      try {
        const ms = durationMs(value as string)
        if (ms > 0 && ms <= longestMs) return ms
      } catch {
        // What it is instead is told below, for all mistakes alike.
      }
      return refuse(`${place} is ${shown(value)}; it must be a duration of up to a day: '500ms', '30s', '5m'`)
    },
    whole: (place, value, least = 0) =>
      Number.isSafeInteger(number(place, value)) && (value as number) >= least
        ? (value as number)
        : refuse(`${place} is ${shown(value)}; it must be a whole number from ${least}`),
    share(place, value) {
      const percent = typeof value === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(value)?.[1] : undefined
      if (percent !== undefined && Number(percent) <= 100) return Number(percent) / 100
      return refuse(`${place} is ${shown(value)}; it must be a share: '0.1%'`)
    },
  }
}

const longestMs = durationMs('1d')

function shown(value: unknown): string {
  return typeof value === 'function' ? 'a function' : (JSON.stringify(value) ?? String(value))
}
