import type { Question } from '../../model/block.ts'
import type { GapReason } from '../../model/part.ts'
import type { Plan } from './plan-base.ts'

/** A tool's word that it has no answer: it is not there, may not look, finds no such thing. */
export interface Refusal {
  readonly reason: GapReason
  /** The program that said so, or that is missing; null where the line names none. */
  readonly program: string | null
}

/** Longer lines are rows of something. */
const MAX = 1000

const NAME = '[\\w.+-]{1,40}'
/** What shells say of a program they do not find, or may not run. In any language, since it is the shell that speaks. */
const SHELL =
  /^-?(?:\/\S{1,60}\/)?(?:ba|da|a|z|k|c|tc)?sh(?:\[\d{1,7}\])?: (?:line )?(?:\d{1,5}: )?(?:command not found: )?(?<program>\/?[\w./+-]{1,200})(?:: |$)/
const OTHER_SHELLS: readonly RegExp[] = [
  new RegExp(`^fish: Unknown command:? '?(?<program>${NAME})`),
  new RegExp(`^(?<program>${NAME})\\s?: (?:The term|Die Benennung|无法将|用語)`),
  new RegExp(`^'(?<program>${NAME})' (?:is not recognized as|不是内部或外部命令)`),
  new RegExp(`^Command '(?<program>${NAME})' (?:not found|is available in)`),
  /exec: "(?<program>[\w./+-]{1,100})": (?:executable file not found|stat |permission denied)/,
  new RegExp(`^sudo: (?<program>${NAME}): `),
  /^(?:env|nsenter|nohup|timeout|chroot|xargs|nice|time|watch): (?:failed to execute |failed to run command |cannot run command )?[‘'"]?(?<program>\/?[\w./+-]{1,100})[’'"]?: /,
  new RegExp(`^\\[Errno \\d{1,3}\\] .{1,80}: b?'(?<program>${NAME})'`),
]

/** Said by those who carry a command somewhere, or by libraries, without the program's name. */
const CARRIERS: readonly RegExp[] = [
  /^(?:error|Error|ERROR|fatal|FATAL|FATA\[\d+\]|E\d{4}|Fehler|错误|エラー|Ошибка|Erro|Erreur)(?::| from server| in configuration)/,
  /^error(?: when |\[)/,
  /^(?:No resources found|No entries found|The connection to the server|Unable to connect to the server|Unable to use a TTY|the server (?:doesn't have|could not find|is currently unable))/,
  /^(?:Cannot connect to the Docker daemon|Got permission denied while trying|OCI runtime exec failed|rpc error: |command terminated with exit code|Please specify a container|couldn't find )/,
  /^(?:RTNETLINK answers|Cannot open netlink socket|Object "|Operation not permitted|Permission denied|Connection (?:refused|timed out|closed|reset)|Terminated|Killed|Segmentation fault|Bus error|Timeout, server)/,
  /^(?:ssh: |ssh_exchange_identification|kex_exchange_identification|Host key verification failed|Could not resolve hostname|Connection to \S{1,253} (?:timed out|refused)|channel \d+: open failed|\S{1,64}@\S{1,253}: Permission denied)/,
  /^"msg": "/,
  /^(?:Minion did not return|Minions? returned with non-zero|pdsh@\S{1,60}: |clush: |Failed to connect to the host|MODULE FAILURE|non-zero return code)/,
  /^(?:usage|Usage|USAGE|Try '|Try `|See '|BusyBox v\d|(?:invalid|illegal|unrecognized|unknown) option\b)/,
  /\bis not in the sudoers file|^Sorry, user |^sudo: /,
]

const REASONS: readonly (readonly [GapReason, RegExp])[] = [
  [
    'denied',
    /permission denied|not permitted|must be root|forbidden|unauthorized|denied|sudoers|权限|许可|不允许|keine berechtigung|nicht erlaubt|nicht zulässig|許可|отказано|не позволяет|permiso denegado|no permitida|permissão negada|não permitida|permission non accordée|EACCES|EPERM/i,
  ],
  ['timeout', /timed? ?out|deadline exceeded|no response|did not return|超时|タイムアウト/i],
  [
    'unsupported',
    /not supported|unsupported|unknown option|invalid option|illegal option|unrecognized option|not implemented|nicht unterstützt|不支持/i,
  ],
]

/**
 * Does this line say that there is no answer? `programs`: what was run, so that `cat: …` below `cat` is one and a row is not.
 * Lines in any language: who speaks tells, not what is said.
 */
export function readRefusal(text: string, programs: ReadonlySet<string>): Refusal | null {
  const line = text.trim()
  if (line.length > MAX || line.length < 4) return null
  const found = programOf(line, programs)
  if (found === undefined) return null
  const reason = REASONS.find(([, words]) => words.test(line))?.[0] ?? 'absent'
  return { reason, program: found === null ? null : found.slice(found.lastIndexOf('/') + 1) }
}

/** undefined: it is no such line. */
function programOf(line: string, programs: ReadonlySet<string>): string | null | undefined {
  for (const pattern of [SHELL, ...OTHER_SHELLS]) {
    const program = pattern.exec(line)?.groups?.program
    if (program !== undefined) return program
  }
  // `cat: …`, `iptables v1.8.7 (nf_tables): …`, `/usr/sbin/ss: …`
  const own = /^(?:\/[\w./-]{1,100}\/)?([\w.+-]{1,40})(?: v[\d.]{1,12})?(?: \([\w -]{1,30}\))?: \S/.exec(line)?.[1]
  if (own !== undefined && programs.has(own)) return own
  return CARRIERS.some((pattern) => pattern.test(line)) ? null : undefined
}

const NOTICE =
  /^(?:\[sudo\] |Password:|Warning: |W\d{4} |\[WARNING\]|\[DEPRECATION|WARNING: |lsof: WARNING|Defaulted container|Defaulting |Use 'kubectl describe|If you don't see a command prompt|Unable to find a TTY|Creating debugging pod |Targeting container |Temporarily using |Starting pod\/|To use host binaries|Removing debug pod|Pod IP: \d|Welcome to |Pseudo-terminal will not|The authenticity of host|Are you sure you want to continue|(?:\w+ )?key fingerprint is|Authorized uses only|Script (?:started|done)\b|Starting session with SessionId|Exiting session with|cannot be (?:opened|loaded): |real\t|user\t|sys\t|real\s+\d+m|user\s+\d+m|sys\s+\d+m|Output is (?:not complete|incomplete)|(?:sudo )?(?:apt|apt-get|snap|dnf|yum|apk) (?:install|add) |or: {2,}|"(?:changed|unreachable|failed|ansible_facts|discovered_interpreter_python|rc|cmd|stderr|stdout)": |See 'snap info|operable program or batch file|or batch file|\s{0,8}output may be incomplete)/

/** What tools and terminals say besides: no row is missing for it. */
export const isNotice = (text: string): boolean => text.length < 400 && NOTICE.test(text.trimStart())

/** The programs of a command's pipelines, wrappers and all, by which a tool's own word is known. */
export function programsOf(plans: readonly Plan[], command: string | null): ReadonlySet<string> {
  const words = (command ?? '').slice(0, 2000).split(/[\s|;&()'"`]+/)
  return new Set([
    ...plans.map((plan) => plan.first.program),
    ...words.map((word) => word.slice(word.lastIndexOf('/') + 1)).filter((word) => /^[a-z][\w.+-]{0,39}$/.test(word)),
  ])
}

const BY_FORMAT: Readonly<Record<string, Question>> = {
  ss: 'sockets',
  netstat: 'sockets',
  'proc-net-tcp': 'sockets',
  'netstat-s': 'counters',
  nstat: 'counters',
  'proc-net-netstat': 'counters',
  'proc-net-sockstat': 'sockstat',
  sysctl: 'sysctls',
  ps: 'processes',
  conntrack: 'flows',
  'conntrack-stats': 'flows',
  'conntrack-count': 'flows',
  'state-counts': 'sockets',
  'row-count': 'sockets',
  'iptables-save': 'nat',
  'iptables-list': 'nat',
  'nft-ruleset': 'nat',
  'nft-json': 'nat',
  ipvsadm: 'nat',
  'ipset-list': 'nat',
}

/** They run on a machine that is none of those they speak of. */
const FANNED = new Set(['ansible', 'pdsh', 'clush', 'dsh', 'pssh', 'parallel-ssh', 'salt', 'mussh', 'helm', 'kubeadm'])

/** What would have been answered; null where nothing that is asked for. */
export function questionOf(plan: Plan): Question | null {
  if (plan.role === 'cluster' || FANNED.has(plan.first.program)) return 'cluster'
  if (plan.role !== 'reading' || plan.formats.length === 0) return null
  return BY_FORMAT[plan.formats[0]?.name ?? ''] ?? null
}
