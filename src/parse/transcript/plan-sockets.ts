import type { Coverage } from '../../model/part.ts'
import type { TcpState } from '../../model/socket.ts'
import { netstat } from '../netstat.ts'
import { netstatS } from '../netstat-s.ts'
import { foreignNetstat } from '../network/foreign-netstat.ts'
import { ifconfig } from '../network/ifconfig.ts'
import { interfaceTable } from '../network/interface-table.ts'
import { netstatOther } from '../network/netstat-other.ts'
import { routeTable } from '../network/route-table.ts'
import { ss } from '../ss.ts'
import { tcpStateByFilter } from '../tcp-states.ts'
import type { Invocation } from './invocation.ts'
import { type Base, FOREIGN, flagsOf, NO_SOCKETS, WHOLE } from './plan-base.ts'
import { planSsOther } from './plan-network.ts'
import { ALL, intersect } from './shown.ts'

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

/** Which rows and columns this `ss` prints. */
export function planSs({ args }: Invocation): Base {
  const at = filterStart(args)
  const options = args.slice(0, at)
  // A filter may come as one quoted word.
  const filter = args.slice(at).flatMap((arg) => arg.split(/\s+/).filter((word) => word !== ''))
  const flags = flagsOf(options)
  const query = /(?:^|\s)(?:-A|--query|--socket)[ =](\S+)/.exec(options.join(' '))?.[1] ?? null
  const text = options.join(' ')
  const listed =
    query ?? /(?:^|\s)(?:-f|--family)[ =](unix|link|netlink|vsock|tipc|xdp)(?:\s|$)/.exec(text)?.[1] ?? null
  const long = [...text.matchAll(/--(packet|dccp|mptcp|vsock|tipc|xdp)(?=\s|$)/g)].map((one) => one[1] ?? '')
  const kinds =
    listed === null ? [...[...'tuwxSdM0'].filter((kind) => flags.includes(kind)), ...long] : listed.split(',')
  const hasTcp =
    kinds.length === 0 || kinds.some((kind) => kind === 't' || kind === 'tcp' || kind === 'inet' || kind === 'all')
  if (!hasTcp || flags.includes('s') || flags.includes('K')) return planSsOther({ program: 'ss', args })
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

const VALUED = /^(?:-[fANDF]|--(?:family|query|socket|net|diag|filter))$/

/** Where the options end and the filter begins. */
function filterStart(args: readonly string[]): number {
  let at = 0
  while (at < args.length && args[at]?.startsWith('-')) at += VALUED.test(args[at] ?? '') ? 2 : 1
  return Math.min(at, args.length)
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

/** Which rows and columns this `netstat` prints, or that it prints counters. */
export function planNetstat({ args }: Invocation): Base {
  const flags = flagsOf(args)
  if (flags.includes('s'))
    return { role: 'reading', formats: [netstatS, foreignNetstat], rows: { ...NO_SOCKETS, kind: 'counters' } }
  if (flags.includes('L')) return { role: 'reading', formats: [foreignNetstat] }
  if (/[gM]/.test(flags)) return { ...FOREIGN, name: ['netstat', ...args].join(' ') }
  if (flags.includes('r')) return { role: 'reading', formats: [routeTable] }
  if (flags.includes('i')) return { role: 'reading', formats: flags.includes('e') ? [ifconfig] : [interfaceTable] }
  const kinds = [...'tuwxS'].filter((kind) => flags.includes(kind))
  if (kinds.length > 0 && !kinds.includes('t')) return { role: 'reading', formats: [netstatOther, foreignNetstat] }
  const usual = flags.includes('a') ? ALL : flags.includes('l') ? states(['LISTEN']) : states(NOT_LISTENING)
  const family = /[46]/.exec(flags)?.[0]
  return {
    role: 'reading',
    formats: [netstat, foreignNetstat],
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
