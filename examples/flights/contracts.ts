import { contract, t } from 'banyan'

/** Where bookings and payments meet. A booking is charged at most once, and never after its refund. */
export const paymentsContract = contract('payments', {
  charge: {
    input: { booking: t.id(), amount: t.decimal(10, 2) },
    output: { receipt: t.text({ maxLength: 64 }) },
    idempotent: true,
  },
  /** Gives back what was charged. A charge that is still on its way will be refused, so the order of the two does not matter. */
  refund: { input: { booking: t.id() } },
})

/** How services tell people something. */
export const notificationsContract = contract('notifications', {
  send: {
    input: { recipient: t.text({ maxLength: 128 }), text: t.text({ maxLength: 1_000 }) },
    idempotent: true,
  },
})
