// Writes dist/: what is published, as JavaScript and type declarations.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { runChild } from './child.js'
import { root } from './tasks.js'

// The compiler never deletes, and the output of a file that is gone would be published with the rest.
rmSync(join(root, 'dist'), { recursive: true, force: true })

const tsc = join(root, 'node_modules/typescript/bin/tsc')
process.exitCode = await runChild(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root })
