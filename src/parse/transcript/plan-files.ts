import type { Format } from '../format.ts'
import { machineFilesFormats } from '../machine-formats.ts'
import { NETWORK_FILES } from '../network/formats.ts'
import { procNetNetstat, procNetSockstat, procNetTcp } from '../proc-net-lines.ts'
import { askedSysctls, isKey, sysctl } from '../sysctl.ts'
import { readGrep } from './grep-words.ts'
import type { Invocation } from './invocation.ts'
import { own } from './own.ts'
import { type Base, BY_SHAPE, FACTS, FOREIGN, INSTRUCTION, NO_SOCKETS, notKnown, WHOLE } from './plan-base.ts'
import { FORWARDING_FILES } from './plan-forwarding.ts'

const CONFIGURATION =
  /^\/etc\/(?!os-release|lsb-release|hostname)|\.(?:conf|cfg|ya?ml|toml|ini|service|json|go|c|h|py|sh|xml)$/

/** `cat` and its like: what the paths are tells what to expect. */
export function planFiles(invocation: Invocation): Base {
  const { args } = invocation
  const paths = args.filter((arg) => arg.includes('/') || /\.\w+$/.test(arg))
  const [path = ''] = paths
  if (paths.length === 0) return { role: 'unknown', formats: BY_SHAPE, shown: notKnown(invocation) }
  if (/^\/etc\/[\w*-]{0,30}(?:release|version)\*?$|^\/usr\/lib\/os-release$|^\/etc\/issue$/.test(path)) return FACTS
  const machine = machineFilesFormats(paths)
  if (machine) return { role: 'reading', formats: machine }
  if (paths.every((one) => CONFIGURATION.test(one))) return INSTRUCTION
  const net = /^\/proc\/(?:(self|\d+)\/)?net\/((?:stat\/)?\w+)$/.exec(path)
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
  if (/^\/(?:proc|sys)\//.test(path)) return { ...FOREIGN, name: path }
  return { role: 'unknown', formats: BY_SHAPE, shown: notKnown(invocation) }
}

const PROC_NET: Readonly<Record<string, readonly Format[]>> = {
  netstat: [procNetNetstat],
  snmp: [procNetNetstat],
  sockstat: [procNetSockstat],
  sockstat6: [procNetSockstat],
  tcp: [procNetTcp],
  tcp6: [procNetTcp],
  ...NETWORK_FILES,
  ...FORWARDING_FILES,
}

/** The same, of which only a part is printed. */
export function cutShort(base: Base, { program, args }: Invocation): Base {
  const whole = base.formats?.[0] === sysctl
  const shown = base.shown ?? WHOLE
  return whole
    ? base
    : { ...base, shown: { ...shown, coverage: [], cuts: [...shown.cuts, [program, ...args].join(' ').slice(0, 120)] } }
}

/** `grep Listen /proc/net/netstat`, `grep . /proc/sys/net/ipv4/tcp_*`. */
export function planGrep(invocation: Invocation): Base {
  const grep = readGrep(invocation)
  const base = planFiles({ program: 'cat', args: grep.files })
  const shown = base.shown ?? WHOLE
  const keys = grep.files.filter((file) => isKey(file))
  return base.formats?.[0] === sysctl && keys.length === 0
    ? base
    : { ...base, shown: { ...shown, coverage: [], cuts: [...shown.cuts, grep.label.slice(0, 120)] } }
}
