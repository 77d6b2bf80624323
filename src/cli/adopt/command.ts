import type { Command } from 'commander'

/** How `banyan adopt` is called. */
export function addAdopt(banyan: Command): void {
  banyan
    .command('adopt')
    .summary('write resources that serve the tables of a database')
    .description(
      `Looks at the tables of a PostgreSQL database, with their keys, indexes and references,
and writes a file with resources that serve them as they are, and a service. Nothing is
open until you say to whom. Tells what is left out, and why. Nothing of the database is
changed: --add shows what would give its tables a version of their own, and only
--add --apply runs that.`,
    )
    .argument('<url>', 'the address of the database, or env:NAME for what a variable says')
    .option('-o, --out <file>', 'the file to write', 'adopted.ts')
    .option('--force', 'write over the file that is there')
    .option('--schema <names>', 'the tables of these schemas alone, separated by commas')
    .option('--tables <names>', 'these tables alone: crm.customers,orders')
    .option('--add', 'print the columns and triggers that give each row a version, and write nothing')
    .option('--apply', 'with --add: run them as one transaction, and write the file')
    .option('--json', 'print JSON, for programs')
    .addHelpText(
      'after',
      `
Examples:
  banyan adopt env:PG --schema crm,shop --out shop.ts
  banyan adopt postgres://reader@127.0.0.1/shop --tables crm.customers
  banyan adopt env:PG --add > versions.sql`,
    )
    .action(async (url, options) => (await import('../commands/adopt.ts')).adopt(url, options))
}
