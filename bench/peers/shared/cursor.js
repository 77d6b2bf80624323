import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Signs the end of a page together with the list that it belongs to, with the key of the data folder. */
export const cursors = (folder) => {
  const { keys } = JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8'))
  const secret = Buffer.from(keys[0].secret, 'base64url')
  return (key, shape) => {
    const text = JSON.stringify(key)
    const digest = createHmac('sha256', secret).update(`cursor\n${shape}\n${text}`).digest().subarray(0, 16)
    return `${Buffer.from(text).toString('base64url')}.${digest.toString('base64url')}`
  }
}
