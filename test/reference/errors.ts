import { apiErrors } from '../../src/api/errors.ts'
import { appFindings } from '../../src/app/review.ts'
import { cliErrors } from '../../src/cli/errors.ts'
import { coreErrors, type ErrorRow, table as rows } from '../../src/core/errors.ts'
import { dataErrors } from '../../src/data/errors.ts'
import { migrationErrors } from '../../src/data/migration/errors.ts'
import { engineErrors } from '../../src/engines/errors.ts'
import { identityErrors } from '../../src/identity/errors.ts'
import { keyringErrors } from '../../src/keyring/errors.ts'
import { loadErrors } from '../../src/load/errors.ts'
import { runtimeErrors } from '../../src/runtime/errors.ts'
import { serviceErrors } from '../../src/service/errors.ts'
import { contactFindings, topologyFindings } from '../../src/topology/check/codes.ts'
import { topologyErrors } from '../../src/topology/errors.ts'
import { table } from './table.ts'

/** The tables of the folders by who is told. */
export const errorTables = {
  'What a request may be told': [coreErrors, apiErrors, identityErrors, serviceErrors, dataErrors],
  'What the command line may say': [
    cliErrors,
    engineErrors,
    keyringErrors,
    loadErrors,
    migrationErrors,
    runtimeErrors,
    topologyErrors,
  ],
}

/** The page of errors, from the tables of the folders. */
export function errorsPage(): string {
  const parts = Object.entries(errorTables).map(([title, folders]) => {
    const told = folders
      .flatMap((errors) => Object.entries(errors[rows] as Readonly<Record<string, ErrorRow>>))
      .toSorted(byCode)
      .map(([code, { status, title: words, hint }]) => [`\`${code}\``, String(status), words, hint])
    return `## ${title}\n\n${table(['code', 'status', 'means', 'what to do'], told)}\n`
  })
  const findings = [appFindings, topologyFindings, contactFindings]
    .flatMap((codes) => Object.entries(codes[rows] as Readonly<Record<string, { severity: string; mend: string }>>))
    .toSorted(byCode)
    .map(([code, { severity, mend }]) => [`\`${code}\``, severity, mend])
  return `# Errors

Every error has a code that programs read and that never changes its meaning. Answers carry it as \`code\` of a problem (RFC 9457),
with a \`detail\` for this case and a \`hint\`. This page is written from the code.

${parts.join('\n')}
## What \`banyan check\` may find

An error keeps the app from starting (exit code 3; 4 where its data cannot be opened); a warning does not. Those that begin with
CONNECT are found with \`--connect\`.

${table(['code', 'severity', 'what to write instead'], findings)}
`
}

function byCode([left]: readonly [string, ...unknown[]], [right]: readonly [string, ...unknown[]]): number {
  return left < right ? -1 : 1
}
