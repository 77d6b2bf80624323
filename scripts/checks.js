// What needs no running program, each with the tool that finds it out: `npm run check` and test/checks.test.ts run them.
import { join } from 'node:path'
import { root } from './tasks.js'

export const checks = [
  { name: 'types', claim: 'the whole tree type-checks', args: tool('typescript/bin/tsc', '--noEmit') },
  {
    name: 'published types',
    // A type may be inferred and still have no name that a declaration file could give it.
    claim: 'what is published can be declared',
    args: tool('typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.build.json'),
  },
  {
    name: 'format and lint',
    claim: 'every file is formatted, and keeps the rules of the linter',
    // Left alone, Biome colours a log file as well.
    args: tool(
      '@biomejs/biome/bin/biome',
      'ci',
      '--error-on-warnings',
      ...(process.stdout.isTTY ? [] : ['--colors=off']),
      '.',
    ),
    mend: 'npx biome check --write',
  },
]

function tool(file, ...args) {
  return [join(root, 'node_modules', file), ...args]
}
