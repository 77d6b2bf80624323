import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { siteOf } from './site.ts'

/** `npm run site`: writes the site into `dist/guide/`, or where `--out` says. A link that leads nowhere fails it, and nothing is written. */
const { values } = parseArgs({
  options: {
    root: { type: 'string', default: fileURLToPath(new URL('..', import.meta.url)) },
    out: { type: 'string' },
  },
})
const root = resolve(values.root)
const out = resolve(values.out ?? join(root, 'dist/guide'))
const { files, broken } = siteOf(root)
for (const { file, href, reason } of broken) console.error(`${file}: the link ${href} leads nowhere: ${reason}`)
if (broken.length > 0) {
  process.exitCode = 1
} else {
  rmSync(out, { recursive: true, force: true })
  for (const [path, content] of files) {
    mkdirSync(dirname(join(out, path)), { recursive: true })
    writeFileSync(join(out, path), content)
  }
  console.error(`${files.size} files in ${relative(process.cwd(), out) || '.'}`)
}
