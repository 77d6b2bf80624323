import type { Command } from 'commander'
import { codesOfErrors, exitCodes } from '../../src/cli/exit.ts'
import { program } from '../../src/cli/program.ts'
import { table } from './table.ts'

/** The page of the command line, from what each command says of itself. */
export function cliPage(): string {
  const commands = leavesOf(program('0.0.0'))
  const list = commands.map(([name, command]) => `- [\`${name}\`](#${name.replaceAll(' ', '-')}): ${command.summary()}`)
  return `# The command line

\`banyan --help\` lists the commands, \`banyan COMMAND --help\` prints what stands here. In a project it is \`npx banyan\`. The variables of
the environment are in [configuration](configuration.md).

${list.join('\n')}

${commands.map(([name, command]) => commandText(name, command)).join('\n\n')}

## Exit codes

What each error means is in [errors](errors.md).

${table(['code', 'says', 'errors'], exitRows())}
`
}

/** The commands that do something, by their whole names. */
function leavesOf(command: Command, name = command.name()): readonly (readonly [name: string, command: Command])[] {
  const below = command.commands.filter((inner) => inner.name() !== 'help')
  if (below.length === 0) return [[name, command]]
  return below.flatMap((inner) => leavesOf(inner, `${name} ${inner.name()}`))
}

function commandText(name: string, command: Command): string {
  const help = command.createHelp()
  const argumentRows = command.registeredArguments.map((one) => [`\`${one.name()}\``, escaped(one.description)])
  const optionRows = help
    .visibleOptions(command)
    .map((option) => [
      `\`${option.flags}\``,
      `${escaped(option.description)}${option.defaultValue === undefined ? '' : `; without it \`${option.defaultValue}\``}`,
    ])
  const paragraphs = command.description().split('\n\n')
  return [
    `## ${name}`,
    ...paragraphs.map((paragraph) => escaped(paragraph.replaceAll('\n', ' '))),
    `\`\`\`text\n${help.commandUsage(command)}\n\`\`\``,
    ...(argumentRows.length === 0 ? [] : [table(['argument', 'is'], argumentRows)]),
    table(['option', 'does'], optionRows),
    ...examplesOf(command),
  ].join('\n\n')
}

/** What stands below the options, which Commander gives only by printing it. */
function examplesOf(command: Command): readonly string[] {
  let text = ''
  const writeOut = (part: string) => {
    text += part
  }
  command.configureOutput({ writeOut, getOutHasColors: () => false }).outputHelp()
  const examples = text.slice(command.helpInformation().length).trim()
  if (examples === '') return []
  const [heading, ...lines] = examples.split('\n')
  return [heading!, `\`\`\`sh\n${lines.map((line) => line.replace(/^ {2}/, '')).join('\n')}\n\`\`\``]
}

function exitRows(): readonly (readonly string[])[] {
  return Object.entries(exitCodes).map(([code, says]) => {
    const errors = Object.entries(codesOfErrors).flatMap(([name, of]) => (String(of) === code ? [`\`${name}\``] : []))
    return [code, says, errors.length > 0 ? errors.join(', ') : code === '1' ? 'every other error' : '']
  })
}

/** Help is plain text: what Markdown would read is not meant. */
function escaped(text: string): string {
  return text.replaceAll(/[\\<*`[]/g, '\\$&')
}
