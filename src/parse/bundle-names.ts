/** What the name of a file in a bundle says of it. */
export interface MemberName {
  /** The command whose output it is; null: read as a transcript, or not at all. */
  readonly command: string | null
  /** The name gives the command with its options: how much is there can be told. */
  readonly sure: boolean
  /** The folder of one machine's (or one time's) files; `` for the bundle's own. */
  readonly root: string
  /** A time or a number that tells it from others of that name: `20240501-1000`, `2`; `` where there is none. */
  readonly stamp: string
  /** It is worth a look as a text of unknown kind. */
  readonly text: boolean
}

/** Programs whose names begin names of files. Longer ones stand before those that begin alike. */
const PROGRAMS = [
  ...['iptables-legacy-save', 'iptables-nft-save', 'iptables-save', 'ip6tables-save', 'ip6tables', 'iptables'],
  ...['ipvsadm', 'ipset', 'ifconfig', 'ip', 'nft', 'conntrack', 'netstat', 'nstat', 'nfsiostat', 'nfsstat', 'ss'],
  ...['sysctl', 'uname', 'hostnamectl', 'hostname', 'lsb_release', 'lscpu', 'nproc', 'uptime', 'vmstat', 'top', 'ps'],
  ...['iostat', 'mpstat', 'pidstat', 'free', 'mount', 'route', 'arp', 'ethtool', 'tc', 'brctl', 'bridge', 'dmesg'],
  ...['lsof', 'crictl', 'docker', 'kubectl', 'date', 'tcpdump', 'journalctl'],
]

/** Programs whose bare name is the whole command: there are no options that change what is shown. */
const PLAIN = new Set([
  'uname',
  'hostname',
  'hostnamectl',
  'lscpu',
  'nproc',
  'uptime',
  'dmesg',
  'date',
  'iptables-save',
  'ip6tables-save',
  'free',
  'mount',
])

/** Programs that take words where others take options: `ip-addr.txt` is `ip addr`. */
const SUBCOMMANDS = new Set(['ip', 'nft', 'tc', 'bridge', 'crictl', 'docker', 'kubectl', 'ipset'])

/** Names that collectors give without options, and the command that they stand for. */
const NAMED: Readonly<Record<string, string>> = {
  'sysctl_all.txt': 'sysctl -a',
  'sysctl_-a': 'sysctl -a',
  'sysctls.txt': 'sysctl -a',
  'sysctl.txt': 'sysctl -a',
  sysctla: 'sysctl -a',
  ssanp: 'ss -anp',
  ssantp: 'ss -antp',
  ssitan: 'ss -itan',
  iptablessave: 'iptables-save',
  ip6tablessave: 'ip6tables-save',
  'iptables-nat.txt': 'iptables --numeric --verbose --list --table nat',
  'iptables-filter.txt': 'iptables --numeric --verbose --list --table filter',
  'iptables-mangle.txt': 'iptables --numeric --verbose --list --table mangle',
  'iprule.txt': 'ip rule show',
  'iproute.txt': 'ip route show table all',
  'os-release': 'cat /etc/os-release',
  'mounts.txt': 'mount',
  'dmesg.current': 'dmesg',
  'dmesg.human.current': 'dmesg --ctime',
  ip_addr: 'ip -o addr',
  ip_route: 'ip route show table all',
  'ps-threads.txt': 'ps -eTF --headers',
}

/** Folders that sort one machine's files by subject: they do not part machines. */
const SUBJECT =
  /^(?:networking|network|net|system|systeminfo|kernel|sysctls?|storage|docker|containerd|kubelet|host|hosts?-?collectors|run-host|process(?:es)?|commands?|cmds?|logs?|info|sockets?|tcp|output|data|txt)$/i

/** Trees of a machine, and of programs, in which only known names are read. */
const TREES =
  /(?:^|\/)(?:sos_[a-z]+|etc|proc|sys|var|usr|run|boot|lib|opt|cluster-resources|cluster-info|podlogs|var_log|pods)\//

/**
 * Tell from a member's path which command it holds, of which machine.
 * Shape: sosreport (`sos_commands/networking/ss_-peaonmi`), copies of /proc, log collectors, dumps of a cluster, `ss-antp.log`
 * Gaps:  a name without options (`netstat.txt`) leaves open what is missing: `sure` is false
 */
export function readMemberName(path: string): MemberName {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const found = inProc(path) ?? inSos(path) ?? inCluster(path) ?? ofFile(path, name)
  if (found) return found
  const text = !TREES.test(path) && /^[^.]+$|\.(?:txt|log|md|out|text|console|session|typescript|rst)$/i.test(name)
  return { command: null, sure: false, root: folderOf(path), stamp: '', text: text && !/^readme|^license/i.test(name) }
}

const known = (command: string, root: string, sure = true, stamp = ''): MemberName => ({
  command,
  sure,
  root,
  stamp,
  text: false,
})

/** `…/proc/net/netstat`, `…/proc/sys/net/core/somaxconn`: a copy of what the kernel showed. */
function inProc(path: string): MemberName | null {
  const proc =
    /^(?:(.*)\/)?proc\/((?:(?:self|\d+)\/)?net\/[\w/]+|sys\/(?:net|fs|kernel|vm)\/[\w/.-]+|\d+\/limits|loadavg|stat|meminfo|pressure\/\w+|mounts)$/.exec(
      path,
    )
  if (proc) return known(`cat /proc/${proc[2]}`, proc[1] ?? '')
  const etc = /^(?:(.*)\/)?etc\/(os-release|hostname|sysctl\.conf)$/.exec(path)
  if (!etc) return null
  return known(etc[2] === 'hostname' ? 'hostname' : `cat /etc/${etc[2]}`, etc[1] ?? '')
}

/** sosreport writes a command's line with `_` for everything that no file's name should hold, and `.` for `/`. */
function inSos(path: string): MemberName | null {
  const match = /^(?:(.*)\/)?sos_commands\/[^/]+\/(?:namespaces\/([^/]+)\/)?([^/]+)$/.exec(path)
  if (!match) return null
  const [, root = '', netns, file = ''] = match
  const words = unsos(file, netns)
  const program = words.find((word) => !ENV.test(word)) ?? ''
  return PROGRAMS.includes(program) || program === 'cat' ? known(words.join(' '), root) : null
}

const ENV = /^\w+=/

function unsos(file: string, netns: string | undefined): readonly string[] {
  // The same command once more: `ss_-peaonmi.1`.
  const bare = file.replace(/\.\d$/, '')
  const inside = netns === undefined ? '' : `ip_netns_exec_${netns}_`
  if (inside !== '' && bare.startsWith(inside))
    return ['ip', 'netns', 'exec', netns ?? '', ...unsos(bare.slice(inside.length), undefined)]
  return bare
    .split('_')
    .map((word) => (/^\.\w/.test(word) ? word.replaceAll('.', '/') : word))
    .filter((word) => word !== '')
}

const KINDS: Readonly<Record<string, string>> = {
  nodes: 'nodes',
  node_list: 'nodes',
  pods: 'pods',
  services: 'services',
  endpoints: 'endpoints',
  endpointslices: 'endpointslices',
  events: 'events',
}

/** `kubectl cluster-info dump` (`NS/pods.json`, `nodes.json`) and troubleshoot (`cluster-resources/pods/NS.json`). */
function inCluster(path: string): MemberName | null {
  const match =
    /(?:^|\/)(?:cluster-resources\/(?<kind>[a-z]+)(?:\/(?<ns>[\w.-]+))?|(?:(?<dumped>[\w.-]+)\/)?(?<dump>nodes|node_list|pods|services|endpoints|endpointslices|events))\.(?<format>json|yaml)$/.exec(
      path,
    )?.groups
  const kind = KINDS[match?.kind ?? match?.dump ?? '']
  if (!match || kind === undefined) return null
  const namespace = match.ns ?? (kind === 'nodes' ? undefined : match.dumped)
  const scope = namespace === undefined ? '' : ` -n ${namespace}`
  return known(`kubectl get ${kind}${scope} -o ${match.format}`, '')
}

/** `ss-antp.log`, `netstat_-s`, `networking/iptables-save.txt`, `ss_20240501-1000.txt`, `sockets/ss.txt`. */
function ofFile(path: string, name: string): MemberName | null {
  const inTree = TREES.test(path)
  const root = folderOf(path)
  const named = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined
  if (named !== undefined && !inTree) return known(named, root)
  if (name === 'hostname' || name === 'hostname.txt') return known('hostname', root)
  if (inTree || /\.(?:json|ya?ml|conf|cfg|service|sh|py|go|md|pcap|pcapng|cap|html|csv|cue|db)$/i.test(name))
    return null
  const { bare, stamp } = withoutStamp(name.replace(/\.(?:txt|log|out|text|output|cmd|stdout)$/i, ''))
  const program = PROGRAMS.find(
    (one) => bare === one || (bare.startsWith(one) && /[_\s.+-]/.test(bare[one.length] ?? '')),
  )
  if (program === undefined) return null
  const rest = bare.slice(program.length)
  const options = SUBCOMMANDS.has(program)
    ? rest.split(/[_\s.+]+|(?<=[a-z])-(?=[a-z])|^-(?=[a-z])/).filter((word) => word !== '')
    : optionsOf(rest)
  if (options === null) return null
  const sure = options.length > 0 || PLAIN.has(program)
  return known([program, ...options].join(' '), root, sure, stamp)
}

/** `_-peaonmi` and `-antp` → `-antp`; `_antp` → `-antp`; `_nat`, `-S-nat` are words of people: null where they may be anything. */
function optionsOf(rest: string): readonly string[] | null {
  const words = rest
    .split(/[_\s.+]+|(?<=\w)-(?=\w)|(?<=[_\s.+]|^)(?=--?\w)/)
    .filter((word) => word !== '' && word !== '-')
  const options: string[] = []
  for (const word of words) {
    if (WORDS.has(word.replace(/^-/, '')) && options.length === 0) continue
    if (/^--?[A-Za-z]/.test(word) || /^\d{1,3}$/.test(word)) options.push(word)
    else if (/^[A-Za-z0-9]{1,8}$/.test(word) && options.length === 0 && !WORDS.has(word)) options.push(`-${word}`)
    else if (/^[A-Za-z]{2,12}$/.test(word) && options.length > 0) options.push(word)
    else if (!WORDS.has(word)) return null
  }
  return options
}

/** What people add to a file's name that is no option. */
const WORDS = new Set(
  'state states sockets listen summary all nat list show stats stat output out node host pod full tcp addr route rule link save dump txt info log raw now old new'.split(
    ' ',
  ),
)

/** Times and numbers at the end of a name. */
function withoutStamp(name: string): { readonly bare: string; readonly stamp: string } {
  const match =
    /^(.*?)[_.-]?(20\d\d-?[01]\d-?[0-3]\d(?:[T_.-]?[0-2]\d[:_.-]?[0-5]\d(?:[:_.-]?[0-5]\d)?)?Z?|1\d{9})$/.exec(name)
  if (match?.[1]) return { bare: match[1].replace(/[_.-]+$/, ''), stamp: match[2] ?? '' }
  const numbered = /^([a-z0-9]*[a-z][a-z-]*)[_.-](\d{1,3}|before|after|pre|post)$/i.exec(name)
  return numbered?.[1] ? { bare: numbered[1], stamp: numbered[2] ?? '' } : { bare: name, stamp: '' }
}

/** The folder that a machine's files are in, folders by subject left out. */
function folderOf(path: string): string {
  const folders = path.split('/').slice(0, -1)
  while (folders.length > 0 && SUBJECT.test(folders.at(-1) ?? '')) folders.pop()
  return folders.join('/')
}

/** The machine's name as the folder of a sosreport gives it: `sosreport-NAME-CASE-2024-05-01-abcdefg`; null for other folders. */
export function hostOfSosFolder(root: string): string | null {
  const folder = root.slice(root.lastIndexOf('/') + 1)
  const name = /^sosreport-(.+?)(?:-\d{4,})?(?:-20\d\d-\d\d-\d\d)?(?:-[a-z]{7})?$/.exec(folder)?.[1] ?? null
  return name
}

/** May a folder's name be a machine's? Of the folders `before` and `after`, `run-1`, `tmp` it is not. */
export function hostOfFolder(root: string): string | null {
  const folder = root.slice(root.lastIndexOf('/') + 1)
  if (/^(?:before|after|pre|post|good|bad|old|new|tmp|run|try|step|t|round|snapshot|capture)?[_-]?\d*$/i.test(folder))
    return null
  return /^[a-z0-9][a-z0-9.-]{1,252}$/i.test(folder) && !/^20\d\d/.test(folder) ? folder : null
}
