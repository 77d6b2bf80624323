import type { Scheduler } from '../core/scheduler.ts'
import type { FillProgress } from '../data/migration/fill.ts'
import type { ImportProgress } from '../runtime/seed.ts'

/** Shows how long work goes, an import unless other words are given. */
export interface ProgressDisplay {
  readonly show: (progress: Rows | Exclude<ImportProgress, { kind: 'rows' }>) => void
  readonly end: () => void
}

export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }

type Rows = Omit<Extract<ImportProgress, { kind: 'rows' }>, 'committed'>
type Part = Rows & { readonly rate: Rate }

/** When a part was begun, and with how many rows in: those that were there before cost nothing. */
interface Rate {
  readonly beganMs: number
  readonly from: number
}

/** Between two lines about one part, where the output is no terminal. */
const quietMs = 10_000
const barWidth = 20

/** On a terminal a bar for each part that redraws itself; elsewhere a line when a part is done, and while it takes long. */
export function progressDisplay(
  output: Output,
  { monotonicMs }: Pick<Scheduler, 'monotonicMs'>,
  words: Words = importing,
): ProgressDisplay {
  const beganMs = monotonicMs()
  let part: Part | undefined
  let saidMs = beganMs
  const draw = (text: string) => output.write(`\r\u001b[2K${text.slice(0, (output.columns ?? 80) - 1)}`)
  const endPart = () => {
    if (part === undefined) return
    if (output.isTTY) output.write('\n')
    else output.write(`${doneText(words, part, monotonicMs())}\n`)
    part = undefined
  }
  const showRows = (progress: Rows) => {
    const nowMs = monotonicMs()
    // A part is over when the next begins: how many rows it has is known only then.
    if (progress.seed !== part?.seed || progress.resource !== part.resource) {
      endPart()
      saidMs = nowMs
    }
    part = { ...progress, rate: part?.rate ?? { beganMs: nowMs, from: progress.done } }
    if (output.isTTY) draw(barText(words, part, nowMs))
    else if (nowMs - saidMs >= quietMs) {
      output.write(`${words.doing} ${part.resource}: ${progressText(part, nowMs)}\n`)
      saidMs = nowMs
    }
  }
  return {
    show(progress) {
      switch (progress.kind) {
        case 'rows':
          showRows(progress)
          break
        case 'step':
          endPart()
          if (output.isTTY) draw(progress.step)
          // Behind a short import they are short as well.
          else if (monotonicMs() - beganMs >= quietMs) output.write(`${progress.step}\n`)
          break
      }
    },
    end() {
      endPart()
      if (output.isTTY) draw('')
    },
  }
}

/** The same for values that rows get which were stored without them. */
export function fillDisplay(
  output: Output,
  scheduler: Pick<Scheduler, 'monotonicMs'>,
): { readonly show: (progress: FillProgress) => void; readonly end: () => void } {
  const { show, end } = progressDisplay(output, scheduler, filling)
  return { show: ({ part, ...counts }) => show({ kind: 'rows', seed: '', resource: part, ...counts }), end }
}

interface Words {
  readonly doing: string
  readonly done: (count: string, what: string) => string
}

const importing: Words = { doing: 'importing', done: (count, what) => `imported ${count} ${what}` }
const filling: Words = {
  doing: 'filling',
  done: (count, what) => `filled ${what} in ${count} ${count === '1' ? 'row' : 'rows'}`,
}

/** `3,000,000 rows`. */
export function countText(count: number, word: string): string {
  return `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`
}

/** `0.4 s`, `58 s`, `3 min 5 s`, `2 h 4 min`. */
export function durationText(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  const minutes = Math.floor(whole / 60)
  if (minutes === 0) return `${whole} s`
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

function barText({ doing }: Words, part: Part, nowMs: number): string {
  const { resource, done, total } = part
  const filled = done >= total ? barWidth : Math.floor((done / total) * barWidth)
  return `${doing} ${resource.padEnd(12)} ${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${progressText(part, nowMs)}`
}

/** `1,200,000 of 3,000,000, 31,000 a second, 58 s left`. */
function progressText({ done, total, rate }: Part, nowMs: number): string {
  const seconds = (nowMs - rate.beganMs) / 1000
  const perSecond = (done - rate.from) / seconds
  const counts = `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`
  // The first second says little about those to come.
  if (seconds < 1 || perSecond === 0 || done >= total) return counts
  const left = durationText(Math.ceil((total - done) / perSecond))
  return `${counts}, ${Math.round(perSecond).toLocaleString('en')} a second, ${left} left`
}

function doneText(words: Words, { resource, done, total, rate }: Part, nowMs: number): string {
  const count =
    done < total ? `${done.toLocaleString('en')} of ${total.toLocaleString('en')}` : done.toLocaleString('en')
  const seconds = (nowMs - rate.beganMs) / 1000
  return `${words.done(count, resource)}${seconds < 1 ? '' : ` in ${durationText(seconds)}`}`
}
