import { join } from 'node:path'
import { engineErrors } from '../errors.ts'
import { folderOfPrograms } from '../programs.ts'
import { run } from '../run.ts'

/** The MariaDB that this machine has. */
export interface MariaDb {
  /** `MariaDB 10.11.19`. */
  readonly version: string
  readonly server: string
  readonly installer: string
}

/** Throws ENGINE_MISSING where there is none. */
export async function mariadbHere(): Promise<MariaDb> {
  // Debian keeps the server where only administrators have their path.
  const serverFolder = folderOfPrograms(['mariadbd'], ['/usr/sbin'])
  const installerFolder = folderOfPrograms(['mariadb-install-db'])
  if (serverFolder === undefined || installerFolder === undefined)
    throw engineErrors.ENGINE_MISSING(
      'MariaDB is not installed: apt-get install mariadb-server-core, or what your system has for it',
    )
  const server = join(serverFolder, 'mariadbd')
  const { output } = await run(server, ['--version'])
  return {
    version: `MariaDB ${/\d+(\.\d+)+/.exec(output)?.[0] ?? ''}`,
    server,
    installer: join(installerFolder, 'mariadb-install-db'),
  }
}
