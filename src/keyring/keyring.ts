import { randomBytes, timingSafeEqual } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { keyringErrors } from './errors.ts'
import { hmacSha256 } from './hmac.ts'

/** Signs what goes out and must come back unchanged. The first key signs, every key verifies. */
export interface KeyRing {
  /** A keyed digest (HMAC-SHA-256, cut to 16 bytes) of a text for one purpose, as base64url. */
  sign(purpose: string, text: string): string
  verify(purpose: string, text: string, signature: string): boolean
}

interface Key {
  readonly id: string
  readonly secret: Buffer
}

const digestBytes = 16

export function keyRing([first, ...rest]: readonly [Key, ...Key[]]): KeyRing {
  const macs = [first, ...rest].map(({ secret }) => hmacSha256(secret))
  const sign = hmacSha256(first.secret)
  const digest = (mac: typeof sign, purpose: string, text: string) =>
    mac(`${purpose}\n${text}`).subarray(0, digestBytes)
  return {
    sign: (purpose, text) => digest(sign, purpose, text).toString('base64url'),
    verify(purpose, text, signature) {
      const given = Buffer.from(signature, 'base64url')
      if (given.length !== digestBytes) return false
      return macs.some((mac) => timingSafeEqual(digest(mac, purpose, text), given))
    },
  }
}

/** Whether a folder of embedded data has keys. */
export function hasKeys(dataFolder: string): boolean {
  return existsSync(pathIn(dataFolder))
}

/** The key ring of a folder of embedded data: one file that only its owner may read, made at the first start. */
export function openKeyRing(dataFolder: string): KeyRing {
  const path = pathIn(dataFolder)
  return keyRing(readKeys(path) ?? makeKeys(dataFolder, path))
}

/** Keys that end with the process, for stores that do too. */
export function volatileKeyRing(): KeyRing {
  return keyRing([newKey()])
}

function pathIn(dataFolder: string): string {
  return join(dataFolder, 'keys.json')
}

function newKey(): Key {
  return { id: randomBytes(6).toString('base64url'), secret: randomBytes(32) }
}

function readKeys(path: string): [Key, ...Key[]] | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw keyringErrors.KEYS_UNREADABLE(`${path} cannot be read`, { cause })
  }
  try {
    const { keys } = JSON.parse(text) as { keys: readonly { id: string; secret: string }[] }
    const read = keys.map(({ id, secret }) => ({ id: String(id), secret: Buffer.from(secret, 'base64url') }))
    if (read.length === 0 || read.some(({ secret }) => secret.length < 32))
      throw new TypeError('no key of at least 32 bytes')
    return read as [Key, ...Key[]]
  } catch (cause) {
    throw keyringErrors.KEYS_UNREADABLE(`${path} is not a key file`, { cause })
  }
}

function makeKeys(folder: string, path: string): [Key] {
  const key = newKey()
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const file = openSync(path, 'wx', 0o600)
    writeSync(file, `${JSON.stringify({ keys: [{ id: key.id, secret: key.secret.toString('base64url') }] })}\n`)
    fsyncSync(file)
    closeSync(file)
  } catch (cause) {
    throw keyringErrors.KEYS_UNREADABLE(`${path} cannot be written`, { cause })
  }
  return [key]
}
