import { errorTable } from '../core/errors.ts'

export const loadErrors = errorTable({
  LOAD_PROFILE_INVALID: {
    kind: 'invalid',
    status: 400,
    title: 'Load profile not valid',
    hint: 'Change what the message names; docs/guides/load.md shows every part of a profile.',
  },
  LOAD_REPORT_UNREADABLE: {
    kind: 'invalid',
    status: 400,
    title: 'Load report cannot be read',
    hint: 'Give a file that banyan load --out has written.',
  },
  LOAD_PROFILES_DIFFER: {
    kind: 'invalid',
    status: 400,
    title: 'Another load',
    hint: 'Ratios of two loads say nothing about the app. Measure both with one profile, or say --compare-different.',
  },
  LOAD_REMOTE: {
    kind: 'invalid',
    status: 400,
    title: 'Not this machine',
    hint: 'If that machine is yours to load, say so: --allow-remote.',
  },
  LOAD_NO_SERVER: {
    kind: 'unavailable',
    status: 503,
    title: 'No server to load',
    hint: 'Start it (banyan start), name another (--url), or let it be started for this run, on data of its own (--start).',
  },
  LOAD_OTHER_APP: {
    kind: 'invalid',
    status: 400,
    title: 'Another app',
    hint: 'Name the server that runs the app of the profile: --url http://127.0.0.1:4100',
  },
})
