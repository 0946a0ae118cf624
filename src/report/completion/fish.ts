import { type Completion, type CompletionCommand, type CompletionValue, quoted } from './completion.ts'

/** A script for fish 3 and later. */
export function fishCompletion({ program, standard, commands }: Completion): string {
  const names = commands.map(({ name }) => quoted(name)).join(' ')
  return `# Completion of ${program} for fish:
#   ${program} completion fish | source

# The command that was typed; fails where there is none yet.
function __${program}_command
    for word in (commandline -opc)[2..-1]
        if contains -- $word ${names}
            echo $word
            return
        end
    end
    return 1
end

function __${program}_is
    test "$(__${program}_command)" = $argv[1]
end

complete -c ${program} -e
${commands.map(({ name, about }) => `complete -c ${program} -n 'not __${program}_command' -a ${quoted(name)} -d ${quoted(about)}`).join('\n')}
${commands.flatMap((command) => linesOf(program, command, standard)).join('\n')}
`
}

function linesOf(program: string, command: CompletionCommand, standard: string): readonly string[] {
  const isIt = `__${program}_is ${command.name}`
  const when = command.name === standard ? `${isIt}; or not __${program}_command` : isIt
  const start = `complete -c ${program} -n '${when}'`
  const options = command.options.flatMap(({ flags, about, value }) => {
    const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
    const line = `${start} ${names.join(' ')} -d ${quoted(about)}`
    if (value === null) return [line]
    const { before, flag } = fill(value, `__${program}_${command.name}_${(flags.at(-1) ?? '').replace(/\W+/g, '_')}`)
    return [...before, `${line} -r ${flag}`]
  })
  if (command.operand === null) return [...options, `${start} -f`]
  const { before, flag } = fill(command.operand, `__${program}_${command.name}`)
  return [...options, ...before, `${start} ${flag}`]
}

interface Filled {
  /** A function that prints the words. */
  readonly before: readonly string[]
  readonly flag: string
}

function fill(value: CompletionValue, name: string): Filled {
  if (value.kind === 'files') return { before: [], flag: '-F' }
  if (value.kind === 'folders') return { before: [], flag: "-f -a '(__fish_complete_directories)'" }
  if (value.kind !== 'words') return { before: [], flag: '-f' }
  const words = value.words.map((word) => `${quoted(word.name)} ${quoted(word.about) || "''"}`)
  return {
    before: [`function ${name}`, `    printf '%s\\t%s\\n' ${words.join(' ')}`, 'end'],
    flag: `-f -a '(${name})'`,
  }
}
