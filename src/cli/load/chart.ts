/** Values over time as an SVG picture. The colours are readable on a light and on a dark page. */
export function chart(title: string, unit: string, lines: readonly ChartLine[]): string {
  const points = lines.flatMap((line) => line.points)
  const last = Math.max(1, ...points.map(({ at }) => at))
  const top = niceTop(Math.max(0, ...points.map(({ value }) => value)))
  const x = (at: number) => (left + (at / last) * width).toFixed(1)
  const y = (value: number) => (head + height - (value / top) * height).toFixed(1)
  const grid = [0, 0.5, 1].map(
    (share) =>
      `<line x1="${left}" x2="${left + width}" y1="${y(top * share)}" y2="${y(top * share)}" stroke="#8884"/>${label(left - 8, Number(y(top * share)) + 4, 'end', (top * share).toLocaleString('en'))}`,
  )
  const drawn = lines.map(
    ({ colour, points: own }) =>
      `<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${own.map(({ at, value }) => `${x(at)},${y(value)}`).join(' ')}"/>`,
  )
  const names = lines.map(({ name, colour }, at) =>
    label(left + width - (lines.length - 1 - at) * 90, 16, 'end', name, colour),
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + width + 16} ${head + height + 24}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escaped(title)}</title>`,
    label(left, 16, 'start', `${title}, ${unit}`),
    ...names,
    ...grid,
    ...drawn,
    label(left, head + height + 18, 'start', '0 s'),
    label(left + width, head + height + 18, 'end', `${Math.round(last)} s`),
    '</svg>',
  ].join('\n')
}

export interface ChartLine {
  readonly name: string
  readonly colour: string
  readonly points: readonly { readonly at: number; readonly value: number }[]
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

const left = 64
const width = 640
const head = 32
const height = 160

/** The least of 1, 2 and 5 times a power of ten that is not below the value. */
function niceTop(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return power * [1, 2, 5, 10].find((step) => step * power >= value)!
}

function label(x: number, y: number, anchor: 'start' | 'end', text: string, colour = '#808080'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${colour}">${escaped(text)}</text>`
}
