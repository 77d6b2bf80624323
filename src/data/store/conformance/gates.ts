import { BanyanError } from '../../../core/errors.ts'
import type { Outcome } from '../store.ts'
import type { Need, Open } from './example.ts'
import { samples } from './samples.ts'
import { commitOf, idOf, insertOf, Session, scanOf, searchOf } from './session.ts'

/** What each promise makes possible. A store that does not make it must refuse this, when it is opened or when it is asked. */
export const gates: Readonly<
  Record<Exclude<Need, 'ordered'>, (session: Session) => Promise<readonly Outcome<unknown>[]>>
> = {
  unique: (session) => session.execute(commitOf([insertOf('everything', idOf(1), { code: 'a' })])),
  references: (session) =>
    session.execute(commitOf([insertOf('countries', 'land'), insertOf('cities', idOf(1), { country: 'land' })])),
  orderedScans: (session) =>
    session.execute(scanOf({ resource: 'everything', path: ['group', 'text'], equal: ['g'], range: { gt: 'a' } })),
  scanAssertions: (session) =>
    session.execute(commitOf([], [{ kind: 'scan', scan: scanOf({ resource: 'everything' }), found: [] }])),
  search: (session) => session.execute(searchOf({ resource: 'everything', words: ['a'] })),
  'store atomicity': (session) =>
    session.execute(commitOf([insertOf('countries', 'a'), insertOf('countries', 'b'), insertOf('nodes', 'c')])),
}

/** How the store takes it: carried out, or refused with a portable error. Anything else is thrown. */
export async function passGate(
  open: Open,
  offend: (session: Session) => Promise<readonly Outcome<unknown>[]>,
): Promise<'done' | 'refused'> {
  try {
    await using store = await open(samples)
    const outcomes = await offend(new Session(store))
    return outcomes.every(({ ok }) => ok) ? 'done' : 'refused'
  } catch (error) {
    if (error instanceof BanyanError && error.kind !== 'bug') return 'refused'
    throw error
  }
}
