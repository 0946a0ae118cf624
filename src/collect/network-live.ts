import type { Content } from '../model/block.ts'
import type { LinkAddress, Network, Route } from '../model/network.ts'
import type { Coverage, Gap } from '../model/part.ts'
import { MAX_ENTRIES } from '../parse/format.ts'
import type { Message } from '../parse/netlink.ts'
import { type KernelLink, LINKS_ASKED, linksOf, parseLinkMessage, RTM_GETLINK } from '../parse/netlink-link.ts'
import {
  AF_BRIDGE,
  AF_INET,
  AF_INET6,
  familyAsked,
  type NameOf,
  parseAddressMessage,
  parseFdbMessage,
  parseNeighbourMessage,
  parseQdiscMessage,
  parseRouteMessage,
  parseRuleMessage,
  RTM,
} from '../parse/netlink-route.ts'
import {
  parseUdpMessage,
  parseUnixMessage,
  SOCK_DIAG_BY_FAMILY,
  UNIX_LISTENERS,
  udpAsked,
  unixAsked,
} from '../parse/netlink-sockets.ts'
import { networkOf } from '../parse/network/network-of.ts'
import { procNetSoftnet } from '../parse/network/proc-net-softnet.ts'
import type { Answer, KernelTalk } from '../sys/host.ts'
import { asGap } from '../sys/host-error.ts'
import { type ContentAnswer, isText } from './answers.ts'
import { askDump } from './netlink.ts'
import { citedFrom, readWith } from './texts.ts'

export type NetworkAnswer = ContentAnswer & { readonly content: Extract<Content, { question: 'network' }> }

/** How far to look. `thorough`: also what only the host's namespace has much of (queueing disciplines, bridges' tables). */
export interface NetworkDepth {
  readonly thorough: boolean
  /** sockstat counts UDP sockets, or nobody has counted. */
  readonly udp: boolean
}

/** A live namespace's lists. Gaps: what failed is a gap beside the rest; lists beyond 20 000 rows are cut */
export function readNetwork(answers: readonly Answer[], depth: NetworkDepth): readonly (NetworkAnswer | Gap)[] {
  return answers.flatMap((answer): readonly (NetworkAnswer | Gap)[] => {
    if (!answer.ok) return [answer]
    try {
      if ('talk' in answer) return answer.via === 'rtnetlink' ? readRoutes(answer, depth) : readSockets(answer, depth)
    } catch (error) {
      return [asGap(error)]
    }
    if (!isText(answer) || answer.format !== 'proc-net-softnet') return []
    return readWith(procNetSoftnet, answer.text).content.flatMap((one) =>
      one.question === 'network' ? [told('proc', citedFrom(one.network, answer.file), WHOLE, [])] : [],
    )
  })
}

const WHOLE: readonly Coverage[] = [{ of: 'all' }]

const told = (
  via: string,
  network: Partial<Network>,
  coverage: readonly Coverage[],
  cuts: readonly string[],
): NetworkAnswer => {
  const content = networkOf(network)
  if (content.question !== 'network') throw new Error('networkOf makes networks')
  return { ok: true, via, content, place: null, coverage, cuts, warnings: [] }
}

/** Gathers rows of one dump up to the bound. */
function gather<T>(
  run: Parameters<Parameters<KernelTalk['talk']>[0]>[0],
  asked: { readonly type: number; readonly body: Uint8Array },
  read: (message: Message) => T | null,
): { rows: T[]; whole: boolean } {
  const rows: T[] = []
  let beyond = false
  const ended = askDump(run, {
    ...asked,
    take(message) {
      const row = read(message)
      if (row === null) return
      if (rows.length < MAX_ENTRIES) rows.push(row)
      else beyond = true
    },
  })
  return { rows, whole: ended === 'whole' && !beyond }
}

function readRoutes(kernel: KernelTalk, { thorough }: NetworkDepth): readonly NetworkAnswer[] {
  const origin = { via: 'rtnetlink' }
  const answers: NetworkAnswer[] = []
  const put = (whole: boolean, network: Partial<Network>) =>
    answers.push(told('rtnetlink', network, whole ? WHOLE : [], whole ? [] : [`${Object.keys(network)[0]}: cut`]))
  kernel.talk((run) => {
    const found = gather<KernelLink>(run, { type: RTM_GETLINK, body: LINKS_ASKED }, parseLinkMessage)
    const names = new Map(found.rows.map((one) => [one.index, one.name]))
    const nameOf: NameOf = (index) => (index === null || index === 0 ? null : (names.get(index) ?? `if${index}`))
    const { links, bridges } = linksOf(found.rows, origin)
    put(found.whole, { links, bridges })

    const addresses = gather<LinkAddress>(run, { type: RTM.GETADDR, body: familyAsked(8, 0) }, (message) =>
      parseAddressMessage(message, nameOf, origin),
    )
    put(addresses.whole, { addresses: addresses.rows })

    const routes: Route[] = []
    const all = gather<readonly Route[]>(run, { type: RTM.GETROUTE, body: familyAsked(12, 0) }, (message) => {
      const rows = parseRouteMessage(message, nameOf, origin)
      return rows.length > 0 ? rows : null
    })
    for (const rows of all.rows) routes.push(...rows)
    put(all.whole, { routes })

    const rules = [AF_INET, AF_INET6].flatMap((family) => {
      try {
        return [
          gather(run, { type: RTM.GETRULE, body: familyAsked(12, family) }, (one) => parseRuleMessage(one, origin)),
        ]
      } catch {
        // Without policy routing, or without IPv6, there are none of that family.
        return []
      }
    })
    const known = new Map(rules.flatMap((one) => one.rows).map((row) => [JSON.stringify(row), row]))
    put(
      rules.every((one) => one.whole),
      { rules: [...known.values()].sort((a, b) => a.priority - b.priority) },
    )

    const neighbours = gather(run, { type: RTM.GETNEIGH, body: familyAsked(12, 0) }, (message) =>
      parseNeighbourMessage(message, nameOf, origin),
    )
    put(neighbours.whole, { neighbours: neighbours.rows })
    if (!thorough) return

    const qdiscs = gather(run, { type: RTM.GETQDISC, body: familyAsked(20, 0) }, (message) =>
      parseQdiscMessage(message, nameOf, origin),
    )
    put(qdiscs.whole, { qdiscs: qdiscs.rows })
    const fdb = gather(run, { type: RTM.GETNEIGH, body: familyAsked(12, AF_BRIDGE) }, (message) =>
      parseFdbMessage(message, nameOf, origin),
    )
    put(fdb.whole, { fdb: fdb.rows })
  })
  return answers
}

/** `ss -xl` and `ss -u`: the diagnostic modules that the kernel may load for it look at sockets and change nothing. */
function readSockets(kernel: KernelTalk, depth: NetworkDepth): readonly (NetworkAnswer | Gap)[] {
  const origin = { via: 'sock_diag' }
  const answers: (NetworkAnswer | Gap)[] = []
  const attempt = (act: () => NetworkAnswer) => {
    try {
      answers.push(act())
    } catch (error) {
      answers.push(asGap(error))
    }
  }
  attempt(() => {
    let answer = told('sockstat', { udp: [] }, WHOLE, [])
    if (depth.udp)
      kernel.talk((run) => {
        const parts = ([4, 6] as const).map((family) =>
          gather(run, { type: SOCK_DIAG_BY_FAMILY, body: udpAsked(family) }, (one) => parseUdpMessage(one, origin)),
        )
        const whole = parts.every((one) => one.whole)
        answer = told(
          'sock_diag',
          { udp: parts.flatMap((one) => one.rows) },
          whole ? WHOLE : [],
          whole ? [] : ['udp: cut'],
        )
      })
    return answer
  })
  attempt(() => {
    let answer = told('sock_diag', { unix: [] }, WHOLE, [])
    kernel.talk((run) => {
      const { rows, whole } = gather(run, { type: SOCK_DIAG_BY_FAMILY, body: unixAsked(UNIX_LISTENERS) }, (one) =>
        parseUnixMessage(one, origin),
      )
      const listening: readonly Coverage[] = whole ? [{ of: 'state', state: 'LISTEN' }] : []
      answer = told('sock_diag', { unix: rows }, listening, ['unix: listening sockets only'])
    })
    return answer
  })
  return answers
}
