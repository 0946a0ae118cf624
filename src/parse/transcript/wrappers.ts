import type { Invocation, NetnsName, Where } from './invocation.ts'
import { own } from './own.ts'
import { tokenize } from './tokenize.ts'

export const HERE: Where = { host: null, netns: null, shell: false, viaKubectl: false }
const SHELL_WORDS = new Set(['if', 'then', 'else', 'do', 'while', 'until', '!', 'time'])
const NO_COMMANDS = new Set(['for', 'done', 'fi', 'case', 'esac', 'function', 'in'])

interface Unwrapped {
  readonly invocation: Invocation | null
  readonly where: Where
  /** Filters inside a quoted command: `sh -c 'ss | head'`. */
  readonly filters?: readonly Invocation[]
}

/** Take wrappers off, one after the other, as deep as they are nested. */
export function unwrap(words: readonly string[], where: Where): Unwrapped {
  const [word = '', ...rest] = words
  if (words.length === 0) return { invocation: null, where }
  if (SHELL_WORDS.has(word) || /^\w+=\S*$/.test(word)) return unwrap(rest, where)
  if (NO_COMMANDS.has(word)) return { invocation: null, where }
  const program = word.slice(word.lastIndexOf('/') + 1)
  const wrapper = own(WRAPPERS, program)
  return wrapper?.(rest, where) ?? { invocation: { program, args: rest }, where }
}

type Wrapper = (args: readonly string[], where: Where) => Unwrapped | null

/** Skip options; those in `valued` take the next word with them. What follows is the wrapped command. */
function afterOptions(args: readonly string[], valued: readonly string[]): readonly string[] {
  let i = 0
  while (i < args.length) {
    const arg = args[i] ?? ''
    if (arg === '--') return args.slice(i + 1)
    if (!arg.startsWith('-') || arg === '-') break
    i += valued.includes(arg) ? 2 : 1
  }
  return args.slice(i)
}

/** The value of `-t 1`, `-t1`, `--target=1` or `--target 1`. */
function optionValue(args: readonly string[], names: readonly string[]): string | null {
  for (const [index, arg] of args.entries()) {
    for (const name of names) {
      if (arg === name) return args[index + 1] ?? null
      if (name.startsWith('--') ? arg.startsWith(`${name}=`) : arg.startsWith(name) && arg.length > 2)
        return arg.slice(name.startsWith('--') ? name.length + 1 : 2)
    }
  }
  return null
}

const plain =
  (valued: readonly string[]): Wrapper =>
  (args, where) => {
    const rest = afterOptions(args, valued)
    return rest.length > 0 ? unwrap(rest, where) : null
  }

const SHELLS = new Set(['sh', 'bash', 'ash', 'dash', 'zsh', '/bin/sh', '/bin/bash', '/bin/ash'])

/** The command that a container or namespace wrapper carries; none, or a shell, opens a session. */
function inside(command: readonly string[], where: Where): Unwrapped {
  if (command.length === 0 || (command.length === 1 && SHELLS.has(command[0] ?? '')))
    return { invocation: { program: 'shell', args: [] }, where: { ...where, shell: true } }
  return unwrap(command, where)
}

const inContainer =
  (valued: readonly string[]): Wrapper =>
  (args, where) => {
    const rest = args[0] === 'compose' ? afterOptions(args.slice(1), COMPOSE) : args
    if (rest[0] !== 'exec') return null
    const [container = '', ...command] = afterOptions(rest.slice(1), valued)
    return inside(command, { ...where, netns: { by: 'container', container } })
  }

const COMPOSE = ['-f', '--file', '-p', '--project-name', '--profile', '--env-file']

const kubectl: Wrapper = (args, where) => {
  const at = args.findIndex(
    (arg, index) => arg === 'exec' && !/^-[nc]$|^--(namespace|context)$/.test(args[index - 1] ?? ''),
  )
  if (at < 0) return debugNode(args, where)
  const namespace = optionValue(args, ['-n', '--namespace'])
  const rest = args.slice(at + 1)
  const dashes = rest.indexOf('--')
  const [pod = '', ...words] = afterOptions(dashes < 0 ? rest : rest.slice(0, dashes), [
    '-c',
    '-n',
    '--container',
    '--namespace',
  ])
  const command = dashes < 0 ? afterOptions(words, ['-c', '-n', '--container', '--namespace']) : rest.slice(dashes + 1)
  const name = pod.replace(/^(pods?|po)\//, '')
  return inside(command, { ...where, viaKubectl: true, netns: { by: 'pod', pod: name, namespace } })
}

/** `kubectl debug node/NAME -it …` opens a shell in that node's own network namespace. */
function debugNode(args: readonly string[], where: Where): Unwrapped | null {
  const host = args[0] === 'debug' ? args.find((arg) => arg.startsWith('node/'))?.slice(5) : undefined
  if (host === undefined || host === '') return null
  const dashes = args.indexOf('--')
  return inside(dashes < 0 ? [] : args.slice(dashes + 1), { ...where, host, netns: { by: 'host' } })
}

const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  ss: (args, where) => {
    const name = optionValue(args, ['-N', '--net'])
    return name === null
      ? null
      : { invocation: { program: 'ss', args }, where: { ...where, netns: { by: 'name', name } } }
  },
  sudo: plain(['-u', '-g', '-h', '-p', '-C', '-U']),
  doas: plain(['-u']),
  nice: plain(['-n']),
  ionice: plain(['-c', '-n', '-p']),
  env: plain(['-u']),
  nohup: plain([]),
  command: plain([]),
  exec: plain([]),
  time: plain([]),
  stdbuf: plain(['-o', '-e', '-i']),
  busybox: plain([]),
  toybox: plain([]),
  chroot: (args, where) => {
    const [, ...command] = afterOptions(args, [])
    return command.length > 0 ? unwrap(command, where) : null
  },
  timeout: (args, where) => unwrap(afterOptions(args, ['-s', '-k']).slice(1), where),
  watch: (args, where) => {
    const rest = afterOptions(args, ['-n', '--interval'])
    return rest.length === 1 ? unwrapText(rest[0] ?? '', where) : unwrap(rest, where)
  },
  sh: shellCommand,
  bash: shellCommand,
  nsenter: (args, where) => {
    const command = afterOptions(args, ['-t', '--target', '-S', '-G', '-r', '-w'])
    const options = args.slice(0, args.length - command.length)
    const pid = optionValue(options, ['-t', '--target'])
    const net = options.some((arg) => /^-\w*[na]/.test(arg) || arg.startsWith('--net') || arg === '--all')
    const path = options.find((arg) => arg.startsWith('--net='))?.slice(6)
    const named = path?.match(/netns\/([\w.-]+)$/)?.[1]
    const name: NetnsName | null = named ? { by: 'name', name: named } : pid ? { by: 'pid', pid } : null
    // Entering process 1 is how a privileged container gets out to its host.
    const netns: NetnsName | null = pid === '1' && !named ? { by: 'host' } : name
    return inside(command, net && netns ? { ...where, netns } : where)
  },
  ip: (args, where) => {
    const rest = afterOptions(args, [])
    if (!'netns'.startsWith(rest[0] ?? '-') || rest[1] !== 'exec') return null
    const [name = '', ...command] = rest.slice(2)
    return inside(command, { ...where, netns: { by: 'name', name } })
  },
  docker: inContainer(['-u', '--user', '-e', '--env', '-w', '--workdir']),
  'docker-compose': (args, where) =>
    inContainer(['-u', '--user', '-e', '--env', '-w', '--workdir', '--index'])(['compose', ...args], where),
  podman: inContainer(['-u', '--user', '-e', '--env', '-w', '--workdir']),
  nerdctl: inContainer(['-u', '--user', '-e', '--env', '-w', '--workdir', '-n', '--namespace']),
  crictl: inContainer([]),
  kubectl,
  k: kubectl,
  oc: kubectl,
  ssh: (args, where) => {
    const [target = '', ...command] = afterOptions(args, [
      '-p',
      '-i',
      '-l',
      '-o',
      '-F',
      '-J',
      '-b',
      '-c',
      '-E',
      '-L',
      '-R',
      '-D',
    ])
    const host = target.slice(target.lastIndexOf('@') + 1)
    if (host === '' || command.length === 0) return null
    const over = { ...where, host }
    return command.length === 1 ? unwrapText(command[0] ?? '', over) : unwrap(command, over)
  },
}

/** `sh -c 'ss -lnt | head'`. */
function shellCommand(args: readonly string[], where: Where): Unwrapped | null {
  const at = args.findIndex((arg) => /^-\w*c$/.test(arg))
  return at < 0 ? null : unwrapText(args[at + 1] ?? '', where)
}

/** A command given as one quoted word: a pipeline can be followed, anything more is a script. */
function unwrapText(text: string, where: Where): Unwrapped {
  const { tokens } = tokenize(text)
  const commands: string[][] = [[]]
  for (const token of tokens) {
    if (token.kind === 'word') commands.at(-1)?.push(token.text)
    else if (token.kind === 'operator' && token.text === '|') commands.push([])
    else if (token.kind === 'operator') return { invocation: { program: 'script', args: [text] }, where }
  }
  const [first = [], ...rest] = commands
  const unwrapped = unwrap(first, where)
  const filters = rest.flatMap((words) => unwrap(words, HERE).invocation ?? [])
  return { ...unwrapped, filters: [...(unwrapped.filters ?? []), ...filters] }
}
