import type { App } from './app.ts'
import type { AppManifest } from './manifest.ts'
import { reviewAdoption } from './review/adoption.ts'
import { reviewExternals } from './review/external.ts'
import type { Finding } from './review/finding.ts'
import { reviewMigration } from './review/migration.ts'
import { reviewMounts } from './review/mount.ts'
import { reviewNames } from './review/names.ts'
import { reviewOperations } from './review/operation.ts'
import { reviewResource } from './review/resource.ts'
import { reviewServices } from './review/service.ts'
import { reviewVersions } from './review/version.ts'

export { appFindings } from './review/codes.ts'
export type { Finding, Severity } from './review/finding.ts'

/**
 * Whether an app makes sense by itself, whatever it runs on: everything that is wrong with it, in the order in which it was
 * declared. Types refuse most of this already; what came from JavaScript, or from values that types do not see, is found here.
 */
export function reviewApp(manifest: AppManifest, app: App): readonly Finding[] {
  const now = [
    ...reviewNames(manifest),
    ...manifest.resources.flatMap((resource) => reviewResource(resource, manifest)),
    ...manifest.resources.flatMap((resource) => reviewAdoption(resource, manifest)),
    ...reviewOperations(manifest, app),
    ...reviewServices(manifest, app),
    ...reviewExternals(manifest, app),
    ...reviewMounts(manifest, app),
    ...reviewMigration(manifest, app),
  ]
  // What a version makes of an app that makes no sense would be guesses.
  return now.some(({ severity }) => severity === 'error') ? now : [...now, ...reviewVersions(manifest, app)]
}
