import { folders, homes, linesMax, meaninglessNames } from './folders.ts'
import { type DependencyKind, type File, folderOf, type Target, type Tree } from './tree.ts'

export type Rule = { readonly rule: string; readonly find: (file: File, tree: Tree) => readonly Finding[] }
/** What is wrong at a line, and what to do about it. */
export type Finding = { readonly line: number; readonly found: string; readonly mend: string }

/** The rules of "Folders" in the design, in its order. */
export const rules: readonly Rule[] = [
  { rule: 'Arrows point inward: a folder of src/ imports only what test/tidy/folders.ts lists for it.', find: arrows },
  { rule: 'Nobody imports a test.', find: testsAreLeaves },
  { rule: 'A driver folder is imported only through the drivers.ts of its family.', find: driversAreBehindTheirList },
  {
    rule: 'drivers.ts imports its drivers lazily, so that one that is not used costs nothing at start-up.',
    find: driversAreLazy,
  },
  {
    rule: 'A package is imported from one folder of src/ only, so that it can be replaced there.',
    find: onePackageOneFolder,
  },
  { rule: 'What is published imports only what is installed with it.', find: publishedImportsAreInstalled },
  { rule: 'Nothing in src/ mentions an example.', find: sourceKnowsNoExample },
  {
    rule: 'An example is written as a user would: it imports only banyan, its own files and its own packages.',
    find: examplesAreUsers,
  },
  { rule: 'A folder is named after what is inside.', find: foldersHaveNames },
  { rule: 'A file answers one question.', find: filesAreSmall },
  { rule: 'Relative imports end in .ts, as Node itself wants them.', find: relativeImportsEndInTs },
]

function arrows(file: File, tree: Tree): Finding[] {
  const from = sourceFolder(file.path)
  // Nobody imports a test, so whatever it imports ties no knot.
  if (from === undefined || isTest(file.path)) return []
  const allowed = folders[from]
  if (!allowed) {
    return [
      {
        line: 1,
        found: `src/${from} is a new folder`,
        mend: 'Give it a line in test/tidy/folders.ts, or put the file into a folder that has one.',
      },
    ]
  }
  const names = Object.keys(folders)
  const values = new Set(allowed.from === 'every folder above' ? names.slice(0, names.indexOf(from)) : allowed.from)
  // A conformance suite is run by tests, under the seeded scheduler.
  if (isConformance(file.path)) values.add('testing')
  const types = new Set([...values, ...(allowed.typesFrom ?? [])])

  return tree.importsOf(file).flatMap((target): Finding[] => {
    if (target.package !== undefined) {
      if (allowed.packages !== false) return []
      return [
        {
          line: target.line,
          found: `${from} imports the package ${target.package}`,
          mend: `Pass what is needed into ${from} as an argument.`,
        },
      ]
    }
    const to = sourceFolder(target.path)
    // The manifest and JSON schemas at the root are data, and stand equally far from dist/.
    if (to === undefined && target.path.endsWith('.json')) return []
    if (to === undefined)
      return [
        {
          line: target.line,
          found: `${from} imports ${target.path}`,
          mend: 'Sources import only sources: move the file into src/.',
        },
      ]
    if (to === from || (target.isType ? types : values).has(to)) return []
    if (types.has(to))
      return [{ line: target.line, found: `${from} imports code from ${to}`, mend: 'Write "import type".' }]
    return [
      {
        line: target.line,
        found: `${from} imports ${to}`,
        mend: `Declare in ${from} (or in core) the interface that is needed and let runtime pass the instance in, or move the code to where the arrow allows it.`,
      },
    ]
  })
}

function testsAreLeaves(file: File, tree: Tree): Finding[] {
  return tree
    .importsOf(file)
    .filter((target) => target.path !== undefined && isTest(target.path))
    .map(({ line, path }) => ({
      line,
      found: `imports ${path}`,
      mend: 'Move what is shared into a file of its own beside the test.',
    }))
}

function driversAreBehindTheirList(file: File, tree: Tree): Finding[] {
  if (!isSource(file.path)) return []
  return tree.importsOf(file).flatMap((target): Finding[] => {
    const driver = driverFolder(target.path, tree)
    const list = driver && tree.drivers.get(driver)
    if (!list || file.path === list || file.path.startsWith(`${driver}/`)) return []
    const isSuite = folderOf(file.path) === folderOf(list) && (isTest(file.path) || isConformance(file.path))
    return isSuite
      ? []
      : [{ line: target.line, found: `imports ${target.path}`, mend: `Load the driver by its name through ${list}.` }]
  })
}

function driversAreLazy(file: File, tree: Tree): Finding[] {
  return tree
    .importsOf(file)
    .filter(
      ({ path, isLazy, isType }) =>
        !isLazy && !isType && tree.drivers.get(driverFolder(path, tree) ?? '') === file.path,
    )
    .map(({ line, specifier }) => ({
      line,
      found: `imports ${specifier} at start-up`,
      mend: `Write () => import('${specifier}').`,
    }))
}

function driverFolder(path: string | undefined, tree: Tree): string | undefined {
  return [...tree.drivers.keys()].find((folder) => path?.startsWith(`${folder}/`))
}

function onePackageOneFolder(file: File, tree: Tree): Finding[] {
  const folder = sourceFolder(file.path)
  if (folder === undefined) return []
  return packagesOf(file, tree).flatMap((target): Finding[] => {
    const home = homes.find(({ packages }) => packages.test(target.package))?.folder ?? firstUser(target.package, tree)
    if (home === undefined || home === folder) return []
    // A test may use the package of another folder, except for those that have a home.
    if (isTest(file.path) && !homes.some(({ packages }) => packages.test(target.package))) return []
    return [
      {
        line: target.line,
        found: `${target.package} belongs to src/${home}`,
        mend: `Use it through an interface that src/${home} implements.`,
      },
    ]
  })
}

function firstUser(name: string, tree: Tree): string | undefined {
  const user = tree.files.find(
    (file) =>
      isSource(file.path) &&
      !isTest(file.path) &&
      !isConformance(file.path) &&
      packagesOf(file, tree).some((target) => target.package === name),
  )
  return user && sourceFolder(user.path)
}

function publishedImportsAreInstalled(file: File, tree: Tree): Finding[] {
  if (!isSource(file.path)) return []
  const isForTests = isTest(file.path) || isConformance(file.path)
  const kinds: DependencyKind[] = [
    'dependencies',
    'peerDependencies',
    ...(isForTests ? (['devDependencies'] as const) : []),
  ]
  const known = new Set(kinds.flatMap((kind) => Object.keys(tree.manifest('')[kind] ?? {})))
  if (isForTests) known.add(tree.manifest('').name ?? '')
  return packagesOf(file, tree)
    .filter((target) => !known.has(target.package))
    .map((target) => ({
      line: target.line,
      found: `${target.package} is not in ${kinds.join(' or ')} of package.json`,
      mend: "Add it there (a driver's client as an optional peer dependency), or import the file itself if it is ours.",
    }))
}

function sourceKnowsNoExample(file: File): Finding[] {
  if (!isSource(file.path)) return []
  return file.text.split('\n').flatMap((text, index): Finding[] => {
    // A folder, not the word: OpenAPI documents have "components/examples/", and a comment may speak of flights.
    const found = /(?<!components\/)\bexamples\/[\w-]*/.exec(text)?.[0]
    return found
      ? [
          {
            line: index + 1,
            found: `mentions ${found}`,
            mend: 'Say it in general words, or take the example as an argument.',
          },
        ]
      : []
  })
}

function examplesAreUsers(file: File, tree: Tree): Finding[] {
  const folder = /^(?:examples\/[^/]+|template)(?=\/)/.exec(file.path)?.[0]
  if (!folder) return []
  const { dependencies, devDependencies } = tree.manifest(folder)
  const own = new Set(['banyan', ...Object.keys({ ...dependencies, ...devDependencies })])
  return tree.importsOf(file).flatMap((target): Finding[] => {
    if (target.package !== undefined ? own.has(target.package) : target.path.startsWith(`${folder}/`)) return []
    return [
      {
        line: target.line,
        found: `imports ${target.specifier}`,
        mend: `Import it from banyan, or add the package to ${folder}/package.json.`,
      },
    ]
  })
}

function foldersHaveNames(file: File): Finding[] {
  return folderOf(file.path)
    .split('/')
    .filter((name) => meaninglessNames.has(name))
    .map((name) => ({
      line: 1,
      found: `lies in a folder called ${name}`,
      mend: 'Put it beside the one thing that it serves, or name the folder after its subject.',
    }))
}

function filesAreSmall(file: File): Finding[] {
  const lines = file.text.split('\n').length - 1
  const most = isTest(file.path) ? linesMax.test : linesMax.source
  if (!isSource(file.path) || lines <= most) return []
  return [
    {
      line: most + 1,
      found: `has ${lines} lines, ${most} are the most`,
      mend: 'It has two subjects: make it two files.',
    },
  ]
}

function relativeImportsEndInTs(file: File, tree: Tree): Finding[] {
  if (!file.path.endsWith('.ts')) return []
  return tree
    .importsOf(file)
    .filter(({ path }) => path !== undefined && !/\.(ts|json)$/.test(path))
    .map(({ line, specifier }) => ({
      line,
      found: `imports ${specifier}`,
      mend: 'Name the file itself, with .ts at its end.',
    }))
}

function packagesOf(file: File, tree: Tree): (Target & { readonly package: string })[] {
  return tree.importsOf(file).filter((target) => target.package !== undefined)
}

/** The first folder below src/, or the file itself when it lies there. */
function sourceFolder(path: string): string | undefined {
  return isSource(path) ? path.split('/')[1] : undefined
}

function isSource(path: string): boolean {
  return path.startsWith('src/')
}

function isTest(path: string): boolean {
  return path.endsWith('.test.ts')
}

/** The suite of a family, run by its tests. */
function isConformance(path: string): boolean {
  return /\/conformance(\/.+)?\.ts$/.test(path)
}
