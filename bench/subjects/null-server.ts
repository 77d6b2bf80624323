import { join } from 'node:path'
import { peersFolder } from '../measure/paths.ts'
import type { Subject } from '../works/work.ts'

/** The same trivial server under two names: its ratio to itself is what the harness cannot tell apart. */
export const nullServer = (name: string): Subject => ({
  name,
  prepare: async () => {},
  program: () => ({
    name,
    command: process.execPath,
    args: ['server.js'],
    cwd: join(peersFolder, 'null'),
    environment: (port) => ({ PORT: String(port) }),
    probe: '/',
  }),
})
