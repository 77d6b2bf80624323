import { styleText } from 'node:util'
import { wrapped } from '../../topology/text.ts'
import type { Explanation, Step } from './explanation.ts'

/** An explanation as people read it. */
export function explanationText(explanation: Explanation): string {
  const { request, route, operation, description, access, facts, steps, total, problem, mend } = explanation
  return [
    styleText('bold', request),
    '',
    ...row('route', route),
    ...row('operation', description === undefined ? operation : `${operation}: ${description}`),
    ...row('access', access.says),
    ...Object.entries(facts).flatMap(([label, words]) => row(label, words)),
    ...steps.flatMap((step, at) => ['', ...stepLines(step, at + 1)]),
    ...(steps.length < 2 || total === null ? [] : ['', ...row('in all', total.says)]),
    ...(problem === undefined
      ? []
      : [
          '',
          ...row('refused', `${problem.status} ${problem.code}: ${problem.detail}`),
          ...row('', problem.hint),
          ...(mend === undefined ? [] : row('mend', mend)),
        ]),
  ].join('\n')
}

function stepLines(step: Step, number: number): readonly string[] {
  const { does, filter, statement, together, plan, warnings, batching, cost } = step
  return [
    ...wrapped(does, `  ${number}. `, '     '),
    ...(filter === undefined ? [] : row('filter', filter, 5)),
    ...statement.split('\n').flatMap((line, at) => row(at === 0 ? 'statement' : '', line, 5)),
    ...(together === undefined ? [] : row('together', together, 5)),
    ...plan.flatMap((line, at) => row(at === 0 ? 'plan' : '', line, 5)),
    ...warnings.flatMap((warning) => row('warning', warning, 5)),
    ...row('batching', batching, 5),
    ...row('cost', cost.says, 5),
  ]
}

const labelWidth = 13

function row(label: string, words: string, indent = 2): readonly string[] {
  const margin = ' '.repeat(indent)
  return wrapped(words, `${margin}${label.padEnd(labelWidth)}`, `${margin}${' '.repeat(labelWidth)}`)
}
