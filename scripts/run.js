// Runs one of the project's tasks on the pinned Node, after installing whatever is missing.
// Everything that npm calls starts here, so this file and its imports use only what Node 18 understands.
import { delimiter, dirname, join } from 'node:path'
import { runChild } from './child.js'
import { keepGuideCurrent } from './guide.js'
import { installMissingPackages } from './packages.js'
import { findPinnedNode } from './pinned-node.js'
import { root, tasks } from './tasks.js'

const exit = { failure: 1, usage: 2 }

process.exitCode = await main(process.argv.slice(2))

async function main([name, ...extra]) {
  const task = Object.hasOwn(tasks, name ?? '') ? tasks[name] : undefined
  if (!task) {
    console.error(
      `banyan: ${name ? `there is no task "${name}"` : 'which task?'} Known: ${Object.keys(tasks).join(', ')}.`,
    )
    return exit.usage
  }
  try {
    await installMissingPackages(root)
    const node = findPinnedNode(root)
    const { args, cwd, ownGroup, servesGuide } = task(extra)
    if (servesGuide) await keepGuideCurrent(node)
    return await runChild(node, args, { cwd, ownGroup, env: environment(node) })
  } catch (error) {
    // A failed set-up is an answer for the person at the terminal; the stack would only hide it.
    console.error(`banyan: ${error.message}`)
    return exit.failure
  }
}

function environment(node) {
  return {
    // Node keeps what it compiled, types stripped: without this our own sources take three times as long to start.
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/banyan'),
    ...process.env,
    // Children that call `node` by name get the pinned one as well.
    PATH: [dirname(node), process.env.PATH].filter(Boolean).join(delimiter),
  }
}
