import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { apiErrors } from '../errors.ts'
import { noneMatches } from '../rest/headers.ts'

/**
 * Answers with a file of the built site, for development. It is read when it is asked for, each time anew, and nothing is kept.
 * Throws ROUTE_MISSING.
 */
export async function sendGuide(folder: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { '*': path } = request.params as { readonly '*'?: string }
  // Its pages name one another relative to where they are.
  if (path === undefined) return reply.redirect('/guide/')
  const file = await guideFile(folder, path)
  if (file === undefined) throw apiErrors.ROUTE_MISSING('the guide has no such page; /guide/ lists those that it has')
  const etag = `"${createHash('sha256').update(file.content).digest('base64url').slice(0, 22)}"`
  reply.headers({ ...policy, etag })
  return noneMatches(request, etag) ? reply.code(304).send() : reply.type(file.type).send(file.content)
}

/** Only its own style and script; nothing may be sent, loaded from elsewhere, or put into another page. */
const policy = {
  'cache-control': 'no-cache',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
}

/** What the site's own names look like. The only dot is that of the type, so that no name leads out of the folder. */
const namePattern = /^(?:[a-z0-9-]{1,100}\/){0,4}[a-z0-9-]{1,100}\.(html|css|js)$/

async function guideFile(
  folder: string,
  path: string,
): Promise<{ readonly type: string; readonly content: Buffer } | undefined> {
  const name = path === '' || path.endsWith('/') ? `${path}index.html` : path
  const type = types[namePattern.exec(name)?.[1] ?? '']
  if (type === undefined) return undefined
  try {
    return { type, content: await readFile(join(folder, name)) }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined
    throw error
  }
}
