#!/usr/bin/env node
// Plain JavaScript, so that an old Node can read far enough to be told that it is too old.
import module from 'node:module'

const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(`banyan needs Node 24 or later; this is ${process.version}.`)
  process.exit(1)
}
module.enableCompileCache?.()
await import('../dist/cli/main.js')
