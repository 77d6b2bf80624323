/** The records of a text in CSV (RFC 4180), the header too: quoted fields may hold commas, line ends and doubled quotes. */
export function parseCsv(text: string): string[][] {
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y
  const records: string[][] = []
  let record: string[] = []
  let end = '\n'
  // A comma at the very end still has a field behind it, which is empty.
  for (let at = 0; at < text.length || end === ','; at = field.lastIndex) {
    field.lastIndex = at
    const match = field.exec(text)
    if (match === null) throw new SyntaxError(`record ${records.length + 1} is not CSV, at character ${at}`)
    record.push(match[1]?.replaceAll('""', '"') ?? match[2]!)
    end = match[3]!
    if (end !== ',') {
      records.push(record)
      record = []
    }
  }
  return records
}
