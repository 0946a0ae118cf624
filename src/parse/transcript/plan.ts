import type { Coverage } from '../../model/part.ts'
import type { TcpState } from '../../model/socket.ts'
import type { Format } from '../format.ts'
import { handTable } from '../hand-table.ts'
import { netstat } from '../netstat.ts'
import { netstatS } from '../netstat-s.ts'
import { nodeFacts } from '../node-facts.ts'
import { nstat } from '../nstat.ts'
import { procNetNetstat, procNetSockstat, procNetTcp } from '../proc-net-lines.ts'
import { rowCount } from '../row-count.ts'
import { ss } from '../ss.ts'
import { stateCounts } from '../state-counts.ts'
import { askedSysctls, isKey, sysctl } from '../sysctl.ts'
import { tcpStateByFilter } from '../tcp-states.ts'
import type { Invocation, Pipeline } from './command-line.ts'
import { ALL, intersect, type Rows, type Shown, throughFilters } from './filters.ts'
import { readGrep } from './grep-words.ts'
import { own } from './own.ts'

/** What to expect of one pipeline's output. */
export interface Plan {
  /**
   * - `reading`: output of a tool we read
   * - `unknown`: anything may come (`cat FILE`, a script): tried by shape, never whole
   * - `foreign`: a tool that has no parser yet
   * - `instruction`: changes something, or opens an editor: what it prints is no reading
   * - `cluster`: kubectl and its like: speaks of a cluster, not of this machine
   */
  readonly role: 'reading' | 'unknown' | 'foreign' | 'instruction' | 'cluster'
  readonly formats: readonly Format[]
  readonly shown: Shown
  /** Program and arguments, for the readers of formats. */
  readonly first: Invocation
  /** What the reader calls it: `iptables`. */
  readonly name: string
  /** The file of another process's namespace: /proc/PID/net/tcp. */
  readonly pid: string | null
}

/** Formats that anything of unknown origin is tried for. The strictest stand first. */
export const BY_SHAPE: readonly Format[] = [
  ss,
  netstat,
  procNetNetstat,
  procNetSockstat,
  procNetTcp,
  nstat,
  netstatS,
  nodeFacts,
  stateCounts,
  sysctl,
  handTable,
]

const WHOLE: Shown = { shape: 'rows', coverage: ALL, cuts: [], limit: null }
const NOT_KNOWN: Shown = { ...WHOLE, coverage: [] }

const NO_SOCKETS: Rows = { kind: 'other', tool: 'ss', recvQueue: 0, state: 0, stateIsLast: false, processes: false }

/** What a pipeline's output can be, and how much of it is there. */
export function planOf(pipeline: Pipeline): Plan {
  const { first, filters } = pipeline
  const base = own(BY_PROGRAM, first.program)?.(first) ?? byDefault(first)
  const rows = base.rows ?? NO_SOCKETS
  const shown = throughFilters(base.shown ?? WHOLE, filters, rows)
  const formats =
    shown.shape === 'rows'
      ? (base.formats ?? [])
      : shown.shape === 'census'
        ? [stateCounts]
        : shown.shape === 'count'
          ? [rowCount]
          : []
  const reads = base.role === 'reading' || base.role === 'unknown'
  return {
    role: reads && formats.length === 0 ? 'foreign' : base.role,
    formats: reads && !(shown.shape === 'count' && rows.kind !== 'sockets') ? formats : [],
    shown,
    first,
    name:
      base.name ??
      (shown.shape === 'other' && reads ? [first, ...filters].map((one) => one.program).join(' | ') : first.program),
    pid: base.pid ?? null,
  }
}

interface Base {
  readonly role: Plan['role']
  readonly formats?: readonly Format[]
  readonly shown?: Shown
  readonly rows?: Rows
  readonly name?: string
  readonly pid?: string | null
}

const FOREIGN: Base = { role: 'foreign' }
const INSTRUCTION: Base = { role: 'instruction' }
const CLUSTER: Base = { role: 'cluster' }
const FACTS: Base = { role: 'reading', formats: [nodeFacts] }

function byDefault({ program }: Invocation): Base {
  // A script of one's own (`./collect.sh`, `dump-sockets`) may print anything that we read.
  return OTHER_TOOLS.has(program) ? FOREIGN : { role: 'unknown', formats: BY_SHAPE, shown: NOT_KNOWN }
}

const OTHER_TOOLS = new Set(
  (
    'iptables iptables-save ip6tables nft ipvsadm conntrack tcpdump tshark ps top htop vmstat dmesg journalctl curl wget nc ncat ' +
    'telnet ping dig nslookup lsof strace perf ethtool ifconfig route ip ls df free iostat sar mpstat pidstat systemctl service ' +
    'mount docker crictl ctr nerdctl podman tc lsns find uptime date w who bpftool bpftrace wrk ab hping3 mtr traceroute rpm dpkg ' +
    'git make go python python3 java node jq tail-f man which type file stat du lsmod chronyc timedatectl brctl arp shell nmap openssl'
  ).split(' '),
)

const BY_PROGRAM: Readonly<Record<string, (invocation: Invocation) => Base>> = {
  ss: planSs,
  netstat: planNetstat,
  nstat: planNstat,
  sysctl: planSysctl,
  uname: () => FACTS,
  hostname: ({ args }) => (args.some((arg) => !arg.startsWith('-')) ? INSTRUCTION : FACTS),
  hostnamectl: () => FACTS,
  nproc: () => FACTS,
  lscpu: () => FACTS,
  lsb_release: () => FACTS,
  cat: planFiles,
  more: planFiles,
  less: planFiles,
  tac: planFiles,
  head: (invocation) => cutShort(planFiles(invocation), invocation),
  tail: (invocation) => cutShort(planFiles(invocation), invocation),
  grep: planGrep,
  egrep: planGrep,
  fgrep: planGrep,
  ...Object.fromEntries(
    ['kubectl', 'k', 'oc', 'helm', 'kubeadm', 'calicoctl', 'etcdctl'].map((name) => [name, () => CLUSTER]),
  ),
  ...Object.fromEntries(
    'vim vi nano ed emacs echo printf export tee sed cp mv rm mkdir touch cd alias set modprobe useradd kill pkill reboot exit logout source true'
      .split(' ')
      .map((name) => [name, () => INSTRUCTION]),
  ),
}

const flagsOf = (args: readonly string[]): string =>
  args
    .map((arg) =>
      /^-[A-Za-z\d]/.test(arg) ? arg.slice(1) : arg.startsWith('--') ? (own(LONG, arg.slice(2)) ?? '') : '',
    )
    .join('')

const LONG: Readonly<Record<string, string>> = {
  tcp: 't',
  udp: 'u',
  raw: 'w',
  unix: 'x',
  sctp: 'S',
  all: 'a',
  listening: 'l',
  listen: 'l',
  processes: 'p',
  programs: 'p',
  program: 'p',
  extended: 'e',
  extend: 'e',
  summary: 's',
  statistics: 's',
  ipv4: '4',
  ipv6: '6',
  route: 'r',
  interfaces: 'i',
  groups: 'g',
  timers: 'o',
  options: 'o',
  memory: 'm',
  info: 'i',
}

const states = (names: readonly TcpState[]): readonly Coverage[] => names.map((state) => ({ of: 'state', state }))

const CONNECTED: readonly TcpState[] = [
  'ESTABLISHED',
  'SYN_SENT',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'CLOSE_WAIT',
  'LAST_ACK',
  'CLOSING',
]
const NOT_LISTENING: readonly TcpState[] = [...CONNECTED, 'SYN_RECV', 'TIME_WAIT', 'CLOSE']

function planSs({ args }: Invocation): Base {
  const at = args.findIndex((arg) => /^(?:state|exclude|src|dst|sport|dport|\(|dev|not|-F)$/.test(arg))
  const options = at < 0 ? args : args.slice(0, at)
  const filter = at < 0 ? [] : args.slice(at)
  const flags = flagsOf(options)
  const query = /(?:^|\s)(?:-A|--query|--socket)[ =](\S+)/.exec(options.join(' '))?.[1] ?? null
  const kinds = query === null ? [...'tuwxS0'].filter((kind) => flags.includes(kind)) : query.split(',')
  const hasTcp =
    kinds.length === 0 || kinds.some((kind) => kind === 't' || kind === 'tcp' || kind === 'inet' || kind === 'all')
  if (!hasTcp || flags.includes('s') || flags.includes('K')) return { ...FOREIGN, name: ['ss', ...args].join(' ') }
  const netid = kinds.length === 1 && !['inet', 'all'].includes(kinds[0] ?? '') ? 0 : 1
  const only = filter[0] === 'state' ? tcpStateByFilter(filter[1] ?? '') : null
  const usual = flags.includes('a') ? ALL : flags.includes('l') ? states(['LISTEN']) : states(CONNECTED)
  const family = flags.includes('4') ? ['-4'] : flags.includes('6') ? ['-6'] : []
  const coverage = filter.length > 0 ? filterCoverage(filter, usual) : usual
  return {
    role: 'reading',
    formats: [ss],
    shown: {
      ...WHOLE,
      coverage: family.length > 0 ? [] : coverage,
      cuts: [
        ...family.map((flag) => `ss ${flag}`),
        ...(filter.length > 0 ? [`ss … ${filter.join(' ')}`.slice(0, 120)] : []),
      ],
    },
    rows: {
      kind: 'sockets',
      tool: 'ss',
      state: only ? 0 : 1 + netid,
      recvQueue: (only ? 1 : 2) + netid,
      stateIsLast: false,
      processes: flags.includes('p'),
    },
  }
}

/** What `ss state X`, `ss -l sport = :80`, `( sport = :80 or dport = :80 )` show whole. */
function filterCoverage(filter: readonly string[], usual: readonly Coverage[]): readonly Coverage[] {
  const text = filter.join(' ').replace(/[()]/g, ' ').replace(/\s+/g, ' ').trim()
  const named = /^((?:state \S+ ?)+)(.*)$/.exec(text)
  const asked = (named?.[1] ?? '').split(/\s*state /).filter((name) => name !== '')
  const found = asked.map((name) => tcpStateByFilter(name.trim()))
  const among =
    asked.length === 0
      ? usual
      : found.every((state) => state !== null)
        ? states(found)
        : asked[0]?.trim() === 'all'
          ? ALL
          : []
  const rest = named ? (named[2] ?? '') : text
  if (rest === '') return among
  const port = /^(sport|dport) (?:=|eq|==) :?(\d{1,5})(?: or (sport|dport) (?:=|eq|==) :?(\d{1,5}))?$/.exec(rest)
  const onlyListeners = among.every((set) => set.of === 'state' && set.state === 'LISTEN')
  const bothEnds = port?.[3] !== undefined && port[3] !== port[1] && port[4] === port[2]
  if (!port || !(bothEnds || (onlyListeners && port[1] === 'sport'))) return []
  return intersect(among, [{ of: 'port', port: Number(port[2]) }])
}

function planNetstat({ args }: Invocation): Base {
  const flags = flagsOf(args)
  if (flags.includes('s')) return { role: 'reading', formats: [netstatS], rows: { ...NO_SOCKETS, kind: 'counters' } }
  if (/[rigM]/.test(flags)) return { ...FOREIGN, name: ['netstat', ...args].join(' ') }
  const kinds = [...'tuwxS'].filter((kind) => flags.includes(kind))
  if (kinds.length > 0 && !kinds.includes('t')) return { ...FOREIGN, name: ['netstat', ...args].join(' ') }
  const usual = flags.includes('a') ? ALL : flags.includes('l') ? states(['LISTEN']) : states(NOT_LISTENING)
  const family = /[46]/.exec(flags)?.[0]
  return {
    role: 'reading',
    formats: [netstat],
    shown: { ...WHOLE, coverage: family ? [] : usual, cuts: family ? [`netstat -${family}`] : [] },
    rows: {
      kind: 'sockets',
      tool: 'netstat',
      state: 6,
      recvQueue: 2,
      stateIsLast: !/[peo]/.test(flags),
      processes: flags.includes('p'),
    },
  }
}

function planSysctl({ args }: Invocation): Base {
  const flags = flagsOf(args)
  if (/[wpf]/.test(flags) || args.some((arg) => /^--(?:write|load|system)/.test(arg) || /^[a-z]+\.\S+=/.test(arg)))
    return INSTRUCTION
  const keys = askedSysctls(args)
  const coverage: readonly Coverage[] = keys.length > 0 ? [{ of: 'keys', keys }] : ALL
  return { role: 'reading', formats: [sysctl], shown: { ...WHOLE, coverage } }
}

/** `nstat -az NAME…` prints only these; a pattern may match more, which then stand there. */
function planNstat({ args }: Invocation): Base {
  const names = args.filter((arg) => /^[A-Z]\w+$/.test(arg))
  const patterns = args.filter((arg) => !arg.startsWith('-'))
  const coverage: readonly Coverage[] = patterns.length > 0 ? [{ of: 'keys', keys: names }] : ALL
  return { role: 'reading', formats: [nstat], shown: { ...WHOLE, coverage }, rows: { ...NO_SOCKETS, kind: 'nstat' } }
}

const CONFIGURATION =
  /^\/etc\/(?!os-release|lsb-release|hostname)|\.(?:conf|cfg|ya?ml|toml|ini|service|json|go|c|h|py|sh|xml)$/

/** `cat` and its like: what the paths are tells what to expect. */
function planFiles({ args }: Invocation): Base {
  const paths = args.filter((arg) => arg.includes('/') || /\.\w+$/.test(arg))
  const [path = ''] = paths
  if (paths.length === 0) return { role: 'unknown', formats: BY_SHAPE, shown: NOT_KNOWN }
  if (paths.every((one) => CONFIGURATION.test(one))) return INSTRUCTION
  const net = /^\/proc\/(?:(self|\d+)\/)?net\/(\w+)$/.exec(path)
  if (net) {
    const formats = own(PROC_NET, net[2] ?? '')
    const pid = net[1] !== undefined && net[1] !== 'self' ? net[1] : null
    const all = ['tcp', 'tcp6'].every((name) => paths.some((one) => one.endsWith(`/net/${name}`)))
    const half = formats?.[0] === procNetTcp && !all
    const shown = half ? { ...WHOLE, coverage: [], cuts: [`cat ${paths.join(' ')}`] } : WHOLE
    return formats
      ? { role: 'reading', formats, pid, shown, rows: { ...NO_SOCKETS, kind: 'other' } }
      : { ...FOREIGN, name: path }
  }
  if (path.startsWith('/proc/sys/'))
    return {
      role: 'reading',
      formats: [sysctl],
      shown: { ...WHOLE, coverage: [{ of: 'keys', keys: askedSysctls(args) }] },
    }
  if (/^\/etc\/(?:os|lsb)-release$|^\/usr\/lib\/os-release$/.test(path)) return FACTS
  if (/^\/(?:proc|sys)\//.test(path)) return { ...FOREIGN, name: path }
  return { role: 'unknown', formats: BY_SHAPE, shown: NOT_KNOWN }
}

const PROC_NET: Readonly<Record<string, readonly Format[]>> = {
  netstat: [procNetNetstat],
  snmp: [procNetNetstat],
  sockstat: [procNetSockstat],
  sockstat6: [procNetSockstat],
  tcp: [procNetTcp],
  tcp6: [procNetTcp],
}

function cutShort(base: Base, { program, args }: Invocation): Base {
  const whole = base.formats?.[0] === sysctl
  const shown = base.shown ?? WHOLE
  return whole
    ? base
    : { ...base, shown: { ...shown, coverage: [], cuts: [...shown.cuts, [program, ...args].join(' ').slice(0, 120)] } }
}

/** `grep Listen /proc/net/netstat`, `grep . /proc/sys/net/ipv4/tcp_*`. */
function planGrep(invocation: Invocation): Base {
  const grep = readGrep(invocation)
  const base = planFiles({ program: 'cat', args: grep.files })
  const shown = base.shown ?? WHOLE
  const keys = grep.files.filter((file) => isKey(file))
  return base.formats?.[0] === sysctl && keys.length === 0
    ? base
    : { ...base, shown: { ...shown, coverage: [], cuts: [...shown.cuts, grep.label.slice(0, 120)] } }
}
