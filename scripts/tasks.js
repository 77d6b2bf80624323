// What each `npm run …` starts: the arguments for the pinned Node, and where and how it runs.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

// Our own sources instead of dist/: see "exports" in package.json.
const fromSource = '--conditions=banyan-source'
const cli = join(root, 'src/cli/main.ts')
const flights = join(root, 'examples/flights')

// `ownGroup` is for servers, which drain when told to stop and so must be told once: see child.js.
export const tasks = {
  start: (extra) => ({ args: [fromSource, cli, 'start', ...extra], cwd: flights, ownGroup: true, servesGuide: true }),
  dev: (extra) => ({ args: [fromSource, cli, 'dev', ...extra], cwd: flights, ownGroup: true, servesGuide: true }),
  banyan: (extra) => ({ args: [fromSource, cli, ...extra], cwd: flights }),
  test: (extra) => script('test.js', extra),
  'test:faults': (extra) => script('test.js', ['--faults', ...extra]),
  check: (extra) => script('check.js', extra),
  reference: (extra) => ({ args: [fromSource, join(root, 'test/reference/write.ts'), ...extra], cwd: root }),
  site: (extra) => ({ args: [join(root, 'site/build.ts'), ...extra], cwd: root }),
  build: (extra) => script('build.js', extra),
  bench: (extra) => ({ args: [fromSource, join(root, 'bench/main.ts'), ...extra], cwd: root }),
  'engines:install': (extra) => script('engines-install.js', extra),
}

function script(file, extra) {
  return { args: [join(root, 'scripts', file), ...extra], cwd: root }
}
