import type { Position } from '../../core/bookmark.ts'
import type { Scheduler } from '../../core/scheduler.ts'
import type { BatchContext, Outcome, Progressing, Store, StoreOperation } from '../store/store.ts'
import type { Known } from './verdict.ts'

/** One server among several, as the router is given it. */
export interface Member extends Progressing {
  /** What reads and commits are given to: batching around the server's own store. */
  readonly store: Store
}

export interface WatchOptions {
  readonly scheduler: Scheduler
  /** Called with every answer, and when it comes and goes. */
  readonly onChange: () => void
  /** Called when it goes (with the reason) and when it is back. */
  readonly onTurn: (reason: string | undefined) => void
  readonly onProgress?: ((position: Position, askedMs: number) => void) | undefined
}

/** Without an answer for so long a server is out. */
const answerWithinMs = 500
/** Without an answer for so long it is taken for one that does nothing any more. */
const lostAfterMs = 2_000
/** One that is out is asked again after so long. */
const askAgainMs = 250

/** A server whose health and progress are known. */
export class Watched<Each extends Member = Member> implements Known {
  readonly member: Each
  isUp: boolean | undefined
  /** Within one epoch it only grows. */
  position: Position | undefined
  askedMs = Number.NEGATIVE_INFINITY
  load = 0
  turn = 0
  /** Whether it has said, or the connection to it, that it cannot be asked: that is more than being slow. */
  #hasRefused = false
  #options: WatchOptions
  #asking: Promise<void> | undefined
  #askAgainMs = Number.NEGATIVE_INFINITY
  #leaving = new Set<() => void>()

  constructor(member: Each, options: WatchOptions) {
    this.member = member
    this.#options = options
  }

  /** Whether nothing can have come of it since it last answered. One that is only slow may still acknowledge what others write. */
  get isLost(): boolean {
    const silentMs = this.#options.scheduler.monotonicMs() - this.askedMs
    return this.isUp === false && (this.#hasRefused || silentMs > lostAfterMs)
  }

  /** Asks how far it has come, unless that is being asked or it is out and was asked a moment ago. Never rejects. */
  ask(): Promise<void> {
    const { scheduler } = this.#options
    if (this.isUp === false && scheduler.monotonicMs() < this.#askAgainMs) return Promise.resolve()
    this.#asking ??= this.#ask()
    return this.#asking
  }

  /** What it answers; undefined when it cannot, or goes while it is asked: then another may. */
  read(operations: readonly StoreOperation[], context: BatchContext): Promise<readonly Outcome<unknown>[] | undefined> {
    return new Promise((resolve) => {
      this.load++
      let isOpen = true
      const end = (outcomes: readonly Outcome<unknown>[] | undefined) => {
        if (!isOpen) return
        isOpen = false
        this.load--
        this.#leaving.delete(leave)
        resolve(outcomes)
      }
      const leave = () => end(undefined)
      this.#leaving.add(leave)
      const fail = (reason: string) => {
        if (!isOpen) return
        end(undefined)
        // Whether the server is at fault or only this read, its next answer tells.
        this.#lose(reason)
        this.#askAgainMs = Number.NEGATIVE_INFINITY
        void this.ask()
      }
      this.member.store.execute(operations, context).then(
        (outcomes) => {
          const failed = outcomes.find((outcome) => !outcome.ok && outcome.error.kind === 'unavailable')
          if (failed === undefined || failed.ok) end(outcomes)
          else fail(failed.error.message)
        },
        (error: unknown) => fail(error instanceof Error ? error.message : String(error)),
      )
    })
  }

  #ask(): Promise<void> {
    const { scheduler } = this.#options
    const askedMs = scheduler.monotonicMs()
    return new Promise((resolve) => {
      let isWaiting = true
      const end = () => {
        isWaiting = false
        callOff()
        this.#asking = undefined
        resolve()
      }
      const callOff = scheduler.after(answerWithinMs, () => {
        this.#lose(`it has not answered for ${answerWithinMs} ms`)
        this.member.renew()
        end()
      })
      this.member.progress().then(
        (position) => {
          // Also when it comes late: it answers again. What a later question was answered is not undone.
          if (askedMs >= this.askedMs) this.#learn(position, askedMs)
          if (isWaiting) end()
        },
        (error: unknown) => {
          if (!isWaiting) return
          this.#hasRefused = true
          this.#lose(error instanceof Error ? error.message : String(error))
          end()
        },
      )
    })
  }

  #learn(position: Position, askedMs: number): void {
    const known = this.position
    if (known?.epoch !== position.epoch || known.position < position.position) this.position = position
    this.askedMs = askedMs
    this.#hasRefused = false
    const wasUp = this.isUp
    this.isUp = true
    if (wasUp === false) this.#options.onTurn(undefined)
    this.#options.onProgress?.(position, askedMs)
    this.#options.onChange()
  }

  #lose(reason: string): void {
    this.#askAgainMs = this.#options.scheduler.monotonicMs() + askAgainMs
    if (this.isUp === false) return
    this.isUp = false
    for (const leave of [...this.#leaving]) leave()
    this.#options.onTurn(reason)
    this.#options.onChange()
  }
}
