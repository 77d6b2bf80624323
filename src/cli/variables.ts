/** A variable of the environment that the command line reads. */
export interface Variable {
  readonly name: string
  readonly says: string
  /** What holds without it. */
  readonly default?: string
}

/** All of them: the help prints this list, and the reference has it as a table. */
export const variables: readonly Variable[] = [
  { name: 'PORT', says: 'the port of the API; 0 takes a free one', default: '4000' },
  { name: 'BANYAN_HOST', says: 'the address it binds to', default: '127.0.0.1' },
  { name: 'BANYAN_DATA', says: 'the folder of embedded data', default: '.banyan/' },
  { name: 'BANYAN_TOPOLOGY', says: 'the topology where no option names one', default: 'embedded' },
  { name: 'BANYAN_LOG_LEVEL', says: 'debug, info, warn or error', default: 'warn' },
  { name: 'NODE_ENV', says: 'production: no development identity, no .env, and no start changes data' },
  { name: 'NO_COLOR', says: 'no colour, as where the output is no terminal' },
]

/** As the help prints them, a line each. */
export function variablesText(): string {
  const width = Math.max(...variables.map(({ name }) => name.length))
  return variables
    .map(
      ({ name, says, default: value }) => `  ${name.padEnd(width)}  ${says}${value === undefined ? '' : ` (${value})`}`,
    )
    .join('\n')
}
