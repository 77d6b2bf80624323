import type { ResourceManifest } from '../../../app/manifest.ts'
import type { StoreCapabilities } from '../../../core/driver.ts'
import type { Store } from '../store.ts'
import type { Session } from './session.ts'

/** Opens an empty store for these resources. Whoever opens it disposes of it. */
export type Open = (resources: readonly ResourceManifest[]) => Promise<Store>

/** One rule of the Store contract, named as the sentence that it proves. */
export interface Example {
  readonly name: string
  /** Without this promise of the driver the example is skipped, and a gate sees to it that the store refuses. */
  readonly needs?: Need
  run(session: Session): Promise<void>
}

export type Need =
  | 'unique'
  | 'references'
  | 'orderedScans'
  | 'scanAssertions'
  | 'search'
  | 'ordered'
  | 'store atomicity'

export function isGiven(gives: StoreCapabilities, need: Need): boolean {
  return need === 'store atomicity' ? gives.atomicity === 'store' : gives[need]
}
