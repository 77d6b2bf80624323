// Runs when npm packs this folder, or installs it from git, on whatever Node npm runs on: builds dist/, which is what others get.
// Our own set-up runs from the sources. And npm asks twice for a package from git, first while it installs what builds it.
const isAskedFor = process.env.BANYAN_PREPARE !== 'no' && process.env._PACOTE_NO_PREPARE_ === undefined

if (isAskedFor) await import('./build.js')
