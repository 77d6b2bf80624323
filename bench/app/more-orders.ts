import { seed } from 'banyan'
import app from './app.ts'
import { manyOrdersTotal, order, ordersTotal } from './rows.ts'

/** Orders enough that each is changed at most once, however fast a server is. */
export default seed(app, {
  name: 'more-orders',
  parts: () => [{ resource: 'orders', total: manyOrdersTotal - ordersTotal, rows: moreOrders() }],
})

function* moreOrders() {
  for (let n = ordersTotal; n < manyOrdersTotal; n++) yield order(n)
}
