import { openapi } from '../api/openapi/openapi.ts'
import type { App } from '../app/app.ts'
import type { AppManifest } from '../app/manifest.ts'
import type { Seed } from '../app/seed.ts'
import { manifestIn } from '../app/version/manifest-in.ts'
import type { VersionOf } from '../app/version/types.ts'
import { type Api, type ClientOptions, client as clientOf } from '../client/client.ts'
import { seededRandom } from '../core/random.ts'
import { developmentIdentity } from '../identity/development.ts'
import { boot } from '../runtime/boot.ts'
import { scratch } from '../runtime/scratch.ts'
import { importSeed } from '../runtime/seed.ts'
import type { Topology } from '../topology/topology.ts'
import { type Implementations, withImplementations } from './implementations.ts'
import { type LogLine, recorder } from './log.ts'
import { testRun } from './test-run.ts'
import { testTopology } from './topology.ts'
import { type TestClock, timestampMs, virtualTime } from './virtual-time.ts'

/** How a test app begins. Everything may be left out. */
export interface TestOptions<A extends App> {
  /** The rows that are there: `fixtures(…)`, the app's own seed, or the `firstRows` of it, in this order. */
  readonly fixtures?: readonly Seed[]
  /** Bodies in the place of those of the app's contracts: `{ payments: { charge: () => ({ receipt: 'r-1' }) } }`. */
  readonly implementations?: Implementations<A>
  /** The time at which the clock stands, a timestamp. Without it that of the machine when the first test app began. */
  readonly now?: string
  /** Of all randomness, a whole number. Without it `BANYAN_TEST_SEED`, else one that is told when tests fail. */
  readonly seed?: number
  /** How often clients try again what may be tried again. Without it never, so that every refusal is seen. */
  readonly retries?: number
  /** How it runs, on empty data. Without it as `BANYAN_TEST_TOPOLOGY` says, a preset, else in memory. */
  readonly topology?: Topology
}

/** An app that runs for a test, with data, a clock and randomness of its own. Disposing of it leaves nothing. */
export interface TestApp<A extends App> extends AsyncDisposable {
  /** A client of somebody who is signed in: `as('olga', 'operator')`. The same one for the same names. */
  as(subject: string, ...roles: readonly string[]): Api<A>
  /** A client of nobody. */
  readonly anonymous: Api<A>
  /** A client with options of its own. */
  client(options?: ClientOptions): Api<A>
  /** A client of an older version of the API, typed by what the app says of it. */
  client<Version extends VersionOf<A>>(options: ClientOptions & { readonly version: Version }): Api<A, Version>
  /** Sends a request past the typed client: `fetch('/v1/flights?colour=red')`. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** Serves it over HTTP as well, on a free port of this machine; gives the URL. */
  listen(): Promise<string>
  /** The time as the app sees it. */
  readonly clock: TestClock
  /** What the app has logged so far. */
  readonly logs: readonly LogLine[]
  readonly seed: number
}

/**
 * Starts an app for a test: the whole API, from routes over access and validation to the store, in this process and without a
 * port. Throws CHECK_REFUSED if the app may not start, and SEED_INVALID with the row that is wrong.
 */
export async function testApp<A extends App>(app: A, options: TestOptions<A> = {}): Promise<TestApp<A>> {
  const run = testRun()
  const { seed = run.seed, fixtures = [], retries = 0 } = options
  const built = withImplementations(app, (options.implementations ?? {}) as Parameters<typeof withImplementations>[1])
  const time = virtualTime(options.now === undefined ? run.startMs : timestampMs(options.now))
  const random = seededRandom(seed)
  const log = recorder(time.clock, (line) => {
    if (line.level === 'error') run.fault(line)
  })

  await using opening = new AsyncDisposableStack()
  const data = opening.use(scratch(await testTopology(built, options.topology)))
  const { clock, scheduler } = time
  const runtime = opening.use(
    await boot(built, data.topology, {
      dataFolder: data.dataFolder,
      production: false,
      isScratch: true,
      telemetry: log,
      clock,
      scheduler,
      random,
    }),
  )
  for (const rows of fixtures) await importSeed(runtime, rows)
  const answer = await runtime.inProcess()

  let requests = 0
  let isOver = false
  const send = async (url: string, init?: RequestInit): Promise<Response> => {
    if (isOver) throw new Error('the test app has been disposed of; is an await missing?')
    time.nextRequest()
    const request = new Request(url, init)
    requests++
    if (!request.headers.has('x-request-id')) request.headers.set('x-request-id', `request-${requests}`)
    return answer(request)
  }
  const client = ({ version, ...more }: ClientOptions & { readonly version?: string } = {}): Api<A> =>
    clientOf<A>(origin, {
      retries,
      openapi: documentOf(app, runtime.manifest, version),
      random: random.next,
      fetch: send,
      ...more,
    })
  const clients = new Map<string, Api<A>>()
  const disposables = opening.move()
  return {
    as(subject, ...roles) {
      const token = tokenOf(subject, roles)
      const known = clients.get(token) ?? client({ token })
      clients.set(token, known)
      return known
    },
    anonymous: client(),
    client: client as TestApp<A>['client'], // Its type follows from the version.
    fetch: (path, init) => send(origin + path, init),
    listen: () => runtime.listen({ host: '127.0.0.1', port: 0 }),
    clock,
    logs: log.lines,
    seed,
    async [Symbol.asyncDispose]() {
      isOver = true
      await disposables.disposeAsync()
    },
  }
}

const origin = 'http://app.test'

/** Made once an app and version: it says the same in all of its tests, and takes longer than all the rest of a start. */
function documentOf(app: App, manifest: AppManifest, version = manifest.version): object {
  const known = documents.get(app) ?? new Map<string, object>()
  documents.set(app, known)
  const document =
    known.get(version) ?? openapi(version === manifest.version ? manifest : manifestIn(manifest, version))
  known.set(version, document)
  return document
}

const documents = new WeakMap<App, Map<string, object>>()

/** Throws a TypeError for names that no token can carry: their caller would be somebody else, or nobody. */
function tokenOf(subject: string, roles: readonly string[]): string {
  const token = ['dev', subject, ...(roles.length === 0 ? [] : [roles.join(',')])].join(':')
  const isToken = !subject.includes(':') && roles.every((role) => !role.includes(','))
  try {
    if (isToken && developmentIdentity.principalOf(`Bearer ${token}`) !== undefined) return token
  } catch {
    // Told below, in the words of the test.
  }
  throw new TypeError(
    `nobody can sign in as ${JSON.stringify([subject, ...roles].join(', '))}; a subject has 1 to 128 characters without spaces, ":" and ",", and roles have letters, digits, "-" and "_"`,
  )
}
