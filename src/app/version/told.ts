import { BanyanError, type Issue } from '../../core/errors.ts'
import { messageOf } from './refused.ts'
import type { Shape } from './shape.ts'

/**
 * The same error in the words of a version's clients: its issues point to the fields that they gave. What is in their words
 * already, and what has no issues, stays as it is.
 */
export function told(error: unknown, place: string, shape: Shape): unknown {
  if (!(error instanceof BanyanError) || error.facts.issues === undefined || error.facts.version !== undefined)
    return error
  const issues = error.facts.issues.map((issue) => toldIssue(issue, shape))
  return new BanyanError(error.code, error, messageOf(place, issues), {
    ...error.facts,
    issues,
    version: shape.version,
  })
}

function toldIssue(issue: Issue, shape: Shape): Issue {
  const [, name = '', ...deeper] = issue.pointer?.split('/') ?? []
  if (name === '') return issue
  const old = shape.nameOf(name)
  if (old === undefined) return { pointer: '', detail: issue.detail }
  if (shape.carrierOf(old) === name) return { ...issue, pointer: ['', old, ...deeper].join('/') }
  // The value that broke the rule is one that the client never wrote.
  return { pointer: `/${old}`, detail: `becomes ${name}, which ${issue.detail}` }
}
