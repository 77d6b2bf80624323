import { isDeepStrictEqual } from 'node:util'
import type { App } from '../app.ts'
import type { Contract } from '../contract.ts'
import type { External } from '../external.ts'
import type { AppManifest } from '../manifest.ts'
import type { Callables } from '../operation.ts'
import { appFindings } from './codes.ts'
import { type Finding, listed } from './finding.ts'
import { reviewCallableName } from './names.ts'

/** Services known by their documents: documents that can be read, and names that stand for one thing. */
export function reviewExternals(manifest: AppManifest, app: App): readonly Finding[] {
  return manifest.externals.flatMap(({ name, problem, leftOut }) => {
    const place = `externals/${name}`
    const because = Object.entries(leftOut).map(([operation, reason]) => `${operation}: ${reason}`)
    const reason = [problem, ...because.slice(0, 3)].join('; ')
    return [
      ...reviewCallableName(place, name),
      ...(problem === undefined ? [] : [appFindings.EXTERNAL_DOCUMENT(place, `of its document: ${reason}`)]),
      ...reviewTwice(place, name, app),
    ]
  })
}

function reviewTwice(place: string, name: string, app: App): readonly Finding[] {
  const callers = app.services.flatMap((service) =>
    Object.values(service.calls as Callables)
      .filter((each): each is External => each.kind === 'external' && each.name === name)
      .map(({ document }) => ({ service: service.name, document })),
  )
  const [first, ...others] = callers
  const other = others.find(
    ({ document }) => document !== first!.document && !isDeepStrictEqual(document, first!.document),
  )
  const implementers = app.services
    .filter((service) =>
      Object.values(service.implements as Readonly<Record<string, Contract>>).some((each) => each.name === name),
    )
    .map((service) => service.name)
  return [
    ...(other === undefined
      ? []
      : [appFindings.EXTERNAL_TWICE(place, `${first!.service} and ${other.service} give it different documents`)]),
    ...(implementers.length === 0
      ? []
      : [appFindings.EXTERNAL_TWICE(place, `${listed(implementers)} implements a contract of this name`)]),
  ]
}
