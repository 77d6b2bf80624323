import type { Log, LogFacts } from '../app/log.ts'
import type { Context } from '../core/context.ts'
import type { Telemetry } from '../core/telemetry.ts'

type Level = Parameters<Telemetry['log']>[0]

/** Makes the `log` of an operation's handlers. `privateNames`: the fields that it can read and no client may see. */
export function handlerLog(
  telemetry: Telemetry,
  operation: string,
  privateNames: Iterable<string>,
): (context: Context) => Log {
  const hidden = new Set([...privateNames].map(plain))
  return ({ requestId }) => {
    const at =
      (level: Level) =>
      (message: string, facts: LogFacts = {}): void => {
        const told = shown(facts, hidden, 0)
        const own = typeof told === 'object' && !Array.isArray(told) ? told : { facts: told }
        telemetry.log(level, shortened(String(message)), { ...own, operation, requestId })
      }
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  }
}

const leftOut = '[left out]'
const depthMax = 4
const membersMax = 50
const textMax = 2_000

/** What is named like this is nobody's to read, wherever it stands. */
const secret = /(password|passwd|passphrase|secret|token|authorization|cookie|credential|apikey|privatekey)s?$/

/** The same value as a log may have it: of plain data, of bounded size, and without secrets. */
function shown(value: unknown, hidden: ReadonlySet<string>, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return shortened(value)
    case 'bigint':
      return String(value)
    case 'function':
    case 'symbol':
      return leftOut
    case 'object':
      if (value === null) return null
      break
    default:
      return value
  }
  if (depth === depthMax) return leftOut
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (Array.isArray(value)) return value.slice(0, membersMax).map((member) => shown(member, hidden, depth + 1))
  const told: Record<string, unknown> = {}
  for (const name of namesOf(value).slice(0, membersMax))
    told[name] = isHidden(name, hidden) ? leftOut : shown(memberOf(value, name), hidden, depth + 1)
  return told
}

/** What an error says of itself cannot be listed, and what else hangs on it is often a whole request with its headers. */
function namesOf(value: object): readonly string[] {
  return value instanceof Error
    ? ['name', 'message', 'code', 'stack', 'cause'].filter((name) => name in value)
    : Object.keys(value)
}

function memberOf(value: object, name: string): unknown {
  try {
    return (value as Readonly<Record<string, unknown>>)[name]
  } catch {
    return leftOut // A getter that fails is not worth the handler's answer.
  }
}

function isHidden(name: string, hidden: ReadonlySet<string>): boolean {
  const bare = plain(name)
  return hidden.has(bare) || secret.test(bare)
}

/** `api_key`, `apiKey` and `API-Key` are one name. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

function shortened(text: string): string {
  return text.length > textMax ? `${text.slice(0, textMax)}…` : text
}
