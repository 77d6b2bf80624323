/** What a folder of src/ may import beside itself and Node's own modules. */
export type Arrows = {
  readonly from: readonly string[] | 'every folder above'
  /** More folders, for `import type` only. */
  readonly typesFrom?: readonly string[]
  readonly packages?: false
}

/**
 * The arrows of the design as one table, in the order in which the folders stand on one another. A type import is an
 * arrow like any other: who names a type of a folder cannot be understood, changed or moved without it.
 */
export const folders: Readonly<Record<string, Arrows>> = {
  core: { from: [], packages: false },
  app: { from: ['core'] },
  topology: { from: ['core', 'app'] },
  // What app authors write with.
  'index.ts': { from: ['core', 'app', 'topology'], packages: false },
  // The client also runs in browsers: it infers its types from the app and must not bring the app's code along.
  client: { from: ['core'], typesFrom: ['app'] },
  // A load drives a server from outside, as its clients do.
  load: { from: ['core', 'client'], typesFrom: ['app'], packages: false },
  keyring: { from: ['core'] },
  telemetry: { from: ['core'] },
  host: { from: ['core'] },
  // Servers for development and tests, of engines that the stores speak to.
  engines: { from: ['core'], packages: false },
  data: { from: ['core', 'app'] },
  messaging: { from: ['core', 'app', 'data'] },
  identity: { from: ['core', 'app', 'keyring', 'data'] },
  // A handler is given `data`, and the principal of a call travels signed.
  service: { from: ['core', 'app', 'identity', 'data', 'keyring'] },
  api: { from: ['core', 'app', 'identity', 'service'] },
  edge: { from: ['core', 'app', 'identity', 'service'] },
  // The console speaks to the admin API over HTTP only.
  console: { from: [] },
  runtime: { from: 'every folder above' },
  testing: { from: 'every folder above' },
  cli: { from: 'every folder above' },
}

/** Packages that belong to one folder from the start; any other belongs to the folder that uses it. */
export const homes: readonly { readonly packages: RegExp; readonly folder: string }[] = [
  { packages: /^(fastify|@fastify\/.+)$/, folder: 'api' },
]

/** Names that say nothing about what is inside, so that anything ends up there. */
export const meaninglessNames: ReadonlySet<string> = new Set(['utils', 'util', 'common', 'helpers', 'helper', 'misc'])

/** A file answers one question; past this length it has two subjects. */
export const linesMax = { source: 450, test: 800 } as const
