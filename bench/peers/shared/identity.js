/** The caller of `Authorization: Bearer dev:<subject>[:<role>,…]`, or undefined. */
export const principalOf = (request) => {
  const header = request.headers.authorization
  if (header === undefined || !header.startsWith('Bearer dev:')) return undefined
  const token = header.slice(11)
  const colon = token.indexOf(':')
  return colon === -1
    ? { id: token, roles: [] }
    : { id: token.slice(0, colon), roles: token.slice(colon + 1).split(',') }
}
