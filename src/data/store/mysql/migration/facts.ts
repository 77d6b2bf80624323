import type { Facts } from '../../../migration/facts.ts'
import type { Condition } from '../../../migration/step.ts'
import { columnNamed, type StoredModel, tableNamed } from '../../../migration/stored.ts'
import { storedText, textOf } from '../../text.ts'
import type { Connection } from '../connection.ts'
import { quoteName } from '../name.ts'
import type { Statement } from '../statement.ts'

/** Asks the rows. */
export function mysqlFacts({ run }: Connection, model: () => StoredModel): Facts {
  const asked = (question: string, table: string, condition: Condition): Statement => {
    if (condition.kind === 'any') return { text: question, values: [] }
    const column = quoteName(condition.column)
    switch (condition.kind) {
      case 'null':
        return { text: `${question} where ${column} is null`, values: [] }
      case 'value':
        return { text: `${question} where ${column} is not null`, values: [] }
      case 'otherThan': {
        const others = condition.values.map(() => `${column} <> ?`)
        const all = others.length === 0 ? `${column} is not null` : others.join(' and ')
        return { text: `${question} where ${all}`, values: condition.values.map(storedText) }
      }
      case 'moreDigits': {
        const { field } = columnNamed(tableNamed(model(), table), condition.column)
        const scale = field.kind === 'decimal' ? field.scale : 0
        return { text: `${question} where abs(${column}) >= 1e${condition.digits - scale}`, values: [] }
      }
      case 'repeated': {
        const repeated = `select ${column} from ${quoteName(table)} where ${column} is not null group by ${column} having count(*) > 1`
        return { text: `${question} where ${column} in (${repeated})`, values: [] }
      }
    }
  }
  return {
    async count(table, condition) {
      const { rows } = await run(asked(`select count(*) from ${quoteName(table)}`, table, condition))
      return Number(rows[0]![0])
    },
    async examples(table, condition) {
      const { text, values } = asked(`select "id" from ${quoteName(table)}`, table, condition)
      const { rows } = await run({ text: `${text} limit 3`, values })
      return rows.map(([id]) => textOf(id as string))
    },
  }
}
