import { type Completion, type CompletionCommand, type CompletionValue, quoted } from './completion.ts'

/** A script for bash 4 and later; it needs no bash-completion. */
export function bashCompletion({ program, standard, commands }: Completion): string {
  const names = commands.map(({ name }) => quoted(name)).join(' ')
  return `# Completion of ${program} for bash:
#   source <(${program} completion bash)

_${program}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev='' before='' command='' word i at=$COMP_CWORD
  COMPREPLY=()
  # bash splits words at colons and equals signs: put together again what was typed as one
  while ((at > 1)) && [[ \${COMP_WORDS[at]} == [:=]* || \${COMP_WORDS[at - 1]} == *[:=] ]] &&
    [[ $COMP_LINE == *"\${COMP_WORDS[at - 1]}$cur"* ]]; do
    at=$((at - 1))
    cur=\${COMP_WORDS[at]}$cur
  done
  prev=\${COMP_WORDS[at - 1]}
  if [[ $cur == --*=* ]]; then
    prev=\${cur%%=*}
    before=$prev=
    cur=\${cur#*=}
  fi
  cur=\${cur//[\\\\\\'\\"]/}
  for ((i = 1; i < at; i++)); do
    word=\${COMP_WORDS[i]}
    case $word in
      ${commands.map(({ name }) => quoted(name)).join(' | ')}) command=$word && break ;;
    esac
  done
  case $command:$prev in
${commands.flatMap((command) => valueCases(program, command, standard)).join('\n')}
  esac
  case $command in
${commands.map((command) => commandCase(program, command)).join('\n')}
    *)
      if [[ $cur == -* ]]; then
        _${program}_words ${flagsOf(commands.find(({ name }) => name === standard))}
      else
        _${program}_words ${names}
        _${program}_files -f
      fi
      ;;
  esac
}

# The words that begin like what was typed; bash replaces only what stands behind the last colon or equals sign.
_${program}_words() {
  local cut="$before$cur" word
  if [[ $cut == *[:=]* ]]; then cut=\${cut%"\${cut##*[:=]}"}; else cut=''; fi
  for word; do
    if [[ $word == "$cur"* ]]; then
      printf -v word %q "$before$word"
      COMPREPLY+=("\${word#"$cut"}")
    fi
  done
}

_${program}_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY+=($(compgen "$1" -- "$cur"))
}

complete -F _${program} ${program}
`
}

const flagsOf = (command: CompletionCommand | undefined): string =>
  (command?.options ?? [])
    .flatMap(({ flags }) => flags)
    .map(quoted)
    .join(' ')

/** `diagnose:--rule) …`; of the standard command also without its name. */
function valueCases(program: string, command: CompletionCommand, standard: string): readonly string[] {
  const owners = command.name === standard ? [command.name, ''] : [command.name]
  return command.options.flatMap(({ flags, value }) => {
    if (value === null) return []
    const patterns = owners.flatMap((owner) => flags.map((flag) => `${owner}:${flag}`))
    return [`    ${patterns.join(' | ')})\n      ${fill(program, value)}\n      return\n      ;;`]
  })
}

function commandCase(program: string, command: CompletionCommand): string {
  const operand = command.operand === null ? ':' : fill(program, command.operand)
  return `    ${quoted(command.name)})
      if [[ $cur == -* ]]; then
        _${program}_words ${flagsOf(command)}
      else
        ${operand}
      fi
      ;;`
}

function fill(program: string, value: CompletionValue): string {
  if (value.kind === 'words') return `_${program}_words ${value.words.map(({ name }) => quoted(name)).join(' ')}`
  if (value.kind === 'any') return ':'
  return `_${program}_files ${value.kind === 'files' ? '-f' : '-d'}`
}
