import { refuse, resource, role, service, t } from 'banyan'
import { paymentsContract } from './contracts.ts'

/** One row a booking, known by the booking's id: that is what makes a second charge impossible. */
export const Charge = resource('charges', {
  id: t.id(),
  amount: t.decimal(10, 2),
  state: t.enum('charged', 'refunded'),
}).access({ read: role('operator') })

/** Stands where a payment provider would: it keeps books and moves no money. */
export const payments = service('payments', {
  resources: { Charge },
  implements: { payments: paymentsContract },
}).implement('payments', {
  charge: ({ input, data }) =>
    data.transaction(async (tx) => {
      const earlier = await tx.charges.get(input.booking)
      if (earlier?.state === 'refunded') {
        throw refuse(409, { code: 'CHARGE_REFUNDED', detail: `booking ${input.booking} was refunded` })
      }
      if (earlier === null) await tx.charges.insert({ id: input.booking, amount: input.amount, state: 'charged' })
      return { receipt: `receipt-${input.booking}` }
    }),

  refund: ({ input, data }) =>
    data.transaction(async (tx) => {
      const charge = await tx.charges.get(input.booking)
      if (charge === null) await tx.charges.insert({ id: input.booking, amount: '0.00', state: 'refunded' })
      else if (charge.state === 'charged') tx.charges.update(charge.id, { state: 'refunded' })
    }),
})
