import type { Value } from '../../data/store/store.ts'
import type { Operation } from '../../service/operation.ts'
import { ruleWords } from '../../topology/sheet/words.ts'

/** Who may ask for an operation. */
export function accessWords(operation: Operation): string {
  if (operation.kind === 'declared') return ruleWords(operation.access, 'input')
  if (operation.action === 'batch') return 'each member by the rule of its own action'
  return ruleWords(operation.access, 'row')
}

/** `1 seek`, `2 seeks`. */
export function counted(count: number, word: string): string {
  return `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`
}

/** A test for equality, without its value. */
export function equalWords(name: string, value: Value | readonly Value[]): string {
  return Array.isArray(value) ? `${name} among ${counted(value.length, 'value')}` : `${name} = …`
}

/** What a read is narrowed by, and what of it the access rule adds. */
export function filterWords(filters: readonly string[], added: string | undefined): string {
  const asked = filters.join(' and ') || 'none'
  return added === undefined ? asked : `${asked}; the rule adds: ${added}`
}
