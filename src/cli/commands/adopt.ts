import { resolve } from 'node:path'
import { systemClock } from '../../core/clock.ts'
import { systemRandom } from '../../core/random.ts'
import type { Addition, AdoptionDriver, AskedTables, FoundTable, TableName } from '../../data/adoption/found.ts'
import { tableText } from '../../data/adoption/found.ts'
import { storeDrivers } from '../../data/store/drivers.ts'
import { pinoTelemetry } from '../../telemetry/pino.ts'
import { proposalOf } from '../adopt/proposal.ts'
import { adoptionReport, adoptionText } from '../adopt/report.ts'
import { adoptedSource } from '../adopt/source.ts'
import { given, logLevel } from '../environment.ts'
import { cliErrors } from '../errors.ts'
import { writeGenerated } from '../generated-file.ts'
import { readEnvFile } from '../project.ts'

export interface AdoptCommandOptions {
  readonly out: string
  readonly force?: boolean
  readonly schema?: string
  readonly tables?: string
  readonly add?: boolean
  readonly apply?: boolean
  readonly json?: boolean
}

/**
 * Looks at the tables of a database, and writes resources that serve them. Nothing of the database is changed, unless `apply`
 * adds the versions that `add` shows. Throws USAGE where nothing is found, STORE_UNREACHABLE where nobody answers.
 */
export async function adopt(address: string, options: AdoptCommandOptions): Promise<void> {
  if (options.apply && !options.add) throw cliErrors.USAGE('--apply runs what --add shows; give both')
  const { driver, look, add } = await lookerAt(address)
  const asked = askedIn(options)
  let found = await look(asked)
  refuseNothing(found, options)
  if (options.add) {
    const additions = driver.additions(proposalOf(found).resources.map(({ table }) => table))
    if (!options.apply) {
      console.log(options.json ? JSON.stringify(additions, null, 2) : additionsText(additions))
      return
    }
    if (additions.length > 0) {
      console.error(`adds a version to ${additions.map(tableText).join(', ')}, as one transaction`)
      await add(additions)
      found = await look(asked)
    }
  }
  const proposal = proposalOf(found)
  const { out, force = false, json } = options
  const file = { path: resolve(out), text: adoptedSource(proposal, 'banyan adopt'), command: 'banyan adopt' }
  writeGenerated(file, { force, ...(json ? { tell() {} } : {}) })
  console.log(json ? JSON.stringify(adoptionReport(proposal), null, 2) : adoptionText(proposal))
}

interface Looker {
  readonly driver: AdoptionDriver<{ readonly primary: string }>
  look(asked: AskedTables): Promise<readonly FoundTable[]>
  add(additions: readonly Addition[]): Promise<void>
}

async function lookerAt(address: string): Promise<Looker> {
  const url = urlOf(address)
  const { adoption: driver } = await storeDrivers.postgres()
  const telemetry = pinoTelemetry(logLevel())
  const deps = { telemetry, clock: systemClock, random: systemRandom(), dataFolder: '' }
  return {
    driver: driver!,
    look: (asked) => driver!.look({ primary: url }, asked, deps),
    add: (additions) => driver!.add({ primary: url }, additions, deps),
  }
}

/** `postgres://…`, or `env:PG` for what a variable says: what stands on a command line, others on this machine can read. */
function urlOf(address: string): string {
  readEnvFile()
  const variable = /^env:(.*)$/.exec(address)?.[1]
  const url = variable === undefined ? address : given(variable)
  if (url === undefined) throw cliErrors.USAGE(`the variable ${variable} is not set`)
  const where = variable === undefined ? 'the address' : `the variable ${variable}`
  if (!/^postgres(ql)?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw cliErrors.USAGE(
      `${where} is not that of a PostgreSQL database: postgres://user:password@host:port/database, or env:NAME`,
    )
  return url
}

function askedIn({ schema, tables }: AdoptCommandOptions): AskedTables {
  return {
    ...(schema === undefined ? {} : { schemas: listIn(schema) }),
    ...(tables === undefined ? {} : { tables: listIn(tables).map(tableIn) }),
  }
}

function listIn(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function tableIn(text: string): TableName {
  const at = text.indexOf('.')
  return at === -1 ? { schema: 'public', name: text } : { schema: text.slice(0, at), name: text.slice(at + 1) }
}

function refuseNothing(found: readonly FoundTable[], { schema, tables }: AdoptCommandOptions): void {
  const missing =
    tables === undefined
      ? []
      : listIn(tables)
          .map(tableIn)
          .filter((each) => !found.some((table) => tableText(table) === tableText(each)))
  if (missing.length > 0)
    throw cliErrors.USAGE(`there is no table ${missing.map(tableText).join(', ')}, or this account may not see it`)
  if (found.length === 0)
    throw cliErrors.USAGE(`there are no tables${schema === undefined ? '' : ` in ${schema}`} that this account may see`)
}

function additionsText(additions: readonly Addition[]): string {
  if (additions.length === 0) return '-- Every table that can be served has a version already.'
  const parts = additions.map(
    ({ statements, ...table }) =>
      `-- ${tableText(table)}\n${statements.map((statement) => `${statement};`).join('\n')}`,
  )
  return [
    'begin;',
    "set local lock_timeout = '2s';",
    ...parts,
    'commit;',
    '-- banyan adopt … --add --apply runs this.',
  ].join('\n')
}
