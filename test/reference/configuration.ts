import { variables } from '../../src/cli/variables.ts'
import { table } from './table.ts'

/** The page of what an app's surroundings say to it. */
export function configurationPage(): string {
  return `# Configuration

What an app is, is said in its code; how it runs, in a [topology](topology.md). The rest is here.

## package.json

${table(
  ['member', 'says', 'without it'],
  [
    ['`banyan.app`', 'the file whose default export is the app', '`./app.ts`, or `./app.js` where only that is'],
    [
      '`banyan.seed`',
      'the file whose default export is the seed that the app begins with',
      'the app begins without rows',
    ],
  ],
)}

## Variables of the environment

A variable that is set but empty says nothing. While \`NODE_ENV\` is not \`production\`, those that are not set are read from \`.env\`
beside \`package.json\`.

${table(
  ['variable', 'says', 'without it'],
  variables.map(({ name, says, default: value }) => [`\`${name}\``, says, value === undefined ? '' : `\`${value}\``]),
)}

## In tests

Of [\`banyan/testing\`](../guides/testing.md).

${table(
  ['variable', 'says', 'without it'],
  [
    ['`BANYAN_TEST_TOPOLOGY`', 'the topology in which tests run that name none: a preset', '`memory`'],
    ['`BANYAN_TEST_SEED`', 'a whole number: the same ids and the same chance as in the run that printed it', 'drawn'],
  ],
)}
`
}
