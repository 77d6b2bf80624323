import type { FieldDeclaration } from '../field.ts'
import { patternSamples } from './pattern.ts'

/** A text that fits its field: what its name suggests, else what its pattern allows. */
export function textOf(
  name: string,
  field: FieldDeclaration & { readonly kind: 'text' },
  resource: string,
): string | undefined {
  const { default: given, minLength = 0, maxLength, pattern } = field
  if (typeof given === 'string') return given
  const suggested = suggestionFor(name, resource)
  if (pattern === undefined) {
    // By characters, as lengths are counted.
    return [...suggested].slice(0, maxLength).join('').trimEnd().padEnd(minLength, 'x')
  }
  const whole = new RegExp(`^(?:${pattern})$`, 'u')
  const fits = (text: string) => text.length >= minLength && text.length <= maxLength && whole.test(text)
  for (const candidate of [suggested, ...plain]) if (fits(candidate)) return candidate
  for (const sample of patternSamples(pattern)) if (fits(sample)) return sample
  return undefined
}

function suggestionFor(name: string, resource: string): string {
  const found = suggestions.find(([pattern]) => pattern.test(name))
  if (found !== undefined) return found[1]
  if (name === 'id') return `${singular(resource)}-1`
  if (/name$/i.test(name)) return `Example ${singular(resource)}`
  return `Example ${words(name)}`
}

const suggestions: readonly (readonly [RegExp, string])[] = [
  [/mail/i, 'ada@example.com'],
  [/phone|mobile/i, '+31201234567'],
  [/url|website|homepage|link$/i, 'https://example.com'],
  [/^(first|given)_?name$/i, 'Ada'],
  [/^(last|family|sur)_?name$/i, 'Lovelace'],
  [/^(passenger|customer|owner|author|user|recipient|sender|assignee|creator|member)(id)?$/i, 'ada'],
  [/city|town/i, 'New York'],
  [/country/i, 'United States'],
  [/^(state|province|region)$/i, 'NY'],
  [/street|address/i, '1 Main Street'],
  [/zip|post(al)?_?code/i, '10001'],
  [/^(origin|from|departure)/i, 'JFK'],
  [/^(destination|to$|arrival)/i, 'LAX'],
  [/number$/i, 'BA117'],
  [/currency/i, 'EUR'],
  [/language|locale/i, 'en'],
  [/colou?r/i, '#336699'],
  [/slug|handle/i, 'a-first-example'],
  [/title|subject/i, 'A first example'],
  [/receipt/i, 'receipt-1024'],
]

/** Tried in this order where a pattern has to be met. */
const plain = ['JFK', 'EU', 'ABC-123', 'a-first-example', 'example', 'Example', '12345', '1', 'A', 'a']

function singular(resource: string): string {
  return words(resource.replace(/ies$/, 'y').replace(/([^s])s$/, '$1'))
}

/** `seatsLeft` as words: `seats left`. */
function words(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]/g, ' ')
    .toLowerCase()
}
