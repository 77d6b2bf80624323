import { differenceInWords, endInWords } from '../../app/version/words.ts'
import type { Operation } from '../../service/operation.ts'
import type { World } from './world.ts'

/** What is to be said of a request of an older version; nothing of one of the current version. */
export function versionFacts({ runtime: { manifest } }: World, operation: Operation): Readonly<Record<string, string>> {
  const older = manifest.older.find(({ name }) => name === operation.version)
  return older === undefined ? {} : { version: endInWords(older), ...differenceFacts(manifest, operation) }
}

function differenceFacts({ resources, services }: World['runtime']['manifest'], operation: Operation) {
  const { version } = operation
  if (operation.kind === 'generated') {
    const difference = resources.find(({ name }) => name === operation.view.model.name)?.presented[version]
    return { rows: difference ? differenceInWords(difference) : 'as they are now' }
  }
  const { service, name, output } = operation.manifest
  const presented = services.find((each) => each.name === service)?.operations.find((each) => each.name === name)
    ?.presented[version]
  const row =
    output.kind === 'row' ? resources.find((each) => each.name === output.resource)?.presented[version] : undefined
  const given = row ?? presented?.output
  return {
    ...(presented ? { takes: differenceInWords(presented.input) } : {}),
    ...(given ? { gives: differenceInWords(given) } : {}),
  }
}
