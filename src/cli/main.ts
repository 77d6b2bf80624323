import { readFileSync } from 'node:fs'
import { CommanderError } from 'commander'
import { exitCodeOf, printError, usageExitCode } from './exit.ts'
import { program } from './program.ts'

// A reader that has seen enough, as in `banyan routes | head`, is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }

try {
  await program(manifest.version).parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : usageExitCode
  } else {
    printError(error)
    process.exitCode = exitCodeOf(error)
  }
}

// What the app's own modules leave open, a timer or a connection, must not keep a finished command alive.
process.stdout.write('', () => process.stderr.write('', () => process.exit()))
