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
  const inFolder = (name: string) => join(folder.path, name)
  mkdirSync(inFolder('node_modules'))
  symlinkSync(fileURLToPath(root), inFolder('node_modules/banyan'))
  writeFileSync(inFolder('package.json'), '{ "name": "page", "type": "module" }')

  const files = new Map<string, string>()
  let lastFile = ''
  let server: RunningServer | undefined
  let printed: string | undefined
  const stop = async () => {
    await server?.[Symbol.asyncDispose]()
    server = undefined
  }
  const runCommands = async (code: string): Promise<string> => {
    if (code.includes('127.0.0.1:4000')) server ??= await startServer({ app: folder.path, dataFolder: data.path })
    else if (code.includes('banyan')) await stop()
    const command = code
      .replaceAll('http://127.0.0.1:4000', server?.url ?? '')
      .replaceAll('npx banyan', [process.execPath, ...banyan].map((word) => `'${word}'`).join(' '))
      .replaceAll(/\bcurl\b/g, 'curl -sS')
      // Tests of the files run as the files do.
      .replaceAll('node --test', `'${process.execPath}' --conditions=banyan-source --test`)
    const env = { ...process.env, BANYAN_DATA: data.path, NO_COLOR: '1', NODE_TEST_CONTEXT: undefined }
    // What a command refuses is shown in pages too.
    return run('bash', ['-c', `exec 2>&1\n${command}`], { cwd: folder.path, env }).then(
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
  if (sources.length > 0) await compile(folder.path, sources)
}
