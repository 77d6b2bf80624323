/** What an app's own tests use, with `node:test` or any other runner. */
export { firstRows, fixtures, rowId } from './fixtures.ts'
export type { Implementations } from './implementations.ts'
export type { LogLine } from './log.ts'
export { type TestApp, type TestOptions, testApp } from './test-app.ts'
export type { TestClock } from './virtual-time.ts'
