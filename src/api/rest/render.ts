import { createHash } from 'node:crypto'
import type { Row } from '../../app/row.ts'
import type { Answer, Included } from '../../service/operation.ts'

type Read = Extract<Answer, { kind: 'read' }>
type List = Extract<Answer, { kind: 'list' }>
type View = Read['view']

/** A row as it is answered: whole, or exactly the fields named; with `included` where rows were asked for. */
export function rowJson(
  view: View,
  row: Row,
  fields: readonly string[] | undefined,
  included: Included | undefined,
): string {
  const json = fields === undefined ? view.format.toJson(row) : pickedJson(view, row, fields)
  if (included === undefined) return json
  const members = Object.entries(included).map(
    ([name, other]) => `${JSON.stringify(name)}:${other === null ? 'null' : other.view.format.toJson(other.row)}`,
  )
  return `${json.slice(0, -1)},"included":{${members.join(',')}}}`
}

export function listJson({ view, rows, next, total, included }: List, fields: readonly string[] | undefined): string {
  let data = ''
  for (let at = 0; at < rows.length; at++) {
    if (at > 0) data += ','
    data +=
      fields === undefined && included === undefined
        ? view.format.toJson(rows[at]!)
        : rowJson(view, rows[at]!, fields, included?.[at])
  }
  const counted = total === undefined ? '' : `,"total":${JSON.stringify(total)}`
  return `{"data":[${data}],"page":{"next":${next === null ? 'null' : `"${next}"`}${counted}}}`
}

/** The tag of a row by its version; of a part of it or more than it, by its content. */
export function tagOf(json: string): string {
  return `"${createHash('sha256').update(json).digest('base64url').slice(0, 22)}"`
}

function pickedJson(view: View, row: Row, fields: readonly string[]): string {
  const whole = view.format.toObject(row)
  return JSON.stringify(Object.fromEntries(fields.map((name) => [name, whole[name]])))
}
