import { prepareData } from './data/dataset.ts'
import { surroundings } from './measure/machine.ts'
import { runPairs } from './measure/pairs.ts'
import { runStalls } from './measure/stalls.ts'
import { runStarts } from './measure/starts.ts'
import { keep } from './report/files.ts'
import { sectionOf } from './report/markdown.ts'
import { comparedResult, type Heading, type Result, stallResult } from './report/result.ts'
import type { Subject, Work } from './works/work.ts'

/** Prepares what the works need, runs one after another, and prints and keeps each result as soon as it is there. */
export const run = async (works: readonly Work[], { isQuick, order }: RunOptions): Promise<void> => {
  for (const subject of new Map(works.flatMap(subjectsOf).map((each) => [each.name, each])).values()) {
    await subject.prepare()
  }
  const data = works.some(({ needsData }) => needsData) ? await prepareData() : undefined
  for (const work of works) {
    console.error(`${work.name}: ${work.title}`)
    const effort = isQuick ? quick : { ...full, ...work.effort }
    const result = await resultOf(work, work.needsData ? data : undefined, effort)
    console.log(sectionOf(result))
    if (isQuick) console.log('\nQuick: one pair of two seconds or three starts proves nothing, and is not kept.\n')
    else keep(result, order)
  }
}

export type RunOptions = { readonly isQuick: boolean; readonly order: readonly string[] }

const full = { pairs: 6, seconds: 6, warmUpSeconds: 3, starts: 10, restSeconds: 10, repeats: 7 } as const
const quick = { pairs: 1, seconds: 2, warmUpSeconds: 2, starts: 3, restSeconds: 2, repeats: 3 } as const

type Effort = { readonly [Name in keyof typeof full]: number }

const tell = (line: string): void => console.error(line)

const resultOf = async (work: Work, data: string | undefined, effort: Effort): Promise<Result> => {
  switch (work.kind) {
    case 'pair':
      return comparedResult(work, headingOf(work), await runPairs(work, data, effort, tell))
    case 'start':
      return comparedResult(work, headingOf(work), await runStarts(work, data, effort, tell))
    case 'stall':
      return stallResult(work, headingOf(work), await runStalls(work, effort.repeats, tell))
  }
}

const headingOf = (work: Work): Heading => ({
  name: work.name,
  title: work.title,
  date: new Date().toISOString(),
  command: `npm run bench -- ${work.name}`,
  ...(work.learned === undefined ? {} : { learned: work.learned }),
  ...surroundings(),
})

const subjectsOf = (work: Work): readonly Subject[] => {
  switch (work.kind) {
    case 'pair':
      return [work.a.subject, work.b.subject]
    case 'start':
      return [work.a, work.b]
    case 'stall':
      return [work.subject]
  }
}
