import type { FieldRecord, OperationManifest } from '../app/manifest.ts'
import { inputSchema } from '../app/schema.ts'
import type { OperationDiffering } from '../app/service.ts'
import { type Differing, same } from '../app/version/difference.ts'
import { layoutOf } from '../app/version/layout.ts'
import { checkerOf, type VersionPlace } from '../app/version/refused.ts'
import { type Shape, shapeOf } from '../app/version/shape.ts'
import { told } from '../app/version/told.ts'
import type { View, Views } from './view.ts'

/** A declared operation as the clients of one version of the API see it. */
export interface OperationView extends Pick<View, 'version' | 'told' | 'isOlder'> {
  /** In the version's words. */
  readonly manifest: OperationManifest
  /** The rows that it may give. */
  readonly views: Views
  /** What a client gave, in the words of now and not yet validated in them. Throws INVALID. */
  inputOf(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
  /** How its output is shown; undefined: as it is. */
  readonly output: Shape | undefined
}

export function currentOperationView(version: string, manifest: OperationManifest, views: Views): OperationView {
  return {
    version,
    manifest,
    views,
    inputOf: (given) => given,
    output: undefined,
    told: (error) => error,
    isOlder: false,
  }
}

/** `now` and `manifest`: the operation in the words of now, and in those of the version. */
export function olderOperationView(
  version: string,
  now: OperationManifest,
  manifest: OperationManifest,
  differing: OperationDiffering | undefined,
  views: Views,
): OperationView {
  const place = { version, place: `${now.service}.${now.name}` }
  const input = shaped(place, now.input, differing?.input)
  const check = checkerOf(inputSchema(manifest.input), place)
  return {
    version,
    manifest,
    views,
    inputOf(given) {
      check(given)
      return input.fromNew(given)
    },
    output: now.output.kind === 'fields' ? shaped(place, now.output.fields, differing?.output) : undefined,
    told: (error) => told(error, place.place, input),
    isOlder: true,
  }
}

function shaped(place: VersionPlace, now: FieldRecord, differing: Differing = same): Shape {
  return shapeOf(place, layoutOf(now, differing.difference), differing)
}
