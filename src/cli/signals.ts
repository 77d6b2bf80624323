/**
 * Aborted when the process is told to stop. A package manager passes Ctrl-C on to a process that has had it from the terminal
 * already, so signals within a second count as one; a later one ends the process at once. `withParent`: also when the process
 * that started this one, with a channel to it, has gone.
 */
export function stopSignal({ withParent = false } = {}): AbortSignal {
  const stop = new AbortController()
  let firstAtMs: number | undefined
  const onSignal = () => {
    if (firstAtMs === undefined) {
      firstAtMs = performance.now()
      stop.abort()
    } else if (performance.now() - firstAtMs > 1000) {
      process.exit(1)
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  if (withParent) process.once('disconnect', () => stop.abort())
  return stop.signal
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
