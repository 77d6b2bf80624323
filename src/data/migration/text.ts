import type { Fill, Refusal, Step } from './step.ts'
import { columnNamed, type Derived, type StoredModel, tableNamed } from './stored.ts'

/** What a step is called: in plans, in the history, and where it has to be named to be done. */
export function stepName(step: Step, model: StoredModel): string {
  switch (step.kind) {
    case 'createTable':
      return `create table ${step.table.knownAs.at(-1) ?? step.table.name}`
    case 'nameTable':
      return `rename table ${tableText(model, step.table)} to ${step.name}`
    case 'leaveTable':
      return `stop using table ${tableText(model, step.table)}`
    case 'setAsideTable':
      return `set aside table ${tableText(model, step.table)}`
    case 'renameTable':
      return `contract table ${step.to}`
    case 'dropTable':
      return `drop table ${tableText(model, step.table)}`
    case 'addColumn':
      return `add column ${tableText(model, step.table)}.${step.column.fills?.field ?? step.column.knownAs.at(-1)}`
    case 'nameColumn':
      return `rename column ${columnText(model, step.table, step.column)} to ${step.name}`
    case 'leaveColumn':
      return `stop using column ${columnText(model, step.table, step.column)}`
    case 'setAsideColumn':
      return `set aside column ${columnText(model, step.table, step.column)}`
    case 'renameColumn':
      return `contract column ${tableText(model, step.table)}.${step.to}`
    case 'dropColumn':
      return `drop column ${columnText(model, step.table, step.column)}`
    case 'fill':
      return `fill column${step.targets.length === 1 ? '' : 's'} ${fieldsText(step, model)}`
    case 'createIndex':
      return `create ${step.index.isUnique ? 'unique ' : ''}index ${indexText(model, step.table, step.index.columns)}`
    case 'dropIndex':
      return `drop index ${indexText(
        model,
        step.table,
        tableNamed(model, step.table).indexes.find(({ name }) => name === step.index)!.columns,
      )}`
    case 'beginLoad':
      return `begin load of ${tableText(model, step.table)}`
    case 'endLoad':
      return `end load of ${tableText(model, step.table)}`
    case 'makeDerived':
      return `make ${derivedText(model, step.table, step.derived)}`
    case 'dropDerived':
      return `drop ${derivedText(model, step.table, step.derived)}`
    case 'follow': {
      const { sources, target } = step.follow
      return `keep column ${columnText(model, step.table, target)} in step with ${sources
        .map((source) => columnText(model, step.table, source))
        .join(', ')}`
    }
    case 'unfollow':
      return `let column ${columnText(model, step.table, step.target)} be`
  }
}

/** The fields that are filled: `flights.firstName, flights.lastName`. */
export function fieldsText({ table, targets }: Fill, model: StoredModel): string {
  return targets.map(({ field }) => `${tableText(model, table)}.${field}`).join(', ')
}

/** What a step does, as a sentence. `lost`: how many rows lose a value by it; `rows`: how many it concerns. */
export function stepEffect(step: Step, lost: number, rows: number, isReversible: boolean): string {
  switch (step.kind) {
    case 'createTable':
      return 'A new resource.'
    case 'nameTable':
      return 'Its rows stay where they are, and versions of the app that know the old name go on with it.'
    case 'leaveTable':
      return 'This version has no such resource. Its rows are kept.'
    case 'setAsideTable':
      return `Its ids or slots are of another kind: this version begins without its ${rowsText(lost)}. They are kept, but no version reads them.`
    case 'nameColumn':
      return 'Its values stay where they are, and versions of the app that know the old name go on with it.'
    case 'renameTable':
    case 'renameColumn':
      return 'Versions of the app that know only an old name can no longer open these data.'
    case 'dropTable':
      return lost === 0 ? 'It is empty.' : `Its ${rowsText(lost)} are gone.`
    case 'addColumn':
      if (step.column.state === 'unfinished') return 'It is filled before this version reads it.'
      return step.default === undefined || step.default === null
        ? 'Rows that are there have no value for it.'
        : 'Rows that are there have its default.'
    case 'leaveColumn':
      return 'This version has no such field. Its values are kept.'
    case 'setAsideColumn':
      return lost === 0
        ? 'A new one takes its name; no version reads it any more.'
        : `A new one takes its name: this version begins without its values in ${rowsText(lost)}. They are kept, but no version reads them.`
    case 'dropColumn':
      return lost === 0
        ? 'It has no values, or only such as follow from others.'
        : `Its values in ${rowsText(lost)} are gone.`
    case 'fill':
      return `Makes values for ${rowsText(rows)}, some hundred at a time. What is cut off goes on where it was.${
        isReversible ? '' : ' Older versions can then no longer open these data; the values that were there are kept.'
      }`
    case 'createIndex':
      return `Reads ${rowsText(rows)}.`
    case 'dropIndex':
      return 'This version does not need it.'
    case 'beginLoad':
      return 'It does without the indexes that only serve reads.'
    case 'endLoad':
      return 'Its indexes are there again.'
    case 'makeDerived':
      return `Made of ${rowsText(rows)}.`
    case 'dropDerived':
      return 'It follows from the rows, and this version does not need it or would make another.'
    case 'follow':
      return 'Where an older version changes what it was made from, it is made anew.'
    case 'unfollow':
      return 'What it was made from is no longer written.'
  }
}

export function rowsText(rows: number): string {
  return `${rows.toLocaleString('en')} row${rows === 1 ? '' : 's'}`
}

function tableText(model: StoredModel, table: string): string {
  return tableNamed(model, table).knownAs.at(-1) ?? table
}

function columnText(model: StoredModel, table: string, column: string): string {
  const stored = columnNamed(tableNamed(model, table), column)
  const name = stored.state === 'unfinished' ? column : (stored.knownAs.at(-1) ?? column)
  return `${tableText(model, table)}.${name}`
}

function derivedText(model: StoredModel, table: string, { kind, columns }: Derived): string {
  return `${kind} of ${indexText(model, table, columns)}`
}

function indexText(model: StoredModel, table: string, columns: readonly string[]): string {
  const stored = tableNamed(model, table)
  const names = columns.map((column) => {
    const { fills, knownAs } = columnNamed(stored, column)
    return fills?.field ?? knownAs.at(-1) ?? column
  })
  return `${tableText(model, table)}(${names.join(', ')})`
}

/** Refusals as findings are shown: the place, the reason, and what to write instead. */
export function refusalsText(refusals: readonly Refusal[]): string {
  return refusals.map(({ place, reason, mend }) => `  ${place}: ${reason}\n    → ${mend}`).join('\n')
}
