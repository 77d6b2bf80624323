import assert from 'node:assert/strict'

/** Compares what was printed with what a page shows of it, in which `…` stands for anything. */
export function assertPrinted(printed: string, shown: { readonly language: string; readonly code: string }): void {
  if (shown.language === 'json') {
    const actual = JSON.parse(printed.slice(printed.search(/[{[]/))) as unknown
    const expected = JSON.parse(shown.code) as unknown
    assert.deepEqual(withoutHidden(actual, expected), expected)
    return
  }
  const pattern = shown.code
    .trim()
    .split('…')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[\\s\\S]*?')
  assert.match(printed.trim().replaceAll('\r', ''), new RegExp(`^${pattern}$`))
}

/** The actual value with `…` wherever the page has it; a member `"…"` hides all that the page does not name. */
function withoutHidden(actual: unknown, expected: unknown): unknown {
  if (expected === '…') return '…'
  if (Array.isArray(actual) && Array.isArray(expected)) {
    const rest = expected.at(-1) === '…' ? expected.length - 1 : actual.length
    const shown = actual.slice(0, rest).map((item, at) => withoutHidden(item, expected[at]))
    return expected.at(-1) === '…' ? [...shown, '…'] : shown
  }
  if (isRecord(actual) && isRecord(expected)) {
    const hides = '…' in expected
    const names = Object.keys(actual).filter((name) => !hides || name in expected)
    const shown = names.map((name) => [name, withoutHidden(actual[name], expected[name])])
    return Object.fromEntries(hides ? [...shown, ['…', '…']] : shown)
  }
  return actual
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
