/** The time that one call has, over all its tries and waits, and the caller's own signal joined to it. */
export interface Budget {
  /** Aborted when the time is up or the caller aborts. */
  readonly signal: AbortSignal
  remainingMs(): number
  /** Throws the caller's reason if the caller has aborted. */
  throwIfAborted(): void
  /** Waits for `promise`, but not beyond the time (then rejects with `late()`) or the caller's abort. */
  race<Value>(promise: Promise<Value>, late: () => Error): Promise<Value>
  /** Forgets timer and listener; for when the call has its answer. */
  end(): void
}

export function budget(timeoutMs: number, caller?: AbortSignal): Budget {
  const controller = new AbortController()
  const { signal } = controller
  const abort = () => controller.abort(caller?.reason)
  const endsAt = performance.now() + timeoutMs
  // Timers hold 31 bits; what is longer than 24 days may as well last for ever.
  const timer = timeoutMs < 2 ** 31 ? setTimeout(() => controller.abort(), timeoutMs) : undefined
  if (caller?.aborted) abort()
  caller?.addEventListener('abort', abort)
  const throwIfAborted = () => caller?.throwIfAborted()
  return {
    signal,
    remainingMs: () => endsAt - performance.now(),
    throwIfAborted,
    async race(promise, late) {
      let stop = () => {}
      const stopped = new Promise<'stopped'>((resolve) => {
        stop = () => resolve('stopped')
        if (signal.aborted) stop()
        signal.addEventListener('abort', stop)
      })
      try {
        const first = await Promise.race([stopped, promise.then((value) => ({ value }))])
        if (first !== 'stopped') return first.value
        throwIfAborted()
        throw late()
      } finally {
        signal.removeEventListener('abort', stop)
      }
    },
    end() {
      clearTimeout(timer)
      caller?.removeEventListener('abort', abort)
    },
  }
}
