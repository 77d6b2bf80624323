import type { Facts } from '../../../migration/facts.ts'
import type { Condition } from '../../../migration/step.ts'
import { storedText, textOf } from '../../text.ts'
import type { Connection } from '../connection.ts'
import { quoteName } from '../name.ts'
import type { Statement } from '../statement.ts'

/** Asks the rows. */
export function postgresFacts({ run }: Pick<Connection, 'run'>): Facts {
  return {
    async count(table, condition) {
      const { rows } = await run(asked(`select count(*) from ${quoteName(table)}`, table, condition))
      return Number(rows[0]![0])
    },
    async examples(table, condition) {
      const { text, values } = asked(`select "id" from ${quoteName(table)}`, table, condition)
      const { rows } = await run({ text: `${text} limit 3`, values })
      return rows.map(([id]) => textOf(id!))
    },
  }
}

function asked(question: string, table: string, condition: Condition): Statement {
  if (condition.kind === 'any') return { text: question, values: [] }
  const column = quoteName(condition.column)
  switch (condition.kind) {
    case 'null':
      return { text: `${question} where ${column} is null`, values: [] }
    case 'value':
      return { text: `${question} where ${column} is not null`, values: [] }
    case 'otherThan':
      return { text: `${question} where ${column} <> all ($1::text[])`, values: [condition.values.map(storedText)] }
    case 'moreDigits': {
      // Values have all their digits, so their scale is that of the field.
      const digits = `abs(${column}) * 10::numeric ^ scale(${column})`
      return { text: `${question} where ${digits} >= 1e${condition.digits}`, values: [] }
    }
    case 'repeated': {
      const repeated = `select ${column} from ${quoteName(table)} where ${column} is not null group by ${column} having count(*) > 1`
      return { text: `${question} where ${column} in (${repeated})`, values: [] }
    }
  }
}
