import { type Completion, type CompletionCommand, type CompletionValue, quoted } from './completion.ts'

/** A script for zsh 5: sourced after compinit, or as a file `_recvq` in $fpath. */
export function zshCompletion({ program, standard, commands }: Completion): string {
  const all = commands.map(({ name, about }) => described(name, about))
  return `#compdef ${program}
# Completion of ${program} for zsh:
#   source <(${program} completion zsh)

_${program}() {
  local command='' word prev=\${words[CURRENT-1]}
  local -a commands flags
  commands=(${all.join(' ')})
  for word in \${words[2,CURRENT-1]}; do
    case $word in
      ${commands.map(({ name }) => name).join('|')}) command=$word; break ;;
    esac
  done
  if [[ $PREFIX == --*=* ]]; then
    prev=\${PREFIX%%=*}
    compset -P 1 '*='
  fi
  case $command:$prev in
${commands.flatMap((command) => valueCases(command, standard)).join('\n')}
  esac
  if [[ -z $command && $PREFIX != -* ]]; then
    _describe command commands
    _files
    return
  fi
  case \${command:-${standard}} in
${commands.map(commandCase).join('\n')}
  esac
}

if [[ \${funcstack[1]} == _${program} ]]; then
  _${program} "$@"
else
  compdef _${program} ${program}
fi
`
}

/** `name:what it does`, as _describe takes it. */
const described = (name: string, about: string): string => quoted(`${name.replaceAll(':', '\\:')}:${about}`)

function valueCases(command: CompletionCommand, standard: string): readonly string[] {
  const owners = command.name === standard ? [command.name, ''] : [command.name]
  return command.options.flatMap(({ flags, value }) => {
    if (value === null) return []
    const patterns = owners.flatMap((owner) => flags.map((flag) => `${owner}:${flag}`))
    return [`    ${patterns.join('|')}) ${fill(value)}; return ;;`]
  })
}

function commandCase({ name, options, operand }: CompletionCommand): string {
  const flags = options.flatMap((option) => option.flags.map((flag) => described(flag, option.about)))
  return `    ${name})
      if [[ $PREFIX == -* ]]; then
        flags=(${flags.join(' ')})
        _describe option flags
      else
        ${operand === null ? '_message "no more arguments"' : fill(operand)}
      fi
      ;;`
}

function fill(value: CompletionValue): string {
  if (value.kind === 'words') return `compadd -- ${value.words.map(({ name }) => quoted(name)).join(' ')}`
  if (value.kind === 'any') return '_message value'
  return value.kind === 'files' ? '_files' : '_files -/'
}
