import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { banyan, type RunningServer, startServer, temporaryFolder } from '../running-server.ts'
import { type CodeBlock, codeBlocks } from './code-blocks.ts'
import { compile } from './compile.ts'
import { assertPrinted } from './expected.ts'

const root = new URL('../../', import.meta.url)
const run = promisify(execFile)

/**
 * Does what a page tells its reader to do, in a folder of its own. A block with a name is a file: `ts app.ts`; a `ts` block
 * without one goes on with the file before it. `sh` blocks are run in their order, and the `json` or `text` block behind one is what it prints. A request to port 4000 goes to a server of the
 * files as they then are. In the end all files must compile. `sh by hand` is for what a test cannot do.
 */
export async function runPage(page: URL): Promise<void> {
  using folder = temporaryFolder()
  using data = temporaryFolder()
  let cwd = folder.path
  const inFolder = (name: string) => join(cwd, name)
  mkdirSync(inFolder('node_modules'))
  // What npm puts beside banyan.
  for (const name of ['@types', 'fastify', 'kysely', 'pg'])
    symlinkSync(fileURLToPath(new URL(`node_modules/${name}`, root)), inFolder(`node_modules/${name}`))
  symlinkSync(fileURLToPath(root), inFolder('node_modules/banyan'))
  writeFileSync(inFolder('package.json'), '{ "name": "page", "type": "module" }')
  const commands = commandsIn(inFolder('.commands'))

  const files = new Map<string, string>()
  let lastFile = ''
  let server: RunningServer | undefined
  let printed: string | undefined
  const stop = async () => {
    await server?.[Symbol.asyncDispose]()
    server = undefined
  }
  const runCommands = async (code: string): Promise<string> => {
    const into = /^cd (\S+)\n/.exec(code)?.[1]
    if (into !== undefined) cwd = join(cwd, into)
    const rest = into === undefined ? code : code.slice(code.indexOf('\n') + 1)
    if (rest.includes('127.0.0.1:4000')) server ??= await startServer({ app: cwd, dataFolder: data.path })
    // Only one process may have the data.
    else if (rest.includes('banyan')) await stop()
    const command = rest.replaceAll('http://127.0.0.1:4000', server?.url ?? '').replaceAll(/\bcurl\b/g, 'curl -sS')
    const env = {
      ...process.env,
      PATH: `${commands}:${process.env.PATH}`,
      BANYAN_DATA: data.path,
      NO_COLOR: '1',
      NODE_TEST_CONTEXT: undefined,
    }
    // What a command refuses is shown in pages too.
    return run('bash', ['-c', `exec 2>&1\n${command}`], { cwd, env }).then(
      ({ stdout }) => stdout,
      (error: { stdout: string }) => error.stdout,
    )
  }
  const runBlock = async ({ language, name, code }: CodeBlock): Promise<void> => {
    if (name === 'by hand') return
    if (name !== '' || language === 'ts') {
      await stop()
      const file = name === '' ? lastFile : name
      assert.notEqual(file, '', 'a ts block needs the name of its file')
      files.set(file, (name === '' ? files.get(file)! : '') + code)
      mkdirSync(dirname(inFolder(file)), { recursive: true })
      writeFileSync(inFolder(file), files.get(file)!)
      if (language === 'ts') lastFile = file
    } else if (language === 'sh') printed = await runCommands(code)
    else if (language === 'json' || language === 'text') {
      assert.ok(printed !== undefined, 'a command stands before what it prints')
      assertPrinted(printed, { language, code })
    } else assert.fail(`a ${language} block needs the name of its file`)
  }

  try {
    for (const block of codeBlocks(page)) {
      try {
        await runBlock(block)
      } catch (error) {
        throw new Error(`${fileURLToPath(page)}:${block.line}: ${(error as Error).message}`, { cause: error })
      }
    }
  } finally {
    await stop()
  }
  const sources = [...files.keys()].filter((name) => name.endsWith('.ts'))
  if (sources.length > 0) await compile(cwd, sources)
}

/** What a reader has after `npm install`, as programs that run this tree: node, npx, banyan and tsc. */
function commandsIn(folder: string): string {
  const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(' ')
  const node = [process.execPath, '--conditions=banyan-source']
  const programs = {
    node: quoted(node),
    banyan: quoted([process.execPath, ...banyan]),
    npx: '',
    tsc: quoted([
      ...node,
      fileURLToPath(new URL('node_modules/typescript/bin/tsc', root)),
      '--customConditions',
      'banyan-source',
    ]),
  }
  mkdirSync(folder)
  for (const [name, command] of Object.entries(programs))
    writeFileSync(join(folder, name), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 })
  return folder
}
