import type { AccessRule, RuleValue } from '../../app/access.ts'
import { listed } from '../../app/review/finding.ts'
import type { StoreCapabilities } from '../../core/driver.ts'

/** What one commit can change at once. */
export function reachWords(atomicity: StoreCapabilities['atomicity']): string {
  switch (atomicity) {
    case 'store':
      return 'one commit changes any rows of the store, all or none'
    case 'slot':
      return 'one commit changes any rows of one slot, all or none'
    case 'row':
      return 'one commit changes one row'
  }
}

export function isolationWords(isolation: StoreCapabilities['isolation']): string {
  switch (isolation) {
    case 'serializable':
      return 'serialisable: commits take effect as if one after another'
    case 'snapshot':
      return 'snapshots: two commits may each rely on what the other changes'
    case 'readCommitted':
      return 'what is committed: what a commit relies on may have changed'
  }
}

export function durabilityWords(durability: StoreCapabilities['durability']): string {
  switch (durability) {
    case 'powerLoss':
      return 'an acknowledged write survives the loss of power'
    case 'processCrash':
      return 'an acknowledged write survives a crash of the process, not the loss of power'
    case 'nothing':
      return 'nothing is kept when the process ends'
  }
}

export function freshnessWords(staleForMs: number): string {
  return staleForMs === 0 ? 'reads are fresh' : `reads may lag ${durationWords(staleForMs)}`
}

/** What is read from replicas, and what keeps a caller from seeing less than it has seen. */
export const replicaWords =
  'read where a resource declares freshness, each only while it lags no more than that and has all that the caller has seen or written (its bookmark); else the primary answers, as it does all writes and all reads of transactions'

/** What becomes of requests while the primary is lost, and of what it had acknowledged. */
export function failoverWords(hasReplicas: boolean): string {
  const reads = hasReplicas ? ', and reads from replicas go on with the state of the loss' : ''
  return `followed: until a server takes writes again they are answered 503${reads}; what was acknowledged within the lag of the one that is promoted is lost, and bookmarks say so, unless the durability above names standbys that hold every write`
}

export function durationWords(durationMs: number): string {
  for (const [unit, sizeMs] of [
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
  ] as const) {
    if (durationMs >= sizeMs && durationMs % sizeMs === 0) return `${durationMs / sizeMs} ${unit}`
  }
  return `${durationMs} ms`
}

/** Who a rule lets in. `of`: what its fields belong to. */
export function ruleWords(rule: AccessRule, of: 'row' | 'input'): string {
  switch (rule.kind) {
    case 'anyone':
      return 'anyone'
    case 'signedIn':
      return 'whoever is signed in'
    case 'role':
      return `role ${rule.role}`
    case 'anyOf':
      return listed(
        rule.rules.map((part) => ruleWords(part, of)),
        'or',
      )
    case 'where':
      return `${of === 'row' ? 'rows whose' : 'input whose'} ${rule.field} is ${valueWords(rule.value)}`
  }
}

function valueWords(value: RuleValue): string {
  if (typeof value !== 'object') return JSON.stringify(value)
  if ('principal' in value) return value.principal === 'id' ? 'the caller' : 'a role of the caller'
  return listed(
    value.map((each) => JSON.stringify(each)),
    'or',
  )
}

export function batchingWords(isShared: boolean, readsTogether: boolean): string {
  if (!isShared) return 'off: every read and every commit is one of its own'
  return readsTogether
    ? 'reads, and commits, that wait at the same time share a statement'
    : 'commits that wait at the same time share one'
}
