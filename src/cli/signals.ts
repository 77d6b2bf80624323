/**
 * Settles when the process is told to stop. A package manager passes Ctrl-C on to a process that has had it from the terminal
 * already, so signals within a second count as one; a later one ends the process at once.
 */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let firstAtMs: number | undefined
    const onSignal = () => {
      if (firstAtMs === undefined) {
        firstAtMs = performance.now()
        resolve()
      } else if (performance.now() - firstAtMs > 1000) {
        process.exit(1)
      }
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  })
}
