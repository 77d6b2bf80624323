// Checks what needs no running program: types, format, lint rules and the tidiness of the folders.
import { join } from 'node:path'
import { runChild } from './child.js'
import { root } from './tasks.js'

// Left alone, Biome colours a log file as well.
const colours = process.stdout.isTTY ? [] : ['--colors=off']

const checks = [
  { name: 'types', run: () => tool('typescript/bin/tsc', '--noEmit') },
  { name: 'published types', run: () => tool('typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.build.json') },
  {
    name: 'format and lint',
    run: () => tool('@biomejs/biome/bin/biome', 'ci', '--error-on-warnings', ...colours, '.'),
    mend: 'npx biome check --write',
  },
  { name: 'tidy', run: () => runChild(process.execPath, ['--test', 'test/tidy.test.ts']) },
]

const failed = []
for (const check of checks) {
  console.log(`\n── ${check.name}`)
  if ((await check.run()) !== 0) failed.push(check)
}

console.log('')
for (const { name, mend } of failed) console.log(`✖ ${name} failed${mend ? `; much of it is mended by: ${mend}` : ''}`)
if (failed.length === 0) console.log(`✔ ${checks.map(({ name }) => name).join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1

function tool(file, ...args) {
  return runChild(process.execPath, [join(root, 'node_modules', file), ...args], { cwd: root })
}
