import { matchesGlob } from 'node:path'
import { parseArgs } from 'node:util'
import { isLoadGeneratorPresent } from './measure/machine.ts'
import { run } from './run.ts'
import { works } from './works/works.ts'

/**
 * `npm run bench` runs every work and `npm run bench -- NAME …` some of them (`'pg-*-ablation'`: all of such a name); with `--quick` in two seconds a side, which is
 * for development, proves nothing and is not kept. A missed goal is a result, not a failure: the exit code is 0.
 */
const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: 'boolean', default: false }, list: { type: 'boolean', default: false } },
  })
  const unknown = positionals.filter((name) => works.every((work) => !matchesGlob(work.name, name)))
  if (values.list || unknown.length > 0) {
    if (unknown.length > 0) console.error(`There is no work called ${unknown.join(', ')}. There are:`)
    for (const { name, title } of works) console.log(`${name.padEnd(22)} ${title}`)
    return unknown.length > 0 ? 2 : 0
  }
  if (!isLoadGeneratorPresent()) {
    console.error('The load generator wrk is not installed: run `npm run engines:install`.')
    return 1
  }
  const chosen =
    positionals.length === 0
      ? works
      : works.filter(({ name }) => positionals.some((pattern) => matchesGlob(name, pattern)))
  await run(chosen, { isQuick: values.quick, order: works.map(({ name }) => name) })
  return 0
}

process.exitCode = await main()
