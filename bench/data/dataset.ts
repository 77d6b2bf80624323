import { existsSync, globSync, writeFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { dataFolder } from '../measure/paths.ts'
import { startServer } from '../measure/server.ts'
import { banyan } from '../subjects/banyan.ts'
import { buildStamp } from '../subjects/build.ts'
import { writeIdLists } from './id-lists.ts'

/**
 * The folder with the data that both sides work on copies of. Banyan makes it, by importing the seed of the app that is
 * measured; it is kept until the build or that app changes.
 */
export const prepareData = async (): Promise<string> => {
  writeIdLists()
  const directory = join(dataFolder, `seeded-${buildStamp()}`)
  const finished = `${directory}.finished`
  if (existsSync(finished)) return directory
  for (const outdated of globSync(`${dataFolder}/seeded-*`)) await rm(outdated, { recursive: true })
  await mkdir(directory, { recursive: true })
  console.error('Banyan imports the data that both sides are measured on.')
  await (await startServer({ ...banyan.program(directory), patienceMs: 600_000 }))[Symbol.asyncDispose]()
  writeFileSync(finished, '')
  return directory
}
