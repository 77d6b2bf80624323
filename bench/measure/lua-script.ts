import type { RequestPlan } from './request-plan.ts'

/**
 * The script that makes `wrk` send a plan and print one line of JSON at the end. Requests without a unique part are
 * written once, before the clock runs, because the generator shares the machine with what it measures; statuses are
 * counted one by one where rows are written, elsewhere `wrk` counts what is above 399.
 *
 * `offset` is the number of ids that earlier runs on the same rows have used, `run` keeps the unique texts of runs apart.
 */
export const luaScriptOf = (plan: RequestPlan, { run, offset, seed }: ScriptOptions): string => {
  const lines: string[] = []
  lines.push(plan.ids === undefined ? `ids = { '' }` : readingOf(plan.ids.file))
  lines.push(`n = ${offset}`, `math.randomseed(${seed})`)
  lines.push(`headers = { ${entriesOf(plan.headers ?? {})} }`)
  lines.push(
    `make = function(id, unique) return wrk.format(${quote(plan.method)}, ${partsOf(plan.path)}, headers, ${plan.body === undefined ? 'nil' : partsOf(plan.body)}) end`,
  )
  const index = plan.ids?.draw === 'random' ? 'math.random(#ids)' : '(n - 1) % #ids + 1'
  if (isUnique(plan)) {
    lines.push(`request = function() n = n + 1 return make(ids[${index}], ${quote(`${run}-`)} .. n) end`)
  } else {
    lines.push(`ready = {}`, `init = function() for i = 1, #ids do ready[i] = make(ids[i], '') end end`)
    lines.push(`request = function() n = n + 1 return ready[${index}] end`)
  }
  if (plan.method !== 'GET') {
    lines.push(`counts = {}`)
    lines.push(`response = function(status) counts[status] = (counts[status] or 0) + 1 end`)
  }
  lines.push(closing)
  return `${lines.join('\n')}\n`
}

export type ScriptOptions = { readonly run: string; readonly offset: number; readonly seed: number }

const isUnique = (plan: RequestPlan): boolean => `${plan.path}${plan.body ?? ''}`.includes('{unique}')

const readingOf = (file: string): string => `ids = {}\nfor line in io.lines(${quote(file)}) do ids[#ids + 1] = line end`

const entriesOf = (headers: Readonly<Record<string, string>>): string =>
  Object.entries(headers)
    .map(([name, value]) => `[${quote(name)}] = ${quote(value)}`)
    .join(', ')

const partsOf = (text: string): string =>
  text
    .split(/(\{id\}|\{unique\})/)
    .filter((part) => part !== '')
    .map((part) => (part === '{id}' ? 'id' : part === '{unique}' ? 'unique' : quote(part)))
    .join(' .. ')

/** JSON escapes what Lua escapes, for the printable ASCII that plans consist of. */
const quote = (text: string): string => JSON.stringify(text)

/** `wrk` calls `setup` once per thread and `done` once, in another Lua state than the one that sends. */
const closing = `threads = {}
setup = function(thread) threads[#threads + 1] = thread end
done = function(summary, latency)
  local statuses = {}
  for _, thread in ipairs(threads) do
    for status, count in pairs(thread:get('counts') or {}) do
      statuses[#statuses + 1] = '"' .. status .. '":' .. count
    end
  end
  local errors = summary.errors
  print(string.format('BENCH {"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"above399":%d,"socket":%d,"statuses":{%s}}',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, table.concat(statuses, ',')))
end`
