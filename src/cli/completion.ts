import type { Command, Option } from 'commander'
import type { Lang } from '../model/text.ts'
import type { Completion, CompletionCommand, CompletionValue } from '../report/completion/completion.ts'
import { RULES } from '../rules/index.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import type { Shell } from './shells.ts'
import { allTopics, topicNames } from './topics.ts'

/** `recvq completion`: a script made of the program's own commands and options, so that it knows each of them. */
export async function runCompletion(shell: Shell, program: Command, lang: Lang): Promise<ExitCode> {
  process.stdout.write((await scriptFor(shell))(completionOf(program, lang)))
  return EXIT.healthy
}

async function scriptFor(shell: Shell): Promise<(completion: Completion) => string> {
  if (shell === 'bash') return (await import('../report/completion/bash.ts')).bashCompletion
  if (shell === 'zsh') return (await import('../report/completion/zsh.ts')).zshCompletion
  return (await import('../report/completion/fish.ts')).fishCompletion
}

function completionOf(program: Command, lang: Lang): Completion {
  const commands = program.createHelp().visibleCommands(program)
  const names = commands.map((command) => ({ name: command.name(), about: aboutOf(command) }))
  return {
    // kubectl completes its plugins by programs of their own
    program: 'recvq',
    standard: 'diagnose',
    commands: commands.map((command) => commandOf(command, lang, { kind: 'words', words: names })),
  }
}

const aboutOf = (command: Command): string => command.summary() || command.description()

function commandOf(command: Command, lang: Lang, commands: CompletionValue): CompletionCommand {
  const options = command.createHelp().visibleOptions(command)
  return {
    name: command.name(),
    about: aboutOf(command),
    options: options.map((option) => ({
      flags: [option.short, option.long].filter((flag) => flag !== undefined),
      about: option.description,
      value: option.required || option.optional ? wantedBy(option) : null,
    })),
    operand: operandOf(command, lang, commands),
  }
}

function wantedBy({ argChoices, flags }: Option): CompletionValue {
  if (argChoices) return choices(argChoices)
  if (flags.includes('--rule')) return choices(RULES.map(({ id }) => id))
  if (/<dir>/.test(flags)) return { kind: 'folders' }
  return { kind: /<file/.test(flags) ? 'files' : 'any' }
}

const choices = (names: readonly string[]): CompletionValue => ({
  kind: 'words',
  words: names.map((name) => ({ name, about: '' })),
})

function operandOf(command: Command, lang: Lang, commands: CompletionValue): CompletionValue | null {
  if (command.name() === 'help') return commands
  const [operand] = command.registeredArguments
  if (operand === undefined) return null
  if (operand.argChoices) return choices(operand.argChoices)
  if (command.name() === 'explain')
    return {
      kind: 'words',
      words: allTopics().flatMap((topic) => topicNames(topic).map((name) => ({ name, about: topic.title[lang] }))),
    }
  return { kind: operand.name() === 'file' ? 'files' : 'any' }
}
