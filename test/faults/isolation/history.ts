/** What clients asked of lists and what they were answered, in any order. Every value is appended by one transaction only. */
export type History = readonly Transaction[]

export interface Transaction {
  /** Its place among all, by which findings name it. */
  readonly id: number
  /** `unknown`: no answer came, or one that says so. What it read is not known then. */
  readonly outcome: 'committed' | 'aborted' | 'unknown'
  /** In the order in which they were run. */
  readonly steps: readonly Step[]
  /** When it was asked for, on the clock of whoever records the history. */
  readonly startedAt: number
  /** When it was answered; infinite for what never was. */
  readonly endedAt: number
}

export type Step =
  | { readonly kind: 'append'; readonly key: string; readonly value: number }
  /** The whole list, with what the transaction itself had appended to it; without it nobody knows. */
  | { readonly kind: 'read'; readonly key: string; readonly list?: readonly number[] }

/** `T7: append x 3, read y [1 2]` */
export function described({ id, steps }: Transaction): string {
  const words = steps.map((step) =>
    step.kind === 'append'
      ? `append ${step.key} ${step.value}`
      : `read ${step.key} ${step.list === undefined ? '?' : `[${step.list.join(' ')}]`}`,
  )
  return `T${id}: ${words.join(', ')}`
}
