import { Command, CommanderError } from 'commander'
import { exitCodeOf, printError } from './exit.ts'

/** The `banyan` command. Each subcommand is loaded when it is the one asked for. */
const program = new Command('banyan')
  .description('Write the backend once. Scale it by changing its topology.')
  .version(await versionText(), '--version')
  .helpOption('-h, --help', 'show this help')
  .showHelpAfterError('(banyan --help lists the commands)')
  .addHelpText(
    'after',
    `
The app is package.json#banyan.app, or ./app.ts. The topology is --topology, else
BANYAN_TOPOLOGY, else embedded: one process on an embedded database.

Environment:
  PORT             the API's port (4000)
  BANYAN_HOST      the address it binds to (127.0.0.1)
  BANYAN_DATA      the folder of embedded data (.banyan/)
  BANYAN_TOPOLOGY  a topology file or preset
  BANYAN_LOG_LEVEL debug, info, warn or error (warn)

Exit codes: 0 done, 1 failure, 2 usage, 3 check refused, 4 data cannot be opened, 5 port busy`,
  )
  .exitOverride()

const topology = ['-t, --topology <file or preset>', 'how the app runs'] as const

program
  .command('start')
  .description('check the app, bring its schema up to date, and serve it')
  .option(...topology)
  .option('--json', 'print one JSON line when it serves')
  .action(async (options) => (await import('./commands/start.ts')).start(options))
program
  .command('dev')
  .description('serve the app, and start again when a file changes')
  .option(...topology)
  .action(async (options) => (await import('./commands/dev.ts')).dev(options))
program
  .command('check')
  .description('compare what the app needs with what the topology gives, and print the guarantee sheet')
  .option(...topology)
  .option('--json', 'print JSON')
  .action(async (options) => (await import('./commands/check.ts')).check(options))
program
  .command('routes')
  .description('list the routes of the API with their access rules')
  .option('--json', 'print JSON')
  .action(async (options) => (await import('./commands/routes.ts')).routes(options))
program
  .command('explain')
  .description('tell how a request would run: explain "GET /v1/flights?origin=SFO"')
  .argument('<request>', 'method and path with query')
  .option(...topology)
  .option('--json', 'print JSON')
  .action(async (request, options) => (await import('./commands/explain.ts')).explain(request, options))

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else {
    printError(error)
    process.exitCode = exitCodeOf(error)
  }
}

async function versionText(): Promise<string> {
  const { readFileSync } = await import('node:fs')
  return (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string })
    .version
}
