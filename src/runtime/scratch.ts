import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Topology } from '../topology/topology.ts'

/** Empty data for a topology: the same engines and options, in files of its own that are gone when it is disposed of. */
export interface Scratch extends Disposable {
  readonly dataFolder: string
  readonly topology: Topology
}

export function scratch(topology: Topology): Scratch {
  const dataFolder = mkdtempSync(join(tmpdir(), 'banyan-'))
  return {
    dataFolder,
    topology: onScratchFiles(topology),
    [Symbol.dispose]: () => rmSync(dataFolder, { recursive: true, force: true }),
  }
}

/** A file may be named from the root of the disk, or out of the folder of data; then it would be the real one. */
function onScratchFiles(topology: Topology): Topology {
  const stores = Object.entries(topology.stores).map(([name, store]) => {
    const { file } = store.options
    if (file === undefined || file === ':memory:') return [name, store] as const
    return [name, { ...store, options: { ...store.options, file: `${name}.db` } }] as const
  })
  return { ...topology, stores: Object.fromEntries(stores) }
}
