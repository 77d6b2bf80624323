import { cpSync, globSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, matchesGlob, resolve } from 'node:path'
import { DockerfileParser, type From, type Instruction, type ModifiableInstruction } from 'dockerfile-ast'

/** What the last stage of a Dockerfile leaves: a folder in the place of the image's root, and how it is started. */
export interface Container {
  readonly root: string
  readonly workdir: string
  readonly env: Readonly<Record<string, string>>
  readonly command: readonly [string, ...string[]]
  readonly healthcheck: readonly [string, ...string[]]
  readonly user: string
  readonly volumes: readonly string[]
}

interface Stage {
  readonly root: string
  workdir: string
  env: Record<string, string>
  user: string
  command: readonly string[]
  healthcheck: readonly string[]
  volumes: readonly string[]
}

export interface ContainerOptions {
  /** The folder that is built. */
  readonly context: string
  /** Where the stages are to be. */
  readonly folder: string
  /** Whom the numbers of the image's user stand for here. */
  readonly owner: string
  run(command: string, cwd: string): Promise<unknown>
}

/**
 * Does what a Dockerfile says, instruction by instruction, with folders in the place of images: as near to a build as one comes
 * without a daemon. An instruction that it does not know, and a command that is no list, is an error.
 */
export async function containerOf(options: ContainerOptions): Promise<Container> {
  const { context, folder } = options
  const file = DockerfileParser.parse(readFileSync(join(context, 'Dockerfile'), 'utf8'))
  const stages = new Map<string, Stage>()
  let stage: Stage | undefined
  for (const instruction of file.getInstructions()) {
    if (instruction.getKeyword() === 'FROM') {
      const name = (instruction as From).getBuildStage() ?? 'last'
      stage = newStage(join(folder, name))
      stages.set(name, stage)
    } else {
      await follow(instruction, stage!, stages, options)
    }
  }
  return stage as Container // Its lists are not empty: a Dockerfile without them has failed above.
}

function newStage(root: string): Stage {
  mkdirSync(root, { recursive: true, mode: 0o755 })
  return { root, workdir: '/', env: {}, user: 'root', command: [], healthcheck: [], volumes: [] }
}

async function follow(
  instruction: Instruction,
  stage: Stage,
  stages: ReadonlyMap<string, Stage>,
  { context, owner, run }: ContainerOptions,
): Promise<void> {
  const content = instruction.getArgumentsContent() ?? ''
  const args = instruction.getArguments().map((argument) => argument.getValue())
  switch (instruction.getKeyword()) {
    case 'WORKDIR':
      stage.workdir = resolve(stage.workdir, content)
      mkdirSync(join(stage.root, stage.workdir), { recursive: true })
      return
    case 'ENV':
      for (const pair of args) stage.env[pair.slice(0, pair.indexOf('='))] = pair.slice(pair.indexOf('=') + 1)
      return
    case 'COPY': {
      const from = (instruction as ModifiableInstruction).getFlags().find((flag) => flag.getName() === 'from')
      const [to, ...sources] = [args.at(-1)!, ...args.slice(0, -1)]
      const base = from === undefined ? context : stages.get(from.getValue()!)!.root
      const ignored = from === undefined ? ignoredIn(context) : []
      const target = join(stage.root, resolve(stage.workdir, to))
      for (const source of sources) copy(base, source, to.endsWith('/') ? `${target}/` : target, ignored)
      return
    }
    case 'RUN': {
      // The image's own paths lie in the stage's folder here, and its user's numbers belong to somebody else.
      const here = content.replaceAll(/(?<=\s)\/(?=\w)/g, `${stage.root}/`).replaceAll('1000:1000', owner)
      await run(here, join(stage.root, stage.workdir))
      return
    }
    case 'USER':
      stage.user = content
      return
    case 'VOLUME':
      stage.volumes = args
      return
    case 'EXPOSE':
      return
    case 'HEALTHCHECK':
      stage.healthcheck = JSON.parse(content.replace(/^CMD\s+/, ''))
      return
    case 'CMD':
      stage.command = JSON.parse(content)
      return
    default:
      throw new Error(`this test cannot follow ${instruction.getKeyword()}`)
  }
}

function ignoredIn(context: string): readonly string[] {
  return readFileSync(join(context, '.dockerignore'), 'utf8').split('\n').filter(Boolean)
}

function copy(base: string, source: string, target: string, ignored: readonly string[]): void {
  // A pattern may find nothing; a name must be there.
  for (const found of source.includes('*') ? globSync(source, { cwd: base }) : [source]) {
    const path = join(base, found)
    const isFolder = statSync(path).isDirectory()
    cpSync(path, !isFolder && target.endsWith('/') ? join(target, basename(found)) : target, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => !ignored.some((pattern) => matchesGlob(file.slice(base.length + 1), pattern)),
    })
  }
}
