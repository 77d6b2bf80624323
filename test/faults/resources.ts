/** Loaded before the server, this lets it tell what it holds open: a line on standard error for every SIGUSR2. */
process.on('SIGUSR2', () => {
  const counts: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1
  for (const event of process.eventNames()) {
    counts[`listeners of ${String(event)}`] = process.listenerCount(event)
  }
  process.stderr.write(`resources ${JSON.stringify(counts)}\n`)
})
