/** What a trace of system calls tells of the answers to creates. */
export interface TraceVerdict {
  /** How many creates were answered with 201. */
  readonly answers: number
  /** How often the write-ahead log was synced. */
  readonly syncs: number
  /** The values whose 201 went out before the log that has them was synced. */
  readonly early: readonly string[]
}

/**
 * Reads what `strace -f -y` wrote of a server. A value was durable before its answer if the call that wrote it to the log had
 * returned, and then a sync of the log was begun and returned without error, before the call that wrote the answer was begun.
 * `value` finds the values, each of which must come from one create only.
 */
export function judgeTrace(trace: string, value: RegExp): TraceVerdict {
  const written = new Set<string>()
  const synced = new Set<string>()
  const begun = new Map<string, Call>()
  const verdict = { answers: 0, syncs: 0, early: [] as string[] }

  const begin = (thread: string, text: string): Call | undefined => {
    const [, name, file] = /^(\w+)\(\d+<([^>]*)>/.exec(text) ?? []
    if (name === undefined || file === undefined) return undefined
    const values = [...new Set(text.match(value))]
    const call: Call = { name, file, values, covers: name.endsWith('sync') ? [...written] : [] }
    begun.set(thread, call)
    if (/HTTP\/1\.1 201 /.test(text)) {
      verdict.answers++
      verdict.early.push(...values.filter((one) => !synced.has(one)))
    }
    return call
  }
  const finish = ({ name, file, values, covers }: Call, result: number) => {
    if (!file.endsWith('-wal') || result < 0) return
    if (name.endsWith('sync')) {
      verdict.syncs++
      for (const one of covers) synced.add(one)
    } else {
      for (const one of values) written.add(one)
    }
  }

  for (const line of trace.split('\n')) {
    const [, thread, text] = /^(\d+) +(.*)$/.exec(line) ?? []
    if (thread === undefined || text === undefined) continue
    // A call of one thread is told in two parts when another thread makes one meanwhile.
    const call = text.startsWith('<... ') ? begun.get(thread) : begin(thread, text)
    const result = / = (-?\d+)[^=]*$/.exec(text)
    if (call !== undefined && result !== null && !text.endsWith('<unfinished ...>')) finish(call, Number(result[1]))
  }
  return verdict
}

interface Call {
  readonly name: string
  readonly file: string
  readonly values: readonly string[]
  /** Of a sync: what had been written when it began. */
  readonly covers: readonly string[]
}
