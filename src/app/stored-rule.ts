import type { AccessRule, AccessRules, RuleValue } from './access.ts'
import { canonicalDecimal } from './decimal.ts'
import type { FieldDeclaration } from './field.ts'
import { valueSchema } from './schema.ts'
import { timestampOf } from './timestamp.ts'

type FieldOf = (name: string) => FieldDeclaration | undefined

/** The rules with each constant in the form in which rows have it, so that it can be compared with theirs. */
export function storedRules(rules: AccessRules, fieldOf: FieldOf): AccessRules {
  return Object.fromEntries(
    Object.entries(rules as Readonly<Record<string, AccessRule>>).map(([word, rule]) => [
      word,
      storedRule(rule, fieldOf),
    ]),
  )
}

/** What is no rule, or no value of its field, stays as it is: `review` says what is wrong with it. */
export function storedRule(rule: AccessRule, fieldOf: FieldOf): AccessRule {
  switch (rule?.kind) {
    case 'where': {
      const field = fieldOf(rule.field)
      return field === undefined ? rule : { ...rule, value: storedConstant(field, rule.value) }
    }
    case 'anyOf':
      return Array.isArray(rule.rules) ? { ...rule, rules: rule.rules.map((one) => storedRule(one, fieldOf)) } : rule
    default:
      return rule
  }
}

function storedConstant(field: FieldDeclaration, value: RuleValue): RuleValue {
  if (Array.isArray(value)) return value.map((one) => storedConstant(field, one)) as RuleValue
  if (typeof value !== 'string') return value
  switch (field.kind) {
    case 'decimal':
      return new RegExp(String(valueSchema(field).pattern)).test(value) ? canonicalDecimal(value, field.scale) : value
    case 'timestamp':
      return timestampOf(value) ?? value
    default:
      return value
  }
}
