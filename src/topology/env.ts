import type { Json } from '../core/json.ts'

/** A value that the environment of the process has, such as an address or a secret: `{ "env": "PRICING_URL" }`. */
export interface EnvironmentValue {
  readonly env: string
}

/** Several values in one variable, with commas between them: `{ "env": "PG_REPLICAS", "list": true }`. */
export interface EnvironmentList extends EnvironmentValue {
  readonly list: true
}

/** Names a variable of the environment in the place of a value; `env.list` one that has several, with commas between them. */
export function env(name: string): EnvironmentValue {
  return { env: name }
}
env.list = (name: string): EnvironmentList => ({ env: name, list: true })

export type Variables = Readonly<Record<string, string | undefined>>

/** Options with the values of the variables that they name; one that is not set is left out. */
export function withVariables(
  options: Readonly<Record<string, Json>>,
  variables: Variables,
): Readonly<Record<string, Json>> {
  const found = Object.entries(options).map(([name, value]) => [name, withValues(value, variables)] as const)
  return Object.fromEntries(found.filter((option): option is readonly [string, Json] => option[1] !== undefined))
}

function withValues(value: Json, variables: Variables): Json | undefined {
  if (Array.isArray(value)) return value.flatMap((one) => withValues(one, variables) ?? [])
  if (!isEnvironmentValue(value)) return value
  const text = resolved(value, variables)
  return text === undefined || value.list !== true ? text : listed(text)
}

function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}

/** The variables that an option names and that are not set. */
export function unsetVariables(value: Json, variables: Variables): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => unsetVariables(one, variables))
  return isEnvironmentValue(value) && withValues(value, variables) === undefined ? [value.env] : []
}

function isEnvironmentValue(value: Json): value is { readonly env: string; readonly list?: true } {
  return typeof value === 'object' && value !== null && typeof (value as { readonly env?: unknown }).env === 'string'
}

/** The value itself; undefined where the variable is not set. One that is set but empty says nothing. */
export function resolved(value: string | EnvironmentValue, variables: Variables): string | undefined {
  const text = typeof value === 'string' ? value : variables[value.env]
  return text === '' ? undefined : text
}
