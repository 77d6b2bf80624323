import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { suite, test } from 'node:test'
import { DockerfileParser } from 'dockerfile-ast'
import { variables } from '../../src/cli/variables.ts'
import { engine } from '../engine.ts'
import { temporaryFolder } from '../running-server.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const manifest = (folder: string) => JSON.parse(read(join(folder, 'package.json')))

test('the versions of a new app are those that we run with', () => {
  const { version, engines, devDependencies } = manifest('.')
  const template = manifest('template')
  assert.equal(template.dependencies.banyan, `^${version}`)
  assert.deepEqual(template.engines, engines)
  assert.equal(template.devDependencies['@types/node'], devDependencies['@types/node'])
  assert.equal(template.devDependencies.typescript, `^${devDependencies.typescript}`)
  const create = manifest('create')
  assert.deepEqual([create.version, create.dependencies, create.engines], [version, { banyan: `^${version}` }, engines])
})

test('the .env.example names every setting, and sets none', () => {
  const lines = read('template/.env.example').split('\n').filter(Boolean)
  assert.ok(lines.every((line) => line.startsWith('# ')))
  const settings = variables.map(({ name }) => name).filter((name) => /^(PORT|BANYAN_\w+)$/.test(name))
  assert.ok(settings.length > 3)
  for (const setting of settings)
    assert.ok(
      lines.some((line) => line.startsWith(`# ${setting}=`)),
      setting,
    )
})

suite('the Dockerfile of a new app', () => {
  const hadolint = engine('hadolint')
  const linted = (text: string) => {
    using folder = temporaryFolder()
    const file = join(folder.path, 'Dockerfile')
    writeFileSync(file, text)
    const { status, stdout } = spawnSync(hadolint.path, ['--no-color', file], { encoding: 'utf8' })
    return { status, stdout }
  }
  const instructions = DockerfileParser.parse(read('template/Dockerfile'))
    .getInstructions()
    .map((instruction) => `${instruction.getKeyword()} ${instruction.getArgumentsContent() ?? ''}`)
  const last = instructions.slice(instructions.findLastIndex((text) => text.startsWith('FROM ')))

  test('is well formed', { skip: hadolint.skip ?? false }, () => {
    assert.deepEqual(linted(read('template/Dockerfile')), { status: 0, stdout: '' })
  })

  test('is told where it is not', { skip: hadolint.skip ?? false }, () => {
    const careless = read('template/Dockerfile').replace('node:26-slim', 'node').replace('WORKDIR /app', 'WORKDIR app')
    const { status, stdout } = linted(careless)
    assert.equal(status, 1)
    for (const rule of ['DL3006', 'DL3000']) assert.match(stdout, new RegExp(rule))
  })

  test('builds in one stage and runs in another, on the Node that we run on', () => {
    const major = Number(manifest('.').devDependencies.node.split('.')[0])
    const bases = instructions.filter((text) => text.startsWith('FROM '))
    assert.deepEqual(bases, [`FROM node:${major}-slim AS build`, `FROM node:${major}-slim`])
  })

  test('runs as another than root, in production, reachable, with its data in a volume, and asked whether it lives', () => {
    for (const words of [
      /^USER 1000:1000$/,
      /^ENV .*NODE_ENV=production/,
      /^ENV .*BANYAN_HOST=0\.0\.0\.0/,
      /^ENV .*BANYAN_DATA=\/data/,
      /^VOLUME \/data$/,
      /^EXPOSE 4000$/,
      /^HEALTHCHECK .*\/healthz/,
      // A list: no shell stands between the process and its signals.
      /^CMD \["node", /,
    ])
      assert.ok(
        last.some((text) => words.test(text)),
        String(words),
      )
    assert.ok(
      last.findIndex((text) => text.startsWith('USER ')) > last.findLastIndex((text) => text.startsWith('RUN ')),
    )
  })
})
