import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The files of a new app, by their paths in it. */
export function templateFiles(name: string, banyan: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      const text = readFileSync(path, 'utf8').replaceAll(templateName, name)
      const own = path.slice(folder.length)
      if (own === 'package.json') return [own, packageText(text, banyan)]
      return [renamed[own] ?? own, text]
    }),
  )
}

/** The packages that a new app depends on. */
export function templatePackages(): readonly string[] {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  return Object.keys({ ...dependencies, ...devDependencies })
}

/** As true a project as any: it is compiled, linted and tested here, under this name. */
const folder = fileURLToPath(new URL('../../../template/', import.meta.url))
const templateName = 'guestbook'

/** npm leaves a `.gitignore` out of packages. */
const renamed: Readonly<Record<string, string>> = { gitignore: '.gitignore' }

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

function packageText(text: string, banyan: string): string {
  const manifest = JSON.parse(text) as Manifest
  return `${JSON.stringify({ ...manifest, dependencies: { ...manifest.dependencies, banyan } }, null, 2)}\n`
}
