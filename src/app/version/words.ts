import type { OlderManifest } from '../manifest.ts'
import type { Difference } from './difference.ts'

/** What is known of the end of an older version: `v1 is an older version, deprecated from 2026-06-01 on. The current one is v2.` */
export function endInWords({ name, successor, deprecatedAt, sunsetAt, gone }: OlderManifest): string {
  const deprecated = deprecatedAt === undefined ? '' : `, deprecated from ${deprecatedAt} on`
  const sunset = sunsetAt === undefined ? '' : `; it may stop answering from ${sunsetAt} on`
  const is = gone ? `${name} is gone` : `${name} is an older version`
  return `${is}${deprecated}${gone ? '' : sunset}. The current one is ${successor}.`
}

/** How a version differs: `departure is departsAt; fare is made of price; without currency`. */
export function differenceInWords({ renamed, without, conversions }: Difference): string {
  const parts = [
    ...Object.entries(renamed).map(([old, name]) => `${old} is ${name}`),
    ...conversions.map(({ fields, from }) => {
      const names = Object.keys(fields).join(', ')
      return from.length === 0 ? `${names} is always the same` : `${names} is made of ${from.join(', ')}`
    }),
    ...(Object.keys(without).length === 0 ? [] : [`without ${Object.keys(without).join(', ')}`]),
  ]
  return parts.length === 0 ? 'as it is now' : parts.join('; ')
}
