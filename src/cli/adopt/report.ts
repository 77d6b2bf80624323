import { printable } from '../../core/printable.ts'
import { tableText } from '../../data/adoption/found.ts'
import type { LeftOut, Proposal } from './proposal.ts'

/** What was made of the tables, for programs. */
export function adoptionReport({ resources, leftOut }: Proposal) {
  return {
    resources: resources.map(({ name, table, fields, paths, adopted, leftOut, notes }) => ({
      name,
      table: tableText(table),
      fields: Object.keys(fields),
      paths,
      version: adopted.version,
      leftOut,
      notes,
    })),
    leftOut,
  }
}

/** The same for people, and what to do next. */
export function adoptionText({ resources, leftOut }: Proposal): string {
  const parts = resources.flatMap((resource) => [
    `  ${resource.name}: the table ${printable(tableText(resource.table))}, ${count(Object.keys(resource.fields).length, 'field')}, ${count(resource.paths.length, 'access path')}, version ${versionText(resource.adopted.version)}`,
    ...resource.leftOut.map((part) => `    left out: ${leftOutText(part)}`),
    ...resource.notes.map((note) => `    ${printable(note)}`),
  ])
  const versions = resources.some(({ adopted }) => adopted.version !== 'column')
    ? ['', 'A version that outlives a dump, and that everybody counts up: banyan adopt … --add shows what it takes.']
    : []
  return [
    resources.length === 0 ? 'None of the tables can be served.' : `${count(resources.length, 'table')} can be served:`,
    ...parts,
    ...(leftOut.length === 0 ? [] : ['Left out:', ...leftOut.map((each) => `  ${leftOutText(each)}`)]),
    ...versions,
    ...(resources.length === 0 ? [] : ['', next]),
  ].join('\n')
}

const next = `Next: open what is to be open (.access), add the service to your app, and put it on the database:
  app('shop', { version: 'v1', services: [adopted] })
  stores: { main: postgres({ primary: env('PG'), schema: 'banyan' }) }
The schema banyan is made for what Banyan keeps itself. Then: banyan check`

function leftOutText({ what, reason, mend }: LeftOut): string {
  return printable(`${what}: ${reason}${mend === undefined ? '' : `. ${mend}`}`)
}

function versionText(version: string): string {
  return version === 'column' ? 'from its column' : version === 'xmin' ? 'from xmin' : 'none'
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
