import type { App } from '../app.ts'
import {
  type AppManifest,
  declaredResources,
  type OlderManifest,
  type OperationManifest,
  type ResourceManifest,
} from '../manifest.ts'
import type { AnyService, OperationDiffering } from '../service.ts'
import { isDate } from '../timestamp.ts'
import type { Differing } from '../version/difference.ts'
import { manifestIn } from '../version/manifest-in.ts'
import { appFindings } from './codes.ts'
import { reviewDifference } from './difference.ts'
import type { Finding } from './finding.ts'
import { reviewFieldNames, reviewRowNames } from './names.ts'
import { reviewAddress, reviewInput, reviewRoutes } from './operation.ts'
import { reviewPaths } from './resource.ts'

/** The older versions of an app: when they end, what they say of resources and operations, and what comes of that. */
export function reviewVersions(manifest: AppManifest, app: App): readonly Finding[] {
  return [
    ...manifest.older.flatMap(reviewDates),
    ...unknownVersions(manifest),
    // Of what is gone nothing is shown.
    ...manifest.older.filter(({ gone }) => !gone).flatMap(({ name }) => reviewVersion(name, manifest, app)),
  ]
}

function reviewDates({ name, deprecatedAt, sunsetAt }: OlderManifest): readonly Finding[] {
  const place = `app/versions/${name}`
  const wrong = Object.entries({ deprecatedAt, sunsetAt }).filter(
    ([, date]) => date !== undefined && !(typeof date === 'string' && isDate(date)),
  )
  if (wrong.length > 0) {
    return wrong.map(([word, date]) =>
      appFindings.VERSION_DATE(`${place}/${word}`, `${JSON.stringify(date)} is not a day of the calendar`),
    )
  }
  if (deprecatedAt === undefined || sunsetAt === undefined || deprecatedAt <= sunsetAt) return []
  return [appFindings.VERSION_DATE(place, `its sunset ${sunsetAt} lies before its deprecation ${deprecatedAt}`)]
}

function unknownVersions({ version, older, resources, services }: AppManifest): readonly Finding[] {
  const known = new Set(older.map(({ name }) => name))
  const unknown = (place: string, presented: Readonly<Record<string, unknown>>) =>
    Object.keys(presented)
      .filter((name) => !known.has(name))
      .map((name) =>
        name === version
          ? appFindings.VERSION_UNKNOWN(
              `${place}/presents(${name})`,
              `${name} is the current version, whose shape is the declaration itself`,
              'Say it of an older version, or change the declaration.',
            )
          : appFindings.VERSION_UNKNOWN(`${place}/presents(${name})`, `the app has no version ${name}`),
      )
  return [
    ...resources.flatMap(({ name, presented }) => unknown(`resources/${name}`, presented)),
    ...services.flatMap(({ name: service, operations }) =>
      operations.flatMap(({ name, presented }) => unknown(`services/${service}/operations/${name}`, presented)),
    ),
  ]
}

function reviewVersion(version: string, manifest: AppManifest, app: App): readonly Finding[] {
  const old = manifestIn(manifest, version)
  const differences = [
    ...manifest.resources.flatMap((resource) => reviewResourceIn(old, resource, app)),
    ...manifest.services.flatMap(({ operations }) =>
      operations.flatMap((operation) => reviewOperationIn(old, operation, app)),
    ),
  ]
  return differences.length > 0 ? differences : reviewWhole(old)
}

function reviewResourceIn(old: AppManifest, { name, fields }: ResourceManifest, app: App): readonly Finding[] {
  const { version } = old
  const differing = declaredResources(app).find((each) => each.name === name)?.presented[version]
  const actions = old.resources.find((each) => each.name === name)?.actions
  if (!differing || actions === undefined) return []
  return reviewDifference(
    { version, owner: name, place: `resources/${name}/presents(${version})`, now: fields, differing },
    {
      isShown: true,
      isGiven: (['create', 'update', 'replace'] as const).some((action) => actions[action] !== undefined),
      fixed: 'id',
      reviewNames: reviewRowNames,
    },
  )
}

function reviewOperationIn(old: AppManifest, operation: OperationManifest, app: App): readonly Finding[] {
  const { version } = old
  const { service, name, input, output, presented } = operation
  if (presented[version] === null) return []
  const place = `services/${service}/operations/${name}/presents(${version})`
  if (output.kind === 'row' && !old.resources.some((resource) => resource.name === output.resource)) {
    const reason = `it gives a row of ${output.resource}, which ${version} does not have`
    return [appFindings.VERSION_OUTPUT(place, reason)]
  }
  const differing = differingOf(app, service, name, version)
  if (differing === undefined) return []
  const owner = `${service}.${name}`
  if (output.kind !== 'fields' && differs(differing.output)) {
    const reason =
      output.kind === 'row' ? `it gives a row, and ${output.resource} says how that looked` : 'it gives nothing'
    return [appFindings.VERSION_OUTPUT(`${place}/output`, reason)]
  }
  return [
    ...reviewDifference(
      { version, owner, place: `${place}/input`, now: input, differing: differing.input },
      { isShown: false, isGiven: true, reviewNames: reviewFieldNames },
    ),
    ...reviewDifference(
      {
        version,
        owner,
        place: `${place}/output`,
        now: output.kind === 'fields' ? output.fields : {},
        differing: differing.output,
      },
      { isShown: true, isGiven: false, reviewNames: reviewFieldNames },
    ),
  ]
}

function differingOf(app: App, service: string, operation: string, version: string): OperationDiffering | undefined {
  const declared = app.services.find(({ name }) => name === service) as AnyService
  const presented: Readonly<Record<string, OperationDiffering | null>> = declared.presented[operation] ?? {}
  return presented[version] ?? undefined
}

function differs({ difference }: Differing): boolean {
  return Object.values(difference).some((part) => Object.keys(part).length > 0)
}

/** What follows from all differences together: addresses and queries of the version. */
function reviewWhole(old: AppManifest): readonly Finding[] {
  const { version, resources, services } = old
  return [
    ...resources.flatMap((resource) => reviewPaths(`versions/${version}/resources/${resource.name}`, resource)),
    ...services.flatMap(({ operations }) =>
      operations.flatMap((operation) => {
        const place = `versions/${version}/services/${operation.service}/operations/${operation.name}`
        return [...reviewAddress(place, operation), ...reviewInput(place, operation)]
      }),
    ),
    ...reviewRoutes(old, `versions/${version}/`),
  ]
}
