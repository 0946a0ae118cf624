/** What tools that run a command on many machines print above one machine's output, and people above what they paste. */

const NAME = '[A-Za-z\\d](?:[\\w.-]{0,251}[A-Za-z\\d])?'
const LABELS: readonly RegExp[] = [
  // ansible: node1 | CHANGED | rc=0 >>
  new RegExp(`^(${NAME}) \\| (?:CHANGED|SUCCESS|FAILED|UNREACHABLE!)(?: \\||! =>| =>|$)`),
  // pssh: [1] 11:22:33 [SUCCESS] node1
  new RegExp(`^\\[\\d{1,5}\\] \\d\\d:\\d\\d:\\d\\d \\[(?:SUCCESS|FAILURE)\\] (?:[\\w.-]+@)?(${NAME})`),
]

/** `node1:`, `### 10.0.0.5`, `=== web-01 ===`: only what can hardly be anything but a machine. */
const TYPED = new RegExp(
  `^(?:[-=#*>+]{2,}\\s*|\\[)?(?:(?:node|host|server|machine|节点|主机|机器|服务器)(?:\\s*[:：]\\s*|\\s+))?[\`'"]?(${NAME})[\`'"]?(?:\\s*[:：]|\\s*[-=#*<+]{2,}|\\])$`,
  'i',
)

/** A sentence that begins with a machine's quoted name and introduces what follows. */
const QUOTED = new RegExp(
  `^(?:on\\s+)?(?:node|host|server|节点|主机|机器)\\s*[:：]?\\s*[\`*'"]{1,2}(${NAME})[\`*'"]{1,2}.{0,60}[:：]`,
  'i',
)

const MACHINE =
  /^(?:\d{1,3}(?:\.\d{1,3}){3}|(?:ip-\d|i-[\da-f]{8})[\w.-]*|(?=[\w.-]*\d)(?:[a-z][a-z\d]*[-.])+[\w.-]+|(?:k8s|kube|node|host|master|worker|minion|server|srv|vm|web|app|db|lb|gw|proxy|etcd|cp|slave|compute|machine)[-_]?(?:\d{1,5}|[a-z]))$/i
/** Files, versions and sections that look like names. */
const NO_MACHINE =
  /\.(?:txt|log|md|conf|cfg|sh|ya?ml|json|pcap|c|h|go|py|gz)$|^(?:v?\d[\d.]*|(?:step|part|case|fig|figure|table|chapter|section|example|issue|question|answer|round|test)[-_.]?\d.*)$/i

/** The machine that this line names as that of what follows; null where it names none. */
export function readHostLabel(line: string): string | null {
  const quoted = line.length <= 80 ? QUOTED.exec(line)?.[1] : undefined
  if (quoted !== undefined && MACHINE.test(quoted)) return quoted
  if (line.length > 300 || !/[:：=#*<+\]>{-]\s*$|^\[\d/.test(line)) return null
  for (const pattern of LABELS) {
    const name = pattern.exec(line)?.[1]
    if (name) return name
  }
  // Indented it is a key: a container in `kubectl describe`, a map in YAML.
  const name = /^\s/.test(line) ? undefined : TYPED.exec(line)?.[1]
  if (name === undefined || !MACHINE.test(name)) return null
  return NO_MACHINE.test(name) && !/^\d{1,3}(?:\.\d{1,3}){3}$/.test(name) ? null : name
}

/** `node1: LISTEN 0 128 …`, as pdsh and clush print each line: the machine, and the line without it. */
export function readTag(line: string): { readonly host: string; readonly rest: string } | null {
  const match = /^([A-Za-z\d][\w.-]{0,62}): (.*)$/.exec(line.length > 4000 ? '' : line)
  return match ? { host: match[1] ?? '', rest: match[2] ?? '' } : null
}

/** The command that ansible, pdsh, clush, pssh or salt was told to run on many machines; null where it is none of them. */
export function fannedOut(words: readonly string[]): string | null {
  const [program = '', ...args] = words.filter((word) => word !== 'sudo')
  const name = program.slice(program.lastIndexOf('/') + 1)
  if (name === 'ansible') {
    const at = args.findIndex((arg) => arg === '-a' || arg === '--args')
    return at < 0 ? null : (args[at + 1] ?? null)
  }
  if (!/^(?:pdsh|clush|dsh|pssh|parallel-ssh|salt|mussh)$/.test(name)) return null
  let rest = args.filter((arg) => arg !== 'cmd.run')
  let i = 0
  while (i < rest.length && rest[i]?.startsWith('-'))
    i += /^-[wghxlHfpto]$|^--(?:host|hosts|group|nodes?)$/.test(rest[i] ?? '') ? 2 : 1
  rest = rest.slice(name === 'salt' ? i + 1 : i)
  return rest.length === 0 ? null : rest.join(' ')
}
