/**
 * Who may. Rules are data, never functions, so that they can be shown, checked against access paths, turned into filters and
 * carried into other processes.
 */
export type AccessRule =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'signedIn' }
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'where'; readonly field: string; readonly operator: 'eq' | 'in'; readonly value: RuleValue }
  | { readonly kind: 'anyOf'; readonly rules: readonly AccessRule[] }

/** A constant, or something of the caller that is known when the request is. */
export type RuleValue = string | number | boolean | readonly (string | number)[] | PrincipalValue

export type PrincipalValue = { readonly principal: 'id' } | { readonly principal: 'roles' }

/** In a `where` rule: the caller's own id, or the caller's roles. */
export const principal = { id: { principal: 'id' }, roles: { principal: 'roles' } } as const

/** Everybody, signed in or not. */
export const anyone = { kind: 'anyone' } as const

/** Everybody whom the identity driver knows. */
export const signedIn = { kind: 'signedIn' } as const

/** Whoever has this role. */
export function role<const Role extends string>(name: Role) {
  return { kind: 'role', role: name } as const
}

/** The caller whose id stands in this field of the row. */
export function owner<const Name extends string>(field: Name) {
  return { kind: 'where', field, operator: 'eq', value: principal.id } as const
}

/** Rows whose field equals a value, or is among some: `where('team', 'in', principal.roles)`. */
export function where<const Name extends string, const Value extends RuleValue>(
  field: Name,
  operator: 'eq' | 'in',
  value: Value,
) {
  return { kind: 'where', field, operator, value } as const
}

/** Whoever one of these rules lets in. */
export function anyOf<const Rules extends readonly AccessRule[]>(...rules: Rules) {
  return { kind: 'anyOf', rules } as const
}

/** What can be done to a resource over its generated routes. */
export const actions = ['get', 'list', 'create', 'update', 'replace', 'delete'] as const
export type Action = (typeof actions)[number]

/** `read` stands for get and list, `write` for create, update (PATCH), replace (PUT) and delete; the narrower word wins. */
export interface AccessRules<Field extends string = string> {
  readonly read?: RuleOn<Field>
  readonly write?: RuleOn<Field>
  readonly get?: RuleOn<Field>
  readonly list?: RuleOn<Field>
  readonly create?: RuleOn<Field>
  readonly update?: RuleOn<Field>
  readonly replace?: RuleOn<Field>
  readonly delete?: RuleOn<Field>
}

/** A rule that looks at these fields only. */
export type RuleOn<Field extends string> =
  | Exclude<AccessRule, { kind: 'where' } | { kind: 'anyOf' }>
  | { readonly kind: 'where'; readonly field: Field; readonly operator: 'eq' | 'in'; readonly value: RuleValue }
  | { readonly kind: 'anyOf'; readonly rules: readonly RuleOn<Field>[] }

/** The rule for an action, if it has one; an action without a rule has no route. */
export function ruleFor(rules: AccessRules, action: Action): AccessRule | undefined {
  const group = action === 'get' || action === 'list' ? rules.read : rules.write
  return rules[action] ?? group
}

/** The actions that rules of this type open. */
export type ActionsOf<Rules> =
  | (Rules extends { readonly read: AccessRule } ? 'get' | 'list' : never)
  | (Rules extends { readonly write: AccessRule } ? 'create' | 'update' | 'replace' | 'delete' : never)
  | Extract<{ [Key in keyof Rules]: Rules[Key] extends AccessRule ? Key : never }[keyof Rules], Action>
