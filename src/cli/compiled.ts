import { existsSync } from 'node:fs'

/** The file, or where only that is there, what the compiler has made of it: `app.js` for `app.ts`. */
export function orCompiled(path: string): string {
  const compiled = path.replace(/\.(m?)ts$/, '.$1js')
  return !existsSync(path) && existsSync(compiled) ? compiled : path
}
