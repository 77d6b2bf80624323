import { globSync } from 'node:fs'
import { suite, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { engine } from '../engine.ts'
import { runPage } from './page-run.ts'

const docs = new URL('../../docs/', import.meta.url)
const pages = globSync(['learn/*.md', 'guides/*.md', 'understand/*.md'], { cwd: fileURLToPath(docs) })

suite('what a page tells its reader to do can be done', { concurrency: 2 }, () => {
  for (const page of pages.toSorted()) {
    const skip = page.endsWith('postgres.md') ? engine('initdb').skip : undefined
    test(page, { skip: skip ?? false }, () => runPage(pathToFileURL(fileURLToPath(new URL(page, docs)))))
  }
})
