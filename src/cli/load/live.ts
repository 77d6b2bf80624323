import type { Plan } from '../../load/plan.ts'
import type { Second } from '../../load/report.ts'
import type { Step } from '../../load/run.ts'
import { coloured, countText, fitting, msText, percentText } from './words.ts'

/** Shows what happens while it happens: on a terminal two lines that redraw themselves, elsewhere a line every five seconds. */
export interface LiveView {
  step(step: Step): void
  second(second: Second): void
  /** Leaves the place to what is printed next. */
  end(): void
}

const everySeconds = 5

export function liveView(output: LiveOutput, plan: Plan): LiveView {
  return output.isTTY === true ? terminalView(output, plan) : plainView(output, plan)
}

/** As much of a stream as is needed here. */
export type LiveOutput = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }

function terminalView(output: LiveOutput, plan: Plan): LiveView {
  let errors = 0
  let drawn = 0
  const draw = (lines: readonly string[]) => {
    // Up to the first of the lines before, then over each of them.
    output.write(`${drawn > 1 ? `\u001b[${drawn - 1}A` : ''}\r`)
    output.write(lines.map((line) => `\u001b[2K${fitting(line, (output.columns ?? 80) - 1)}`).join('\n'))
    drawn = lines.length
  }
  const clear = () => {
    if (drawn > 0) draw(Array.from({ length: drawn }, () => ''))
    if (drawn > 1) output.write(`\u001b[${drawn - 1}A`)
    output.write('\r')
    drawn = 0
  }
  return {
    step(step) {
      if (step !== 'load') draw([stepText(step, plan), ...Array.from({ length: Math.max(0, drawn - 1) }, () => '')])
    },
    second(second) {
      errors += second.errors
      draw([`${barText(second.at * 1000, plan)}   ${trafficText(second, errors, output)}`, detailText(second, output)])
    },
    end: clear,
  }
}

function plainView(output: LiveOutput, plan: Plan): LiveView {
  let errors = 0
  let told = 0
  return {
    step(step) {
      if (step !== 'load') output.write(`${stepText(step, plan)}\n`)
    },
    second(second) {
      errors += second.errors
      if (second.at < told + everySeconds - 0.5) return
      told = second.at
      output.write(
        `${Math.round(second.at)} s   ${trafficText(second, errors, output)}   ${detailText(second, output)}\n`,
      )
    },
    end: () => {},
  }
}

function stepText(step: Exclude<Step, 'load'>, { name, model }: Plan): string {
  switch (step) {
    case 'setup':
      return `${name}: setting up`
    case 'users':
      return `${name}: ${countText(model.users)} ${model.users === 1 ? 'user gets' : 'users get'} ready`
    case 'drain':
      return `${name}: waiting for those under way`
    case 'verify':
      return `${name}: verifying`
  }
}

const barWidth = 20

function barText(ms: number, { name, durationMs }: Plan): string {
  const filled = Math.min(barWidth, Math.floor((ms / durationMs) * barWidth))
  return `${name} ${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${Math.round(ms / 1000)} of ${Math.round(durationMs / 1000)} s`
}

/** Of the second that has ended; the errors are all so far. */
function trafficText({ requests, seconds, dropped, inFlight }: Second, errors: number, output: LiveOutput): string {
  const told = `errors ${countText(errors)}`
  const parts = [
    `${countText(Math.round(requests / Math.max(seconds, 0.001)))}/s`,
    errors === 0 ? told : coloured('red', told, output),
    `in flight ${countText(inFlight)}`,
    ...(dropped === 0 ? [] : [coloured('red', `dropped ${countText(dropped)}`, output)]),
  ]
  return parts.join('   ')
}

function detailText({ latencyMs, readings, isGeneratorSaturated }: Second, output: LiveOutput): string {
  const generator = `generator ${percentText(readings.loopBusy)} busy`
  const parts = [
    `p50 ${msText(latencyMs?.p50)}   p95 ${msText(latencyMs?.p95)}   p99 ${msText(latencyMs?.p99)}`,
    ...(readings.serverCores === null ? [] : [`server ${readings.serverCores.toFixed(2)} cores`]),
    isGeneratorSaturated ? coloured('yellow', `${generator}: SATURATED`, output) : generator,
  ]
  return parts.join('   ')
}
