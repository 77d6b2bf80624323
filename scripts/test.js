// Runs every test, or those that the arguments name:
//   npm test                            every test
//   npm test -- src/data                the tests under a folder
//   npm test -- test/tidy.test.ts       one file; a glob works too
//   npm test -- --test-name-pattern=x   any option of `node --test`, in this form
//   npm run test:faults                 the fault tests with their long counts (BANYAN_FAULTS=long)
import { statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { runChild } from './child.js'

const args = process.argv.slice(2)
const isLong = args.includes('--faults')
const options = args.filter((arg) => arg.startsWith('-') && arg !== '--faults')
const places = args.filter((arg) => !arg.startsWith('-'))

const everyTest = [
  'src/**/*.test.ts',
  'test/**/*.test.ts',
  'examples/**/*.test.ts',
  'template/**/*.test.ts',
  'bench/{measure,report}/**/*.test.ts',
]
// A `.test.ts` there runs in both, with short and long counts; a `.faults.ts` only here.
const faultTests = [
  'test/faults/**/*.{test,faults}.ts',
  // Migrations that are cut off at any commit.
  'src/data/store/*/migration/*.conformance.test.ts',
]

// Node's default is one less than there are cores, and our tests spend much of their time waiting for children and disks.
// More than four would make the tests that saturate a server disturb one another.
const concurrency = Math.min(4, Math.max(2, availableParallelism()))

process.exitCode = await runChild(
  process.execPath,
  [
    '--conditions=banyan-source',
    '--test',
    `--test-concurrency=${concurrency}`,
    // A hanging test must fail by its name instead of stopping the run. The longest one fuzzes for five minutes.
    ...(isLong ? [] : ['--test-timeout=600000']),
    ...options,
    ...(places.length > 0 ? places.map(toPattern) : isLong ? faultTests : everyTest),
  ],
  { env: isLong ? { ...process.env, BANYAN_FAULTS: 'long' } : process.env },
)

function toPattern(place) {
  const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory()
  return isFolder ? `${place.replace(/\/+$/, '')}/**/*.test.ts` : place
}
