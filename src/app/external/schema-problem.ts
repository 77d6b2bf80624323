import { compileSchema } from '../validator.ts'
import type { ExternalCall, ExternalManifest } from './manifest.ts'

/** Why the schemas of a call cannot be used; undefined where they can. It compiles them all, which takes milliseconds. */
export function schemaProblem(
  { input, answers }: ExternalCall,
  schemas: ExternalManifest['schemas'],
): string | undefined {
  try {
    for (const schema of [input, ...Object.values(answers)]) {
      if (schema !== null) compileSchema({ allOf: [schema], components: { schemas } })(null)
    }
    return undefined
  } catch (error) {
    return `its schema cannot be used: ${(error as Error).message}`
  }
}
