/** A value that the environment of the process has, such as an address or a secret: `{ "env": "PRICING_URL" }`. */
export interface EnvironmentValue {
  readonly env: string
}

/** Names a variable of the environment in the place of a value. */
export function env(name: string): EnvironmentValue {
  return { env: name }
}

export type Variables = Readonly<Record<string, string | undefined>>

/** The value itself; undefined where the variable is not set. One that is set but empty says nothing. */
export function resolved(value: string | EnvironmentValue, variables: Variables): string | undefined {
  const text = typeof value === 'string' ? value : variables[value.env]
  return text === '' ? undefined : text
}
