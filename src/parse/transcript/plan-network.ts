import type { Coverage } from '../../model/part.ts'
import { tcpdump } from '../capture/tcpdump.ts'
import { tshark } from '../capture/tshark.ts'
import { tsharkFields } from '../capture/tshark-fields.ts'
import { wiresharkDetails } from '../capture/wireshark-details.ts'
import { containerInspect } from '../containers/container-inspect.ts'
import { containerTable } from '../containers/container-table.ts'
import { ctrTable } from '../containers/ctr-table.ts'
import type { Format } from '../format.ts'
import { arp } from '../network/arp.ts'
import { bridge } from '../network/bridge.ts'
import { ethtool } from '../network/ethtool.ts'
import { ifconfig } from '../network/ifconfig.ts'
import { interfaceTable } from '../network/interface-table.ts'
import { ipJson } from '../network/ip-json.ts'
import { ipLink } from '../network/ip-link.ts'
import { ipRoute } from '../network/ip-route.ts'
import { lsof } from '../network/lsof.ts'
import { routeTable } from '../network/route-table.ts'
import { ssOther } from '../network/ss-other.ts'
import { ssSummary } from '../network/ss-summary.ts'
import { tcQdisc } from '../network/tc-qdisc.ts'
import { ab } from '../probes/ab.ts'
import { connect } from '../probes/connect.ts'
import { curl } from '../probes/curl.ts'
import { ping } from '../probes/ping.ts'
import { wrk } from '../probes/wrk.ts'
import type { Invocation } from './invocation.ts'
import { type Base, FOREIGN, flagsOf, INSTRUCTION, WHOLE } from './plan-base.ts'
import { ALL } from './shown.ts'

export const NETWORK_PROGRAMS: Readonly<Record<string, (invocation: Invocation) => Base>> = {
  lsof: ({ args }) => part([lsof], [['lsof', ...args].join(' '), 'lsof lists only what a process holds']),
  ip: planIp,
  curl: () => some([curl]),
  ...Object.fromEntries(['nc', 'ncat', 'netcat', 'telnet'].map((name) => [name, () => some([connect])])),
  ping: () => some([ping]),
  ping6: () => some([ping]),
  ab: () => some([ab]),
  wrk: () => some([wrk]),
  wrk2: () => some([wrk]),
  ...Object.fromEntries(['docker', 'nerdctl', 'podman', 'crictl'].map((name) => [name, planContainers])),
  ctr: planCtr,
  tcpdump: () => some([tcpdump]),
  tshark: ({ args }) => some(args.includes('fields') ? [tsharkFields] : [tshark, wiresharkDetails]),
  ifconfig: ({ args }) => {
    const names = args.filter((arg) => !arg.startsWith('-'))
    if (names.length > 1) return INSTRUCTION
    const formats = args.includes('-s') ? [interfaceTable] : [ifconfig]
    return names.length === 1 ? part(formats, [`ifconfig ${names[0]}`]) : whole(formats)
  },
  route: ({ args }) => (args.some((arg) => CHANGES.test(arg)) ? INSTRUCTION : whole([routeTable])),
  arp: ({ args }) =>
    args.some((arg) => /^-(?:[sdf]|-set|-delete|-file)$/.test(arg))
      ? INSTRUCTION
      : args.some((arg) => !arg.startsWith('-'))
        ? part([arp], [['arp', ...args].join(' ')])
        : whole([arp]),
  ethtool: planEthtool,
  tc: ({ args }) => {
    if (args.some((arg) => CHANGES.test(arg))) return INSTRUCTION
    const object = args.find((arg) => !arg.startsWith('-')) ?? ''
    if (!/^q/.test(object)) return { ...FOREIGN, name: ['tc', ...args].join(' ') }
    const formats = isJson(args) ? [ipJson] : [tcQdisc]
    return args.includes('dev') ? part(formats, [['tc', ...args].join(' ')]) : whole(formats)
  },
  brctl: ({ args }) =>
    args[0] === 'show'
      ? whole([bridge])
      : /^show/.test(args[0] ?? '')
        ? { ...FOREIGN, name: `brctl ${args[0]}` }
        : INSTRUCTION,
  bridge: ({ args }) => {
    if (args.some((arg) => CHANGES.test(arg))) return INSTRUCTION
    const object = args.find((arg) => !arg.startsWith('-')) ?? ''
    if (!/^(?:link|fdb)$/.test(object)) return { ...FOREIGN, name: ['bridge', ...args].join(' ') }
    return part(isJson(args) ? [ipJson] : [object === 'fdb' ? bridge : ipLink], [['bridge', ...args].join(' ')])
  },
}

const CHANGES = /^(?:add|del|delete|set|change|chg|replace|append|flush|up|down)$/

const isJson = (args: readonly string[]) => args.some((arg) => /^-(?:j|json|jp|pj)$/.test(arg))

const whole = (formats: readonly Format[]): Base => ({ role: 'reading', formats })

/** Only a part of what there is was asked for. */
const part = (formats: readonly Format[], cuts: readonly string[]): Base => ({
  role: 'reading',
  formats,
  shown: { ...WHOLE, coverage: [], cuts: cuts.map((cut) => cut.slice(0, 120)) },
})

/** What it shows is never all there is: a capture, a probe. */
const some = (formats: readonly Format[]): Base => ({ role: 'reading', formats, shown: { ...WHOLE, coverage: [] } })

/** `docker ps`, `docker container ls`, `crictl inspect ID`. */
function planContainers(invocation: Invocation): Base {
  const words = invocation.args.filter((arg) => /^[a-z]+$/.test(arg))
  const verb = words[0] === 'container' ? words[1] : words[0]
  const formatted = invocation.args.some((arg) => /^(?:-f|--format|--template|-q|--quiet)/.test(arg) && verb !== 'ps')
  if (formatted) return { ...FOREIGN, name: [invocation.program, verb].join(' ') }
  if (verb === 'inspect') return some([containerInspect])
  if (verb === 'ps' || verb === 'ls')
    return some(invocation.args.includes('json') ? [containerInspect] : [containerTable])
  return { ...FOREIGN, name: [invocation.program, verb ?? ''].join(' ') }
}

/** `ctr -n k8s.io containers ls`, `ctr -n=k8s.io t ls`, `ctr -n k8s.io c info ID`. */
function planCtr({ args }: Invocation): Base {
  const words = args.filter((arg, index) => !arg.startsWith('-') && !CTR_TAKES_VALUE.has(args[index - 1] ?? ''))
  const [object = '', verb = ''] = words
  const listed = /^(?:ls|list)$/.test(verb) && !args.some((arg) => /^(?:-q|--quiet)$/.test(arg))
  if (/^(?:c|containers?|t|tasks?)$/.test(object) && listed) return some([ctrTable])
  if (/^(?:c|containers?)$/.test(object) && verb === 'info') return some([containerInspect])
  return { ...FOREIGN, name: ['ctr', object, verb].join(' ').trimEnd() }
}

const CTR_TAKES_VALUE = new Set(['-n', '--namespace', '-a', '--address', '--timeout', '--connect-timeout'])

const TAKES_VALUE = new Set(['-n', '-netns', '-f', '-family', '-b', '-batch', '-rc', '-l'])

/** `ip -s link show eth0`: the object is told by its beginning, as ip does. */
function planIp({ args }: Invocation): Base {
  const words = args.filter((arg, index) => !arg.startsWith('-') && !TAKES_VALUE.has(args[index - 1] ?? ''))
  const [object = '', verb = 'show'] = words
  if (words.some((word) => CHANGES.test(word))) return INSTRUCTION
  const links = /^(?:a|ad|addr?|addre.*|l|li|link)$/.test(object)
  const routes = /^(?:r|ro|route?|ru|rule?|n|ne|neigh.*|neighbor)$/.test(object)
  if ((!links && !routes) || !/^(?:s|sh|show|ls|li|list|lst|get|dev|table)$/.test(verb))
    return links || routes
      ? part([isJson(args) ? ipJson : links ? ipLink : ipRoute], [`ip ${args.join(' ')}`])
      : { ...FOREIGN, name: ['ip', ...args].join(' ') }
  const formats = isJson(args) ? [ipJson] : links ? [ipLink] : [ipRoute]
  const asked = words.slice(2).length > 0 || verb === 'get' || verb === 'dev' || args.some((arg) => /^-[46]$/.test(arg))
  const allTables = words.slice(1).join(' ') === 'show table all'
  return asked && !allTables ? part(formats, [`ip ${args.join(' ')}`]) : whole(formats)
}

function planEthtool({ args }: Invocation): Base {
  const [option = ''] = args
  if (/^-(?:[KGCLsAEFNUWXpr]|-(?:offload|set-.*|change|features|coalesce))$/.test(option)) return INSTRUCTION
  if (!option.startsWith('-') || /^-(?:S|k|i|-statistics|-show-features|-show-offload|-driver)$/.test(option))
    return whole([ethtool])
  return { ...FOREIGN, name: ['ethtool', ...args].join(' ') }
}

/** `ss` that asks for no TCP: `-s`, or kinds that are none. */
export function planSsOther({ args }: Invocation): Base {
  const flags = flagsOf(args)
  if (flags.includes('K')) return INSTRUCTION
  if (flags.includes('s')) return whole([ssSummary])
  const coverage: readonly Coverage[] = flags.includes('a') ? ALL : flags.includes('l') ? LISTENING : []
  const filtered = args.some((arg) => /^(?:state|exclude|src|dst|sport|dport|\(|dev|not)$/.test(arg))
  return filtered
    ? part([ssOther], [`ss ${args.join(' ')}`])
    : { role: 'reading', formats: [ssOther], shown: { ...WHOLE, coverage } }
}

const LISTENING: readonly Coverage[] = [{ of: 'state', state: 'LISTEN' }]
