/** What a server was asked to create and what it answered, by a value that nobody else uses. */
export interface Ledger {
  readonly asked: Set<string>
  /** The id that came with the 201. */
  readonly acknowledged: Map<string, string>
  /** Answered with a refusal, by which nothing was written: its status and code. */
  readonly refused: Map<string, string>
}

export interface Entry {
  readonly id: string
  readonly value: string
}

export const newLedger = (): Ledger => ({ asked: new Set(), acknowledged: new Map(), refused: new Map() })

/**
 * Holds what is there against what was answered: everything acknowledged is there, once and under its id; nothing refused is;
 * what was never answered is there once or not at all. Returns what breaks this, nothing if all is well.
 */
export function audit({ asked, acknowledged, refused }: Ledger, entries: readonly Entry[]): readonly string[] {
  const found = Map.groupBy(entries, ({ value }) => value)
  const findings: string[] = []
  for (const [value, id] of acknowledged) {
    const copies = found.get(value)
    if (copies === undefined) findings.push(`lost: ${value} was acknowledged as ${id}`)
    else if (!copies.some((entry) => entry.id === id)) findings.push(`changed: ${value} no longer has the id ${id}`)
  }
  for (const [value, copies] of found) {
    if (copies.length > 1) findings.push(`twice: ${value} is there ${copies.length} times`)
    if (refused.has(value)) findings.push(`refused but there: ${value} was answered ${refused.get(value)}`)
    if (!asked.has(value)) findings.push(`strange: nobody asked for ${value}`)
  }
  return findings
}
