// Checks what needs no running program: types, format, lint rules and the tidiness of the folders.
import { checks } from './checks.js'
import { runChild } from './child.js'
import { root } from './tasks.js'

const all = [...checks, { name: 'tidy', args: ['--test', 'test/tidy.test.ts'] }]

const failed = []
for (const check of all) {
  console.log(`\n── ${check.name}`)
  if ((await runChild(process.execPath, check.args, { cwd: root })) !== 0) failed.push(check)
}

console.log('')
for (const { name, mend } of failed) console.log(`✖ ${name} failed${mend ? `; much of it is mended by: ${mend}` : ''}`)
if (failed.length === 0) console.log(`✔ ${all.map(({ name }) => name).join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
