import type { Page } from '../api/rest/server.ts'
import type { AppManifest } from '../app/manifest.ts'

/** The pages beside the API: its description for programs and for people. Made when first asked for. */
export function documents(
  manifest: AppManifest,
  _options: { readonly development: boolean },
): Readonly<Record<string, Page>> {
  void manifest
  return {}
}
