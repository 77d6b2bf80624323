import { join } from 'node:path'
import { type Account, accountOf } from '../account.ts'
import { engineErrors } from '../errors.ts'
import { folderOfPrograms, versionedFolders } from '../programs.ts'
import { type RunOptions, run } from '../run.ts'

/** The PostgreSQL that this machine has. */
export interface Postgres {
  /** `PostgreSQL 15.18`. */
  readonly version: string
  /** Whose servers they are, where they may not be ours: PostgreSQL refuses to run with the rights of root. */
  readonly account: Account | undefined
  run(program: Program, args: readonly string[], options?: Omit<RunOptions, 'account'>): ReturnType<typeof run>
}

const programs = ['postgres', 'initdb', 'pg_ctl', 'pg_basebackup', 'createdb'] as const
type Program = (typeof programs)[number]

/** Throws ENGINE_MISSING where there is none, or nobody who may run it. */
export async function postgresHere(): Promise<Postgres> {
  // Debian keeps the servers of all versions beside each other, and off the path.
  const folder = folderOfPrograms(programs, versionedFolders('/usr/lib/postgresql'))
  if (folder === undefined)
    throw engineErrors.ENGINE_MISSING(
      'PostgreSQL is not installed: apt-get install postgresql, or what your system has for it',
    )
  const account = process.getuid?.() === 0 ? accountOf('postgres') : undefined
  if (process.getuid?.() === 0 && account === undefined)
    throw engineErrors.ENGINE_MISSING(
      'PostgreSQL may not run as root, and there is no user postgres: run as another user',
    )
  const { output } = await run(join(folder, 'postgres'), ['--version'], { account })
  return {
    version: `PostgreSQL ${/\d+(\.\d+)*/.exec(output)?.[0] ?? ''}`,
    account,
    run: (program, args, options) => run(join(folder, program), args, { ...options, account }),
  }
}
