#!/usr/bin/env node
// `npm create banyan shop` is `banyan new shop`.
process.argv.splice(2, 0, 'new')
await import(new URL('bin/banyan.js', import.meta.resolve('banyan/package.json')).href)
