import { seed } from 'banyan'
import app from './app.ts'

const total = 200

/** Rows whose page of 100 is an answer of six megabytes, under the titles `big` and `small`. */
export default seed(app, {
  name: 'stalls',
  parts: () => [{ resource: 'documents', total, rows: rows() }],
})

function* rows() {
  for (let n = 0; n < total; n++) {
    yield { title: n < 100 ? 'big' : 'small', content: n < 100 ? { text: 'ü"'.repeat(20_000) } : null }
  }
}
