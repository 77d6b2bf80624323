import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts'
import { codeBlocks } from './code-blocks.ts'
import { compile } from './compile.ts'

const root = new URL('../../', import.meta.url)
const blocks = codeBlocks(new URL('README.md', root))
const run = promisify(execFile)

/** The block of the page that has this in it. */
function blockWith(language: string, words: string): string {
  const found = blocks.filter((block) => block.language === language && block.code.includes(words))
  assert.equal(found.length, 1, `one ${language} block has ${words}`)
  return found[0]!.code
}

suite('the commands of the README give what it says', () => {
  const folder = temporaryFolder()
  let server: RunningServer
  /** The commands under "Try it" by the sentence above them. */
  const commands = new Map(
    [...blockWith('sh', 'Hold two seats').matchAll(/^# (.*)\n((?:[^#\n].*\n?)+)/gm)].map((match) => [
      match[1]!,
      match[2]!,
    ]),
  )

  before(async () => {
    server = await startServer({ app: fileURLToPath(new URL('examples/flights', root)), dataFolder: folder.path })
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })

  /** Runs a command as it stands, but for the address, and with nothing else printed. */
  const output = async (sentence: string): Promise<string> => {
    const command = commands.get(sentence)
    assert.ok(command, `there is a command under "${sentence}"`)
    const { stdout } = await run('bash', [
      '-c',
      command.replace('curl', 'curl -sS').replaceAll('http://127.0.0.1:4000', server.url),
    ])
    return stdout
  }
  type Flight = Readonly<Record<string, unknown>> & { readonly departsAt: string; readonly origin: string }

  test('every command is one of these', () => {
    assert.equal(commands.size, 6)
  })

  test('flights with their destination, the earliest first', async () => {
    const { data } = JSON.parse(
      await output('Flights from Los Angeles to Phoenix, the earliest first, each with its destination'),
    ) as { data: (Flight & { included: { destination: { id: string } } })[] }
    assert.equal(data.length, 3)
    assert.deepEqual(
      data.map(({ departsAt }) => departsAt),
      data.map(({ departsAt }) => departsAt).toSorted(),
    )
    for (const { origin, included } of data) assert.deepEqual([origin, included.destination.id], ['LAX', 'PHX'])
  })

  test('flights from either of two airports, merged', async () => {
    const { data } = JSON.parse(
      await output('From either of two airports, merged in order of departure (-g: brackets are meant)'),
    ) as {
      data: Flight[]
    }
    assert.equal(data.length, 3)
    for (const flight of data) assert.deepEqual(Object.keys(flight), ['number', 'origin', 'departsAt'])
    const times = data.map(({ departsAt }) => departsAt)
    assert.deepEqual(times, times.toSorted().toReversed())
  })

  test('airports by words, and how many there are', async () => {
    const { data, page } = JSON.parse(
      await output(
        'Airports by words of their name and city, the best first, and how many there are; m* is every word that begins so',
      ),
    ) as { data: { name: string }[]; page: { total: unknown } }
    assert.match(data[0]!.name, /Houston M/)
    assert.deepEqual([data.length, page.total], [3, { count: 4, kind: 'exact' }])
  })

  test('a booking, the same again for the same key', async () => {
    const sentence = 'Hold two seats. Repeat it: the same key books nothing more, and gives the same answer'
    const first = await output(sentence)
    const { id, seats, state } = JSON.parse(first) as Readonly<Record<string, unknown>>
    assert.ok(id)
    assert.deepEqual([seats, state], [2, 'held'])
    assert.equal(await output(sentence), first)
  })

  test('a flight as an older version has it', async () => {
    const answer = await output(
      'An older version of the API still shows what a seat costs in cents, and when it will end',
    )
    assert.match(answer, /^deprecation: @\d+\r$/im)
    assert.match(answer, /^sunset: .* GMT\r$/im)
    const { data } = JSON.parse(answer.slice(answer.indexOf('{'))) as { data: { number: string; fare: number }[] }
    assert.deepEqual([data.length, Number.isInteger(data[0]!.fare)], [1, true])
  })

  test('a problem with a code and a hint', async () => {
    const answer = await output('What went wrong is said in words, with a code for programs and a hint for people')
    assert.match(answer, /^HTTP\/1\.1 400 /)
    const { code, hint, detail } = JSON.parse(answer.slice(answer.indexOf('{'))) as Readonly<Record<string, string>>
    assert.equal(code, 'PARAMETER_UNKNOWN')
    assert.ok(hint && detail?.includes('colour'))
  })
})

test('the app and the client of the README compile, and check has nothing to refuse', async () => {
  using folder = temporaryFolder()
  const inFolder = (name: string) => join(folder.path, name)
  mkdirSync(inFolder('node_modules'))
  symlinkSync(fileURLToPath(root), inFolder('node_modules/banyan'))
  writeFileSync(inFolder('package.json'), '{ "type": "module" }')
  writeFileSync(inFolder('app.ts'), blockWith('ts', "export default app('flights'"))
  writeFileSync(inFolder('client.ts'), blockWith('ts', 'client<typeof flights>'))
  await compile(folder.path, ['app.ts', 'client.ts'])
  const cli = fileURLToPath(new URL('src/cli/main.ts', root))
  const { stdout } = await run(process.execPath, ['--conditions=banyan-source', cli, 'check'], { cwd: folder.path })
  assert.match(stdout, /bookings/)
})
