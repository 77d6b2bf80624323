import type { Look } from './look.ts'

/** The latest history of a system that this process has seen anywhere. It never goes back to an earlier one. */
export class History {
  readonly system: string
  #timeline: string
  #onLater: () => void = () => {}

  constructor({ system, timeline }: Pick<Look, 'system' | 'timeline'>) {
    this.system = system
    this.#timeline = timeline
  }

  /** Called when a later one is seen. */
  set onLater(task: () => void) {
    this.#onLater = task
  }

  /** Notes what a server said; whether it is of this system. */
  see({ system, timeline }: Pick<Look, 'system' | 'timeline'>): boolean {
    if (system !== this.system) return false
    if (timeline > this.#timeline) {
      this.#timeline = timeline
      this.#onLater()
    }
    return true
  }

  /** Whether a server takes writes of the latest history: no other may be written to. */
  mayWrite({ system, timeline, role }: Pick<Look, 'system' | 'timeline' | 'role'>): boolean {
    return system === this.system && role === 'primary' && timeline >= this.#timeline
  }
}
