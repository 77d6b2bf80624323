import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { reference } from './reference.ts'

/** `npm run reference`: writes what is written from the code. */
const root = fileURLToPath(new URL('../../', import.meta.url))
const files = Object.entries(await reference())
for (const [file, text] of files) writeFileSync(`${root}${file}`, text)
const biome = `${root}node_modules/@biomejs/biome/bin/biome`
const formatted = files.map(([file]) => file).filter((file) => file.endsWith('.json'))
execFileSync(process.execPath, [biome, 'format', '--write', '--log-level=warn', ...formatted], { cwd: root })
console.log(files.map(([file]) => file).join('\n'))
