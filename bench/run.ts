import { prepareSources, type Sources } from './data/sources.ts'
import { runLimit } from './measure/limit.ts'
import { surroundings } from './measure/machine.ts'
import { runPairs } from './measure/pairs.ts'
import { runStalls } from './measure/stalls.ts'
import { runStarts } from './measure/starts.ts'
import { runVersus, type VersusEffort } from './measure/versus.ts'
import { keep } from './report/files.ts'
import { sectionOf } from './report/markdown.ts'
import { comparedResult, type Heading, limitResult, type Result, stallResult, versusResult } from './report/result.ts'
import { banyanOnPostgres } from './subjects/banyan.ts'
import type { Subject, Work } from './works/work.ts'

/** Prepares what the works need, runs one after another, and prints and keeps each result as soon as it is there. */
export const run = async (works: readonly Work[], { isQuick, order }: RunOptions): Promise<void> => {
  for (const subject of new Map(works.flatMap(subjectsOf).map((each) => [each.name, each])).values()) {
    await subject.prepare()
  }
  await using sources = await prepareSources(works)
  for (const work of works) {
    console.error(`${work.name}: ${work.title}`)
    const effort = isQuick ? quick : { ...full, ...work.effort }
    const result = await resultOf(work, sources, effort)
    console.log(sectionOf(result))
    if (isQuick) console.log('\nQuick: one pair of two seconds or three starts proves nothing, and is not kept.\n')
    else keep(result, order)
  }
}

export type RunOptions = { readonly isQuick: boolean; readonly order: readonly string[] }

const full = {
  ...{ pairs: 6, seconds: 6, warmUpSeconds: 3 },
  versus: { rounds: 5, seconds: 5, warmUpSeconds: 2, qualifyingSeconds: 2 },
  ...{ starts: 10, restSeconds: 10, repeats: 7 },
} as const
const quick = {
  ...{ pairs: 1, seconds: 2, warmUpSeconds: 2 },
  versus: { rounds: 1, seconds: 2, warmUpSeconds: 1, qualifyingSeconds: 1 },
  ...{ starts: 3, restSeconds: 2, repeats: 3 },
} as const

type Effort = { readonly [Name in keyof typeof full]: (typeof full)[Name] extends number ? number : VersusEffort }

const tell = (line: string): void => console.error(line)

const resultOf = async (work: Work, sources: Sources, effort: Effort): Promise<Result> => {
  const copyOf = sources.of(work)
  const heading = headingOf(work, sources.versionsOf(work))
  switch (work.kind) {
    case 'pair':
      return comparedResult(work, heading, await runPairs(work, copyOf, effort, tell))
    case 'versus':
      return versusResult(work, heading, await runVersus(work, copyOf, effort.versus, tell))
    case 'limit':
      return limitResult(heading, await runLimit(work, copyOf, effort.seconds, tell))
    case 'start':
      return comparedResult(work, heading, await runStarts(work, copyOf, effort, tell))
    case 'stall':
      return stallResult(work, heading, await runStalls(work, effort.repeats, tell))
  }
}

const headingOf = (work: Work, versions: Readonly<Record<string, string>>): Heading => {
  const { machine, versions: common } = surroundings()
  return {
    name: work.name,
    title: work.title,
    date: new Date().toISOString(),
    command: `npm run bench -- ${work.name}`,
    ...(work.learned === undefined ? {} : { learned: work.learned }),
    machine,
    versions: Object.assign({}, common, versions, ...subjectsOf(work).map((subject) => subject.versions)),
  }
}

const subjectsOf = (work: Work): readonly Subject[] => {
  switch (work.kind) {
    case 'pair':
      return [work.a.subject, work.b.subject]
    case 'versus':
      return [work.a, ...work.opponents].map(({ subject }) => subject)
    case 'limit':
      return [banyanOnPostgres]
    case 'start':
      return [work.a, work.b]
    case 'stall':
      return [work.subject]
  }
}
