import type { Coverage } from '../../model/part.ts'
import { counterPairs } from '../counter-pairs.ts'
import { conntrack, conntrackCount } from '../flow-formats.ts'
import type { Format } from '../format.ts'
import { machineFormats } from '../machine-formats.ts'
import { nstat } from '../nstat.ts'
import { procNetNetstat } from '../proc-net-lines.ts'
import { otherCount, rowCount } from '../row-count.ts'
import { stateCounts } from '../state-counts.ts'
import { askedSysctls, sysctl } from '../sysctl.ts'
import type { Pipeline } from './command-line.ts'
import { throughFilters } from './filters.ts'
import type { Invocation } from './invocation.ts'
import { own } from './own.ts'
import {
  type Base,
  BY_SHAPE,
  CLUSTER,
  FACTS,
  FOREIGN,
  flagsOf,
  INSTRUCTION,
  NO_SOCKETS,
  notKnown,
  type Plan,
  WHOLE,
} from './plan-base.ts'
import { cutShort, planFiles, planGrep } from './plan-files.ts'
import { FORWARDING_PROGRAMS } from './plan-forwarding.ts'
import { planKubectl } from './plan-kube.ts'
import { NETWORK_PROGRAMS } from './plan-network.ts'
import { planNetstat, planSs } from './plan-sockets.ts'
import { ALL } from './shown.ts'

/** What a pipeline's output can be, and how much of it is there. */
export function planOf(pipeline: Pipeline): Plan {
  const { first, filters } = pipeline
  const base = own(BY_PROGRAM, first.program)?.(first) ?? byDefault(first)
  const rows = base.rows ?? NO_SOCKETS
  const shown = throughFilters(base.shown ?? WHOLE, filters, rows)
  const formats =
    shown.shape === 'rows'
      ? [...(base.formats ?? []), ...(base.formats?.[0] === procNetNetstat && filters.length > 0 ? [counterPairs] : [])]
      : shown.shape === 'census'
        ? [stateCounts]
        : shown.shape === 'count'
          ? [countOf(base, pipeline)]
          : rearranged(base, pipeline)
  const isCluster = base.role === 'cluster'
  const counted = base.role === 'foreign' && shown.shape === 'count'
  const reads = base.role === 'reading' || base.role === 'unknown' || isCluster || counted
  return {
    role: counted ? 'reading' : reads && !isCluster && formats.length === 0 ? 'foreign' : base.role,
    formats: reads ? formats : [],
    shown,
    first,
    name:
      base.name ??
      (shown.shape === 'other' && reads ? [first, ...filters].map((one) => one.program).join(' | ') : first.program),
    pid: base.pid ?? null,
  }
}

/** Columns and rows put otherwise, but told by their names: counters. */
function rearranged({ formats = [] }: Base, { filters }: Pipeline): readonly Format[] {
  if (formats[0] === procNetNetstat) return [procNetNetstat, counterPairs]
  const printsBoth = filters.every(
    ({ program, args }) => !/awk$/.test(program) || /print \$1,? ?(?:"[^"]{0,10}",? ?)?\$2(?!\d)/.test(args.join(' ')),
  )
  return formats[0] === nstat && printsBoth ? [nstat] : []
}

/** What a number of lines counts. */
function countOf({ formats, rows = NO_SOCKETS, role }: Base, { filters }: Pipeline): Format {
  if (rows.kind === 'sockets' && role === 'reading') return rowCount
  // Of the file of the table itself; `conntrack -L` may have been narrowed.
  return formats?.[0] === conntrack && filters.length === 1 ? conntrackCount : otherCount
}

function byDefault(invocation: Invocation): Base {
  const machine = machineFormats(invocation.program, invocation.args)
  if (machine) return { role: 'reading', formats: machine }
  if (CHANGING.has(invocation.program)) return INSTRUCTION
  // What a script made of the counters' file.
  if (invocation.args.some((arg) => /\/proc\/(?:\d+\/|self\/)?net\/(?:netstat|snmp)\b/.test(arg)))
    return { role: 'unknown', formats: [...BY_SHAPE, counterPairs], shown: notKnown(invocation) }
  // A script of one's own (`./collect.sh`, `dump-sockets`) may print anything that we read.
  return OTHER_TOOLS.has(invocation.program) || CMDLET.test(invocation.program)
    ? FOREIGN
    : { role: 'unknown', formats: BY_SHAPE, shown: notKnown(invocation) }
}

/** What remains of these, once their readings are taken off, changes something. */
const CHANGING = new Set(['ulimit', 'nginx', 'redis-cli'])

/** PowerShell's. */
const CMDLET = /^[A-Z][a-z]{1,12}-[A-Z][A-Za-z]{2,40}$/

const OTHER_TOOLS = new Set(
  (
    'tcpdump tshark ps top htop vmstat dmesg journalctl curl wget nc ncat ' +
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
  ...NETWORK_PROGRAMS,
  ...FORWARDING_PROGRAMS,
  hostname: ({ args }) => (args.some((arg) => !arg.startsWith('-')) ? INSTRUCTION : FACTS),
  hostnamectl: () => FACTS,
  nproc: () => FACTS,
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
  ...Object.fromEntries(['kubectl', 'k', 'oc'].map((name) => [name, planKubectl])),
  ...Object.fromEntries(['helm', 'kubeadm', 'calicoctl', 'etcdctl'].map((name) => [name, () => CLUSTER])),
  ...Object.fromEntries(
    'vim vi nano ed emacs echo printf export tee sed cp mv rm mkdir touch cd alias set modprobe useradd kill pkill reboot exit logout source true'
      .split(' ')
      .map((name) => [name, () => INSTRUCTION]),
  ),
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
