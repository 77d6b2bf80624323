import { styleText } from 'node:util'

/** Rows below a heading, each column as wide as its widest cell. Styled on a terminal only. */
export function columnsText(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heading.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]!.length)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at]!))
      .join('  ')
      .trimEnd()
  return [styleText('dim', line(heading)), ...rows.map(line)].join('\n')
}
