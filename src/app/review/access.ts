import { type AccessRule, actions, type RuleValue } from '../access.ts'
import type { FieldDeclaration } from '../field.ts'
import type { OperationManifest, ResourceManifest } from '../manifest.ts'
import { valueCheck } from '../value-check.ts'
import { appFindings } from './codes.ts'
import { type Finding, listed } from './finding.ts'

/** Who may do what to a resource: rules that mean something, and a list rule that an access path can follow. */
export function reviewResourceAccess(resource: ResourceManifest): readonly Finding[] {
  const { name, access, columns } = resource
  const place = `resources/${name}/access`
  if (access === undefined) {
    return [appFindings.RESOURCE_WITHOUT_ACCESS(`resources/${name}`, 'it does not say who may read and write it')]
  }
  const fields = new Map(
    columns.filter((column) => column.name !== 'version').map((column) => [column.name, column.field]),
  )
  const findings = Object.entries(access).flatMap(([word, rule]: readonly [string, AccessRule | undefined]) => {
    if (!words.has(word)) return [appFindings.ACCESS_ACTION(`${place}/${word}`, `there is no action ${word}`)]
    return rule === undefined ? [] : reviewRule(`${place}/${word}`, rule, fields, `${name} has no field`)
  })
  return findings.length > 0 ? findings : reviewList(`${place}/list`, resource)
}

const words: ReadonlySet<string> = new Set(['read', 'write', ...actions])

/** Who may call an operation. Its rules see the caller and the input. */
export function reviewOperationAccess(place: string, operation: OperationManifest): readonly Finding[] {
  const { access, input } = operation
  if (access === undefined) return [appFindings.OPERATION_WITHOUT_ACCESS(place, 'it does not say who may call it')]
  return reviewRule(`${place}/access`, access, new Map(Object.entries(input)), 'its input has no field')
}

/** The rules in a rule, without the words `anyOf`. */
export function alternatives(rule: AccessRule): readonly Exclude<AccessRule, { kind: 'anyOf' }>[] {
  return rule.kind === 'anyOf' ? rule.rules.flatMap(alternatives) : [rule]
}

export function reviewRule(
  place: string,
  rule: AccessRule,
  fields: ReadonlyMap<string, FieldDeclaration>,
  missing: string,
): readonly Finding[] {
  switch (rule?.kind) {
    case 'anyone':
    case 'signedIn':
      return []
    case 'role':
      if (typeof rule.role === 'string' && rule.role.trim() !== '') return []
      return [appFindings.ACCESS_ROLE(place, 'a role without a name')]
    case 'anyOf':
      if (rule.rules.length === 0) return [appFindings.ACCESS_RULE(place, 'anyOf without rules lets nobody in')]
      return rule.rules.flatMap((part) => reviewRule(place, part, fields, missing))
    case 'where': {
      const field = fields.get(rule.field)
      if (field === undefined) return [appFindings.ACCESS_FIELD(place, `${missing} ${rule.field}`)]
      if (field.kind === 'json' || field.kind === 'bytes') {
        return [appFindings.ACCESS_FIELD(place, `${rule.field} is of the kind ${field.kind}`)]
      }
      const problem = comparisonProblem(rule.operator, rule.value, field)
      return problem === undefined ? [] : [appFindings.ACCESS_VALUE(place, `${rule.field} ${problem}`)]
    }
    default:
      // Plain JavaScript can hand over anything, a function above all.
      return [
        appFindings.ACCESS_RULE(place, `${typeof rule === 'function' ? 'a function' : 'this'} is not an access rule`),
      ]
  }
}

const valuesMax = 50
const principalKinds: ReadonlySet<string> = new Set(['id', 'ref', 'text', 'enum'])

function comparisonProblem(operator: 'eq' | 'in', value: RuleValue, field: FieldDeclaration): string | undefined {
  if (operator !== 'eq' && operator !== 'in') return `is compared by ${JSON.stringify(operator)}, not by eq or in`
  if (value === null || value === undefined) return constantProblem(field, value)
  if (typeof value === 'object' && 'principal' in value) {
    if (!principalKinds.has(field.kind)) return `is of the kind ${field.kind}, and callers are known by texts`
    if (value.principal === 'id')
      return operator === 'eq' ? undefined : 'is looked for in the id of the caller, which is one value'
    return operator === 'in' ? undefined : 'is compared with all the roles of the caller, which are many values'
  }
  if (Array.isArray(value)) {
    if (operator === 'eq') return 'is compared by eq with a list'
    if (value.length === 0 || value.length > valuesMax)
      return `is looked for among ${value.length} values, not 1 to ${valuesMax}`
    return value.map((each) => constantProblem(field, each)).find((problem) => problem !== undefined)
  }
  return operator === 'in' ? 'is looked for in what is not a list' : constantProblem(field, value)
}

function constantProblem(field: FieldDeclaration, value: unknown): string | undefined {
  // What is optional may be null, but no list can look for it.
  if (value === null || value === undefined) return `is compared with ${value}, which is no value`
  const problem = valueCheck(field)(value)
  return problem === undefined ? undefined : `is compared with ${JSON.stringify(value)}, which ${problem}`
}

/** A list rule becomes an equality filter, so it has to be the beginning of an access path, and there can be only one. */
function reviewList(place: string, resource: ResourceManifest): readonly Finding[] {
  const rule = resource.actions.list
  if (rule === undefined) return []
  const rows = alternatives(rule).flatMap((part) => (part.kind === 'where' ? [part.field] : []))
  if (rows.length > 1) {
    return [appFindings.ACCESS_LIST_RULES(place, `a list would have to join the rows by ${listed(rows)}`)]
  }
  const [field] = rows
  if (field === undefined || field === 'id' || resource.paths.some(([first]) => first === field)) return []
  return [
    appFindings.ACCESS_LIST_PATH(
      place,
      `the rule looks at ${field}, and no access path begins with it: every list would read every row`,
      `Declare .index('${field}', …), or leave the list without a rule: { get: … }.`,
    ),
  ]
}
