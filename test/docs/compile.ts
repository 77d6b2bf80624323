import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Compiles the files of a page, with Banyan's sources as they compile here; rejects with what the compiler says. */
export async function compile(folder: string, files: readonly string[]): Promise<void> {
  const compilerOptions = {
    // A page does not test every index for a row, nor does it use whatever it shows.
    noUncheckedIndexedAccess: false,
    noUnusedLocals: false,
    typeRoots: [join(root, 'node_modules/@types')],
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include: [], files }),
  )
  const typescript = join(root, 'node_modules/typescript/bin/tsc')
  await promisify(execFile)(process.execPath, [typescript, '--noEmit'], { cwd: folder }).catch(
    (error: { stdout: string }) => {
      throw new Error(error.stdout, { cause: error })
    },
  )
}
