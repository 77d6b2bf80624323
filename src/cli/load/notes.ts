import type { ArrivalFacts, LoadReport } from '../../load/report.ts'
import { countText, digits, msText } from './words.ts'

/** What keeps the figures of a report from meaning what they seem to, a sentence or two each. */
export function notesOf(report: LoadReport): readonly string[] {
  const { profile, arrivals, unfinished, cutShort, seconds } = report
  return [
    ...(cutShort === null ? [] : [`Cut short after ${digits(seconds)} s: ${cutShort}.`]),
    ...saturationNote(report),
    ...(arrivals === null || arrivals.dropped === 0 ? [] : [droppedNote(arrivals)]),
    ...(unfinished === 0
      ? []
      : [
          `${countText(unfinished)} visits had not ended when the wait for them was given up; what they asked last is not counted.`,
        ]),
    ...(profile.model.kind === 'open'
      ? []
      : [
          'Users waited for their answers: when the server stood still they asked less, and the latencies do not show it.',
        ]),
  ]
}

function saturationNote({ saturation, series, arrivals }: LoadReport): readonly string[] {
  const { generatorSaturatedSeconds, loopLagMsMax } = saturation
  if (generatorSaturatedSeconds === 0) return []
  const late = arrivals === null ? '' : `, arrivals began up to ${msText(arrivals.lateMs.max)} late`
  return [
    `The generator was saturated in ${generatorSaturatedSeconds} of ${series.length} seconds (its event loop was held up for up to ${msText(loopLagMsMax)}${late}): the latencies include what they waited for it. Lower the rate, or give it a machine of its own.`,
  ]
}

function droppedNote({ begun, dropped }: ArrivalFacts): string {
  return `${countText(dropped)} of ${countText(begun + dropped)} arrivals were dropped, because too many were under way (inFlight): the latencies leave them out, and so look better than they were.`
}
