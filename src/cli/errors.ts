import { errorTable } from '../core/errors.ts'

export const cliErrors = errorTable({
  USAGE: { kind: 'invalid', status: 400, title: 'Usage', hint: 'banyan --help lists the commands and their options.' },
  APP_UNREADABLE: {
    kind: 'invalid',
    status: 400,
    title: 'App cannot be loaded',
    hint: 'The app is package.json#banyan.app or ./app.ts, and its default export is app(…).',
  },
  SEED_UNREADABLE: {
    kind: 'invalid',
    status: 400,
    title: 'Seed cannot be loaded',
    hint: 'A seed is a file whose default export is seed(app, …); package.json#banyan.seed names the one that the app begins with.',
  },
  FILE_STALE: {
    kind: 'invalid',
    status: 400,
    title: 'File not up to date',
    hint: 'Run the command without --check, and commit what it writes.',
  },
  INSTALL_FAILED: {
    kind: 'unavailable',
    status: 503,
    title: 'Packages not installed',
    hint: 'The app is written. Mend what npm says above, and run npm install in its folder.',
  },
})
