import { owner, resource, service, t } from 'banyan'
import { notificationsContract } from './contracts.ts'

export const Notification = resource('notifications', {
  recipient: t.text({ maxLength: 128 }),
  text: t.text({ maxLength: 1_000 }),
})
  .index('recipient', 'createdAt')
  .access({ read: owner('recipient') })

/** Stands where a mail provider would: a message is a row that its recipient may read. */
export const notifications = service('notifications', {
  resources: { Notification },
  implements: { notifications: notificationsContract },
}).implement('notifications', {
  send: async ({ input, data }) => {
    await data.transaction((tx) => tx.notifications.insert(input))
  },
})
