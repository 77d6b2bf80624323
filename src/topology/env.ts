import type { Json } from '../core/json.ts'

/** A value that the environment of the process has, such as an address or a secret: `{ "env": "PRICING_URL" }`. */
export interface EnvironmentValue {
  readonly env: string
}

/** Names a variable of the environment in the place of a value. */
export function env(name: string): EnvironmentValue {
  return { env: name }
}

export type Variables = Readonly<Record<string, string | undefined>>

/** Options with the values of the variables that they name; one that is not set is left out. */
export function withVariables(
  options: Readonly<Record<string, Json>>,
  variables: Variables,
): Readonly<Record<string, Json>> {
  const found = Object.entries(options).map(([name, value]) => [
    name,
    isEnvironmentValue(value) ? resolved(value, variables) : value,
  ])
  return Object.fromEntries(found.filter(([, value]) => value !== undefined))
}

export function isEnvironmentValue(value: Json): value is { readonly env: string } {
  return typeof value === 'object' && value !== null && typeof (value as { readonly env?: unknown }).env === 'string'
}

/** The value itself; undefined where the variable is not set. One that is set but empty says nothing. */
export function resolved(value: string | EnvironmentValue, variables: Variables): string | undefined {
  const text = typeof value === 'string' ? value : variables[value.env]
  return text === '' ? undefined : text
}
