/** The words app authors use. */
export { anyOf, anyone, owner, principal, role, signedIn, where } from './app/access.ts'
export { type App, app } from './app/app.ts'
export { contract } from './app/contract.ts'
export { t } from './app/field.ts'
export { refuse } from './app/refuse.ts'
export { resource } from './app/resource.ts'
export { seed } from './app/seed.ts'
export { service } from './app/service.ts'
