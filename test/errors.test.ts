import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { apiErrors } from '../src/api/errors.ts'
import { appFindings } from '../src/app/review.ts'
import { cliErrors } from '../src/cli/errors.ts'
import { coreErrors, type ErrorRow, table } from '../src/core/errors.ts'
import { dataErrors } from '../src/data/errors.ts'
import { identityErrors } from '../src/identity/errors.ts'
import { keyringErrors } from '../src/keyring/errors.ts'
import { loadErrors } from '../src/load/errors.ts'
import { runtimeErrors } from '../src/runtime/errors.ts'
import { serviceErrors } from '../src/service/errors.ts'
import { topologyFindings } from '../src/topology/check/codes.ts'
import { topologyErrors } from '../src/topology/errors.ts'

const page = new URL('../docs/reference/errors.md', import.meta.url)

const tables = {
  'What a request may be told': [coreErrors, apiErrors, identityErrors, serviceErrors, dataErrors],
  'What the command line may say': [cliErrors, keyringErrors, loadErrors, runtimeErrors, topologyErrors],
}

/** The page as the tables have it. `UPDATE=1 npm test -- test/errors.test.ts` writes it. */
function written(): string {
  const parts = Object.entries(tables).map(([title, folders]) => {
    const rows = folders
      .flatMap((errors) => Object.entries(errors[table] as Readonly<Record<string, ErrorRow>>))
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(
        ([code, { status, title: words, hint }]) =>
          `| \`${code}\` | ${status} | ${words} | ${hint.replaceAll('|', '\\|')} |`,
      )
    return `## ${title}\n\n| code | status | means | what to do |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`
  })
  const findings = [appFindings, topologyFindings]
    .flatMap((codes) => Object.entries(codes[table] as Readonly<Record<string, { severity: string; mend: string }>>))
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([code, { severity, mend }]) => `| \`${code}\` | ${severity} | ${mend.replaceAll('|', '\\|')} |`)
  return `# Errors

Every error has a code that programs read and that never changes its meaning. Answers carry it as \`code\` of a problem (RFC 9457),
with a \`detail\` for this case and a \`hint\`. This page is held equal to the code by \`test/errors.test.ts\`.

${parts.join('\n')}
## What \`banyan check\` may find

An error keeps the app from starting (exit code 3); a warning does not.

| code | severity | what to write instead |
| --- | --- | --- |
${findings.join('\n')}
`
}

test('the reference page names every code, and no other', () => {
  if (process.env.UPDATE === '1') writeFileSync(page, written())
  assert.ok(existsSync(page))
  assert.equal(readFileSync(page, 'utf8'), written())
})

test('no code stands for two errors', () => {
  const codes = Object.values(tables).flatMap((folders) => folders.flatMap((errors) => Object.keys(errors[table])))
  assert.equal(new Set(codes).size, codes.length)
})

test('every status is one that problems may have, and every hint is a sentence', () => {
  for (const errors of Object.values(tables).flat()) {
    for (const [code, { status, hint }] of Object.entries(errors[table] as Readonly<Record<string, ErrorRow>>)) {
      assert.ok(status >= 400 && status < 600, code)
      assert.ok(hint.length > 10, code)
    }
  }
})
