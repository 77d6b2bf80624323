import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { t } from '../../src/app/field.ts'
import { registryOf } from '../../src/runtime/drivers.ts'
import { configurationPage } from './configuration.ts'
import { fieldsPage } from './fields.ts'
import { reference } from './reference.ts'
import { topologyMembers } from './topology.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const mend = 'it is not what the code says: run "npm run reference"'

suite('the reference is what the code says', async () => {
  for (const [file, written] of Object.entries(await reference())) {
    test(file, () => {
      const found = readFileSync(`${root}${file}`, 'utf8')
      // JSON is formatted like everything else.
      if (file.endsWith('.json')) assert.deepEqual(JSON.parse(found), JSON.parse(written), mend)
      else if (found !== written) assert.equal(found, written, mend)
    })
  }
})

test('every field type is there, with what it holds, and every option with what it means', () => {
  const page = fieldsPage()
  for (const name of Object.keys(t))
    assert.match(page, new RegExp(`^\\| \`t\\.${name}\\(.*\\)\` \\| \`\\w+\` \\| \\S`, 'm'))
  assert.doesNotMatch(page, /\| +\|/)
})

test('every member of a topology says what it means', async () => {
  const silent = topologyMembers(await registryOf()).filter(({ means }) => means === '')
  assert.deepEqual(silent, [], 'give it a description in src/topology/schema.ts')
})

test('the variables of the environment are those that the code reads', () => {
  const read = globSync('src/**/*.ts', { cwd: root })
    .filter((file) => !/\.test\.ts$|\/conformance/.test(file))
    .flatMap((file) => [
      ...readFileSync(`${root}${file}`, 'utf8').matchAll(
        /(?:process\.env\.|given\('|environment\.)((?:BANYAN|NODE)_[A-Z_]+|PORT)/g,
      ),
    ])
    .map(([, name]) => name!)
  const told = [...configurationPage().matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name!)
  // Node reads NO_COLOR for us.
  assert.deepEqual(told.toSorted(), [...new Set([...read, 'NO_COLOR'])].toSorted(), 'mend src/cli/variables.ts')
})
