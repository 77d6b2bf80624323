import { fileURLToPath } from 'node:url'
import { zstdDecompressSync } from 'node:zlib'
import { asyncBufferFromFile, parquetMetadataAsync, parquetScan } from 'hyparquet'

/** Which columns of a file to read. Whole numbers and times, which become milliseconds since 1970, are kept as numbers. */
export interface Columns<Numbers extends string, Texts extends string> {
  readonly numbers: readonly Numbers[]
  readonly texts: readonly Texts[]
}

/** The columns of neighbouring rows. */
export type RowGroup<Numbers extends string, Texts extends string> = { readonly length: number } & {
  readonly [Name in Numbers]: Float64Array
} & { readonly [Name in Texts]: readonly string[] }

/**
 * Columns of a Parquet file from a row on, one row group after another: one is in memory at a time, whatever the size of the
 * file, and none is read that ends before the row.
 */
export async function* rowGroups<Numbers extends string, Texts extends string>(
  url: URL,
  columns: Columns<Numbers, Texts>,
  from = 0,
): AsyncGenerator<RowGroup<Numbers, Texts>> {
  const file = await asyncBufferFromFile(fileURLToPath(url))
  const metadata = await parquetMetadataAsync(file)
  // Node has this decompressor itself; the reader brings one for Snappy only.
  const options = { file, metadata, compressors: { ZSTD: (packed: Uint8Array) => zstdDecompressSync(packed) } }
  let rowEnd = 0
  for (const { num_rows: rows } of metadata.row_groups) {
    const rowStart = Math.max(rowEnd, from)
    rowEnd += Number(rows)
    if (rowStart < rowEnd) yield await readGroup(options, columns, { rowStart, rowEnd })
  }
}

/** What the reader makes of a column, an object for each number, is let go of before the next one is read. */
async function readGroup<Numbers extends string, Texts extends string>(
  options: Parameters<typeof parquetScan>[0],
  { numbers, texts }: Columns<Numbers, Texts>,
  range: { readonly rowStart: number; readonly rowEnd: number },
): Promise<RowGroup<Numbers, Texts>> {
  const valuesOf = async (column: string) => (await parquetScan(options)).readColumn({ column, ...range })
  const group: Record<string, unknown> = { length: range.rowEnd - range.rowStart }
  for (const name of numbers) group[name] = Float64Array.from((await valuesOf(name)) as ArrayLike<unknown>, Number)
  for (const name of texts) group[name] = await valuesOf(name)
  return group as RowGroup<Numbers, Texts>
}
