import { Command, Option } from 'commander'
import { addAdopt } from './adopt/command.ts'
import { exitCodesText } from './exit.ts'
import { variablesText } from './variables.ts'

/** The `banyan` command with its commands. Each is loaded when it is the one asked for. */
export function program(version: string): Command {
  const banyan = new Command('banyan')
    .description('Write the backend once. Scale it by changing its topology.')
    .version(version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'banyan: ')) })
    .showHelpAfterError('banyan --help lists the commands, and banyan <command> --help their options.')
    .exitOverride()
    .addHelpText('after', afterHelp)
  const serving = [addNew, addDev, addStart, addSeed]
  const looking = [addCheck, addRoutes, addExplain, addClient, addExternal, addAdopt, addLoad]
  const keeping = [addMigrate, addRestore, addEngines]
  for (const add of [...serving, ...looking, ...keeping]) add(banyan)
  return banyan
}

const afterHelp = `
Examples:
  banyan new shop                               begin an app in the folder shop
  banyan dev                                    serve ./app.ts, again after each change
  banyan check                                  may it start, and with what guarantees?
  banyan explain "GET /v1/flights?origin=SFO"   what would this request read, and at what cost?
  banyan migrate plan                           what would a new version do to the data?
  banyan load browse --start                    how does it do under the load of load/browse.ts?

The app is package.json#banyan.app, or ./app.ts; where only compiled files are, app.js
stands for app.ts. The topology says how it runs: --topology, else BANYAN_TOPOLOGY, else
embedded, which is one process on an embedded database.

Environment:
${variablesText()}

Exit codes: ${exitCodesText()}`

const topology = ['-t, --topology <name>', 'a file, one in topologies/ by its name, or a preset'] as const
const json = ['--json', 'print JSON, for programs'] as const

function addNew(banyan: Command): void {
  banyan
    .command('new')
    .summary('begin an app in a new folder')
    .description(
      `Writes a small app that works: a resource, a service with an operation, a test,
and a Dockerfile. The last part of the folder's path becomes its name. Nothing
that is there is changed, and no network is used without --install.`,
    )
    .argument('<folder>', 'a new or an empty folder; "." is this one')
    .option('--install', 'run npm install in it')
    .option('--banyan <package>', 'the Banyan that it uses: a version, a tarball, or the address of a git repository')
    .addHelpText(
      'after',
      `
Examples:
  banyan new shop
  banyan new apps/shop --install
  banyan new shop --banyan ./banyan-0.1.0.tgz     the tarball is copied into the app`,
    )
    .action(async (folder, options) => (await import('./commands/new.ts')).newApp(folder, options, banyan.version()!))
}

function addDev(banyan: Command): void {
  banyan
    .command('dev')
    .summary('serve the app, again after each change of a file')
    .description(
      `Serves the app, and starts it again when a file of the project changes: code,
JSON and .env. Code that cannot start is told with its place, and the next
change is waited for.`,
    )
    .option(...topology)
    .addHelpText(
      'after',
      `
Examples:
  banyan dev
  PORT=4100 banyan dev --topology topologies/small.json`,
    )
    .action(async (options) => (await import('./commands/dev.ts')).dev(options))
}

function addStart(banyan: Command): void {
  banyan
    .command('start')
    .summary('check the app, and serve it')
    .description(
      `Checks the app against its topology, opens its data and brings their schema up
to date, imports its seed the first time, and serves. After SIGINT (Ctrl-C) or
SIGTERM the requests under way end, and it exits with 0. An import that is cut
off goes on at the next start.`,
    )
    .option(...topology)
    .option('--json', 'print one line of JSON once it serves: url, pid, app, version')
    .addOption(new Option('--stop-with-parent').hideHelp())
    .addHelpText(
      'after',
      `
Examples:
  banyan start
  PORT=0 banyan start --json                  a free port, told in the line
  NODE_ENV=production BANYAN_DATA=/var/lib/flights banyan start --topology production`,
    )
    .action(async (options) => (await import('./commands/start.ts')).start(options))
}

function addSeed(banyan: Command): void {
  banyan
    .command('seed')
    .summary('import rows, without serving')
    .description(
      `Imports a seed: that of a file, or without one the seed that the app begins with
(package.json#banyan.seed). Every row is validated, and each commit also says how
far the import has come: one that is cut off, by Ctrl-C or by a crash, goes on
behind its last commit when the command is given again. What is in already is not
imported again. A server must not have the data open meanwhile (exit code 4).`,
    )
    .argument('[file]', 'a module whose default export is made with seed(…)')
    .option(...topology)
    .option('--json', 'print one line of JSON at the end: rows, seconds, memory')
    .addHelpText(
      'after',
      `
Examples:
  banyan seed
  banyan seed seeds/flights-3m.ts
  BANYAN_DATA=/var/lib/flights banyan seed seeds/flights-3m.ts --json`,
    )
    .action(async (file: string | undefined, options) => (await import('./commands/seed.ts')).seed(file, options))
}

function addCheck(banyan: Command): void {
  banyan
    .command('check')
    .summary('may the app start, and with what guarantees?')
    .description(
      `Compares what the app needs with what the topology gives. Prints the guarantee
sheet, with the durability that the engines report of themselves, and everything
that is wrong: its place, the reason, and what to write instead. Exits with 3 if
the app may not start. Your data are not opened: a server may run meanwhile.

With --connect they are, without changing anything: whether each engine is
reached and fit, and whether its data are what the app declares. Exits with 4
if a start could not open them.`,
    )
    .option(...topology)
    .option('--connect', 'also reach the engines, and look at the data there')
    .option(...json)
    .addHelpText(
      'after',
      `
Examples:
  banyan check
  banyan check --connect --topology replicated
  NODE_ENV=production banyan check --topology production --json`,
    )
    .action(async (options) => (await import('./commands/check.ts')).check(options))
}

function addRoutes(banyan: Command): void {
  banyan
    .command('routes')
    .summary('list the routes of the API, and who may')
    .description(
      `Lists the routes of the API: method, path, operation, who may, and what
repeating a request does ("by key": an Idempotency-Key gives it one effect). An
action without an access rule has no route.`,
    )
    .option(...json)
    .addHelpText(
      'after',
      `
Examples:
  banyan routes
  banyan routes --json`,
    )
    .action(async (options) => (await import('./commands/routes.ts')).routes(options))
}

function addExplain(banyan: Command): void {
  banyan
    .command('explain')
    .summary('tell how a request would run')
    .description(
      `Tells how a request would run: its route, its access rule and what that adds as
a filter, the access path, the statement and plan of the engine, what it shares
with the requests of others, and the most that it can cost. Nothing of it is run
and your data are not opened: a server may run meanwhile. Exits with 1 if the
request would be refused, with the reason and, for a list without an access
path, the index to declare.`,
    )
    .argument('<request...>', 'method and path with query; GET without a method')
    .option(...topology)
    .option(...json)
    .addHelpText(
      'after',
      `
Examples:
  banyan explain "GET /v1/flights?origin=SFO&sort=-departsAt"
  banyan explain "PATCH /v1/flights/{id}"
  banyan explain "POST /v1/bookings" --json`,
    )
    .action(async (request: string[], options) =>
      (await import('./commands/explain.ts')).explain(request.join(' '), options),
    )
}

function addClient(banyan: Command): void {
  banyan
    .command('client')
    .summary('write a client of the app that stands alone')
    .description(
      `Writes a TypeScript client of the app into one file that imports nothing: types for
every resource, operation and error code, and what banyan/client does at run time. For
programs that cannot import the app's types. The same app gives the same file.`,
    )
    .requiredOption('-o, --out <file>', 'the file to write')
    .option('--api <version>', 'an older version of the API, instead of the current one')
    .option('--check', 'write nothing; exit with 1 where the file is not up to date')
    .addHelpText(
      'after',
      `
Examples:
  banyan client --out web/src/flights.ts
  banyan client --out web/src/flights.ts --check      for CI
  banyan client --out web/src/flights-v1.ts --api v1`,
    )
    .action(async (options) => (await import('./commands/client.ts')).client(options, banyan.version()!))
}

function addLoad(banyan: Command): void {
  banyan
    .command('load')
    .summary('drive a server with a load, and measure it')
    .description(
      `Drives a server with a profile, load/NAME.ts beside the app or a file: people who
arrive at a rate, or users who wait for their answers. Shows what happens on
stderr while it happens, and then prints, by request and by scenario, counts,
rates, latencies, errors and what was saturated. Ctrl-C ends it early: those who
are under way come to their end, and the report is marked as cut short.

Exits with 1 where the figures are not what the profile expects, its verify
fails, or no request succeeded. A comparison changes nothing about that.`,
    )
    .argument('[profile]', 'its name in load/, or its file')
    .option('--url <url>', 'the server (default: where banyan start would serve)')
    .option('--start', 'start one for this, on a free port and empty data of its own')
    .option(topology[0], `with --start: ${topology[1]}`)
    .option('--duration <time>', 'for how long; phases keep their proportions')
    .option('--rate <number>', 'highest arrivals a second; phases keep their proportions')
    .option('--users <number>', 'how many users, where a profile has a fixed number')
    .option('--seed <number>', 'send the same visits as the run that printed it')
    .option('--out <file>', 'write the report as JSON')
    .option('--html <file>', 'write the report as a page with charts')
    .option('--compare <file>', 'compare with a report that --out has written')
    .option('--compare-different', 'compare although the profiles differ')
    .option('--allow-remote', 'the server may be another machine than this')
    .option(...json)
    .addHelpText(
      'after',
      `
Examples:
  banyan load browse
  banyan load browse --start --duration 10s --out before.json
  banyan load browse --start --duration 10s --compare before.json
  banyan load flash-sale --url http://127.0.0.1:4100 --rate 500`,
    )
    .action(async (profile, options) => (await import('./commands/load.ts')).load(profile, options))
}

function addExternal(banyan: Command): void {
  banyan
    .command('external')
    .summary('write the types of a service known by its OpenAPI document')
    .description(
      `Writes a TypeScript file from an OpenAPI document (3.0 or 3.1, JSON): the service as
a value for the calls of yours, typed by the document, and what of the document its
calls need. Tells which operations are left out, and why.`,
    )
    .argument('<document>', 'the OpenAPI document, a JSON file')
    .requiredOption('-o, --out <file>', 'the file to write')
    .option('-n, --name <name>', 'what the app calls the service; without it the name of the document')
    .option('--only <calls>', 'these calls alone, separated by commas')
    .option('--check', 'write nothing; exit with 1 where the file is not up to date')
    .addHelpText(
      'after',
      `
Examples:
  banyan external pricing.json --out pricing.ts
  banyan external vendor/openapi.json --name pricing --only quote,getQuote --out pricing.ts`,
    )
    .action(async (document, options) =>
      (await import('./commands/external.ts')).external(document, options, banyan.version()!),
    )
}

function addEngines(banyan: Command): void {
  const engines = banyan
    .command('engines')
    .summary('start database servers for development and tests')
    .description(
      `Starts real engines on this machine, for development and tests: on free ports of the
loopback, with data of their own in BANYAN_DATA, from the programs that the machine has.`,
    )
    .helpCommand(false)
  engines
    .command('up')
    .summary('start engines, and print their addresses')
    .description(
      `Starts engines, making them the first time, and prints as NAME=VALUE what a topology
reads of them from the environment; the lines can go to .env as they are, and hold
passwords. What runs already is left as it is. Nothing of it is for production.`,
    )
    .argument(
      '<engines...>',
      'postgres, mariadb, or with two replicas that follow a primary: postgres-replicas, mariadb-replicas',
    )
    .addHelpText(
      'after',
      `
Examples:
  banyan engines up postgres >> .env
  banyan engines up postgres-replicas`,
    )
    .action(async (names: string[]) => (await import('./commands/engines.ts')).enginesUp(names))
  engines
    .command('down')
    .summary('stop engines')
    .description('Stops engines, all that are up here without a name. Their data stay for the next time.')
    .argument('[engines...]', 'as for up')
    .option('--remove', 'delete their data too')
    .action(async (names: string[], options) => (await import('./commands/engines.ts')).enginesDown(names, options))
  engines
    .command('status')
    .summary('list the engines that there are')
    .description('Lists the engines that there are: what of them this machine has, and which servers run.')
    .option(...json)
    .action(async (options) => (await import('./commands/engines.ts')).enginesStatus(options))
}

function addMigrate(banyan: Command): void {
  const migrate = banyan
    .command('migrate')
    .summary('bring the data to what the app declares')
    .description(
      `Compares the data with what the app declares. What is safe and quick is done by
a start, except in production; the rest is done here. What only older versions of
the app need is kept until it is named, so that they can go on.`,
    )
    .helpCommand(false)
    .addHelpText(
      'after',
      `
Examples:
  banyan migrate plan
  banyan migrate apply --allow "drop column flights.gate"
  banyan migrate status`,
    )
  migrate
    .command('plan')
    .summary('what would be done? Changes nothing')
    .description(
      `Prints each step: what it does, how many rows it concerns, its risk (safe, slow
or destructive), whether an older version finds its data again, and what it
takes to do it. Changes nothing, and a server may run. Exits with 0 where the
next start does everything by itself, and with 3 where it would refuse.`,
    )
    .option(...topology)
    .option(...json)
    .action(async (options) => (await import('./commands/migrate.ts')).plan(options))
  migrate
    .command('apply')
    .summary('do it')
    .description(
      `Does every step that the app needs, and those that are named. If one that takes
something away is not named, nothing is done, and it exits with 3. Before rows
are rewritten or taken away the data are copied to snapshots/ beside them; the
last five copies are kept. What is cut off goes on with the next apply. Stop the
server first.`,
    )
    .option(...topology)
    .option('--allow <step>', 'do this step too, by its name in the plan; may be repeated', repeated)
    .action(async (options) => (await import('./commands/migrate.ts')).apply(options))
  migrate
    .command('status')
    .summary('what was done, and what is to be done')
    .description('Lists the steps that were done, with times, those to be done, fills that were begun, and snapshots.')
    .option(...topology)
    .option(...json)
    .action(async (options) => (await import('./commands/migrate.ts')).status(options))
}

function addRestore(banyan: Command): void {
  banyan
    .command('restore')
    .summary('list the snapshots of the data, or put one back')
    .description(
      `Lists the copies that were made before migrations. With the name of one, checks
it and puts it in the place of the data, which are kept beside it. Clients are
told that what they saw since is lost. Stop the server first.`,
    )
    .argument('[snapshot]', 'its name in the list')
    .option(...topology)
    .option(...json)
    .addHelpText(
      'after',
      `
Examples:
  banyan restore
  banyan restore main-2030-01-01T08-00-00.000Z.db`,
    )
    .action(async (snapshot: string | undefined, options) =>
      (await import('./commands/restore.ts')).restore(snapshot, options),
    )
}

function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
