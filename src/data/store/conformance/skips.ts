/**
 * By the name under which a store is tested: the examples that it may skip, each with the reason beside it. What is not in here
 * has to pass; a store that wants to skip more fails.
 */
export const checkedInSkips: Readonly<Record<string, readonly string[]>> = {
  memory: [],
  mysql: [],
  postgres: [],
  sqlite: [],
}
