import { stripVTControlCharacters, styleText } from 'node:util'

/** `1.24 ms`, `38.1 ms`, `412 ms`: as many digits as say something. */
export function msText(ms: number | null | undefined): string {
  return ms == null ? '–' : `${digits(ms)} ms`
}

export function digits(value: number): string {
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en')
}

/** A rate as somebody would write it: `60`, `0.5`. */
export function rateText(rate: number): string {
  return String(Number(rate.toPrecision(3)))
}

export function countText(count: number): string {
  return count.toLocaleString('en')
}

/** `0.12 %` of a share from 0 to 1. */
export function percentText(share: number): string {
  const percent = share * 100
  // What is there must not look like nothing.
  return percent > 0 && percent < 0.01 ? '< 0.01 %' : `${Number(percent.toFixed(percent < 10 ? 2 : 0))} %`
}

export function bytesText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`
  return bytes < 1_000_000 ? `${digits(bytes / 1_000)} kB` : `${digits(bytes / 1_000_000)} MB`
}

/** In this colour where the stream shows colours. */
export function coloured(
  colour: 'red' | 'yellow' | 'green' | 'dim' | 'bold',
  text: string,
  stream: NodeJS.WritableStream,
): string {
  return styleText(colour, text, { stream })
}

/** A line cut to what fits into these columns, whatever its colours are. */
export function fitting(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line)
  return plain.length <= columns ? line : plain.slice(0, columns)
}
