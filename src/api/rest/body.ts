import { apiErrors } from '../errors.ts'

const depthMax = 32

/** Parses a JSON body: refuses what is deeper than 32 levels and members named `__proto__`. */
export function parseBody(text: string): unknown {
  if (text === '') return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw apiErrors.MALFORMED_BODY(
      `the body is not JSON: ${(error as Error).message.replace(/ in JSON.*$/s, '').slice(0, 100)}`,
    )
  }
  checkDepth(value, 1)
  return value
}

function checkDepth(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return
  if (depth > depthMax) throw apiErrors.MALFORMED_BODY(`the body is more than ${depthMax} levels deep`)
  if (Array.isArray(value)) {
    for (const member of value) if (typeof member === 'object') checkDepth(member, depth + 1)
    return
  }
  for (const name in value) {
    if (name === '__proto__') throw apiErrors.MALFORMED_BODY('the body has a member named __proto__')
    const member = (value as Record<string, unknown>)[name]
    if (typeof member === 'object') checkDepth(member, depth + 1)
  }
}
