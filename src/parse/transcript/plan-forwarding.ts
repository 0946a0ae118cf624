import { ciliumServices } from '../bpf-services.ts'
import { conntrack, conntrackCount, conntrackStats } from '../flow-formats.ts'
import type { Format } from '../format.ts'
import { ipsetList, iptablesList, iptablesSave, ipvsadm, nftJson, nftRuleset } from '../forwarding-formats.ts'
import type { Invocation } from './invocation.ts'
import { type Base, FOREIGN, INSTRUCTION, WHOLE } from './plan-base.ts'
import { ALL, label } from './shown.ts'

/** Files of /proc/net whose readers stand here. */
export const FORWARDING_FILES: Readonly<Record<string, readonly Format[]>> = {
  nf_conntrack: [conntrack],
  ip_conntrack: [conntrack],
  'stat/nf_conntrack': [conntrackStats],
  'stat/ip_conntrack': [conntrackStats],
  ip_vs: [ipvsadm],
  ip_vs_conn: [ipvsadm],
}

const TABLES = ['nat', 'filter', 'mangle', 'raw']

/** Part by part: which table was seen whole stands in the coverage. */
const whole = (formats: readonly Format[], keys: readonly string[]): Base => ({
  role: 'reading',
  formats,
  shown: { ...WHOLE, coverage: [{ of: 'keys', keys }] },
})

const part = (formats: readonly Format[], invocation: Invocation): Base => ({
  role: 'reading',
  formats,
  shown: { ...WHOLE, coverage: [], cuts: [label(invocation)] },
})

function planIptables(invocation: Invocation): Base {
  const { program, args } = invocation
  const family = program.startsWith('ip6') ? 6 : 4
  const table = optionValue(args, ['-t', '--table']) ?? 'filter'
  if (program.endsWith('-save')) {
    const one = optionValue(args, ['-t', '--table'])
    const tables = one === null ? TABLES : [one]
    return whole(
      [iptablesSave({ family, table: one })],
      tables.map((name) => `iptables ${family} ${name}`),
    )
  }
  const at = args.findIndex((arg) => /^-[a-zA-Z]*[LS][a-zA-Z]*$|^--list(?:-rules)?$/.test(arg))
  if (at < 0) return args.length === 0 || args.includes('-h') ? FOREIGN : INSTRUCTION
  const listed = args[at] ?? ''
  const context = { table, family } as const
  const formats = /S|rules/.test(listed) ? [iptablesSave(context)] : [iptablesList(context)]
  const chain = args[at + 1]
  const key = `iptables ${family} ${table}`
  return whole(formats, [chain === undefined || chain.startsWith('-') ? key : `${key} ${chain}`])
}

/** The value of `-t nat`, `-tnat`, `--table=nat`. */
function optionValue(args: readonly string[], [short, long]: readonly [string, string]): string | null {
  for (const [index, arg] of args.entries()) {
    if (arg === short || arg === long) return args[index + 1] ?? null
    if (arg.startsWith(`${long}=`)) return arg.slice(long.length + 1)
    if (!arg.startsWith('--') && arg.startsWith(short) && arg.length > short.length) return arg.slice(short.length)
  }
  return null
}

function planNft(invocation: Invocation): Base {
  const { args } = invocation
  const words = args.filter((arg) => !arg.startsWith('-'))
  if (words[0] !== 'list') return INSTRUCTION
  const formats = args.some((arg) => /^-\w*j|^--json$/.test(arg)) ? [nftJson] : [nftRuleset]
  return words[1] === 'ruleset' && words.length === 2 ? whole(formats, ['nftables']) : part(formats, invocation)
}

function planIpvsadm(invocation: Invocation): Base {
  const { args } = invocation
  if (args.length > 0 && !args.some((arg) => /^-[lLnSc]|^--(?:list|save)$/.test(arg))) return INSTRUCTION
  const connections = args.some((arg) => /^-\w*c|^--connection$/.test(arg))
  const narrowed = args.some((arg) => /^-[tuf]$|^--(?:tcp|udp|fwmark)-service$|^--(?:timeout|daemon)$/.test(arg))
  if (narrowed) return part([ipvsadm], invocation)
  return whole([ipvsadm], [connections ? 'ipvs connections' : 'ipvs'])
}

function planIpset(invocation: Invocation): Base {
  const { args } = invocation
  const words = args.filter((arg) => !arg.startsWith('-') || /^-[LS]$/.test(arg))
  if (!/^(?:list|save|-L|-S)$/.test(words[0] ?? '')) return INSTRUCTION
  return words.length === 1 ? whole([ipsetList], ['ipset']) : part([ipsetList], invocation)
}

function planConntrack(invocation: Invocation): Base {
  const { args } = invocation
  const has = (pattern: RegExp) => args.some((arg) => pattern.test(arg))
  if (has(/^-S$|^--stats$/)) return { role: 'reading', formats: [conntrackStats], shown: { ...WHOLE, coverage: ALL } }
  if (has(/^-C$|^--count$/)) return { role: 'reading', formats: [conntrackCount], shown: { ...WHOLE, coverage: ALL } }
  if (!has(/^-L|^--dump$/)) return has(/^-[EG]|^--(?:event|get)$/) ? part([conntrack], invocation) : INSTRUCTION
  // How it is printed narrows nothing.
  const rest = args.filter(
    (arg, at) =>
      !/^-L$|^--dump$|^conntrack$|^-o$|^--output$|^-z$/.test(arg) && !/^-o$|^--output$/.test(args[at - 1] ?? ''),
  )
  return rest.length > 0
    ? part([conntrack], invocation)
    : { role: 'reading', formats: [conntrack], shown: { ...WHOLE, coverage: ALL } }
}

/** The agent's own command; `cilium status` of the separate CLI draws a picture, which is passed over. */
function planCilium(invocation: Invocation): Base {
  const words = invocation.args.filter((arg) => !arg.startsWith('-'))
  const tells = words[0] === 'status' || (words[0] === 'service' && words[1] === 'list')
  return tells ? part([ciliumServices], invocation) : FOREIGN
}

const IPTABLES = ['iptables', 'ip6tables'].flatMap((name) =>
  ['', '-legacy', '-nft'].flatMap((back) => ['', '-save'].map((save) => `${name}${back}${save}`)),
)

export const FORWARDING_PROGRAMS: Readonly<Record<string, (invocation: Invocation) => Base>> = {
  ...Object.fromEntries(IPTABLES.map((name) => [name, planIptables])),
  nft: planNft,
  ipvsadm: planIpvsadm,
  ipset: planIpset,
  conntrack: planConntrack,
  cilium: planCilium,
  'cilium-dbg': planCilium,
}
