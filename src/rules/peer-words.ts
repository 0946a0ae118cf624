import type { View } from '../facts/need.ts'
import { type PeerName, peerName } from '../facts/peers.ts'
import type { Text } from '../model/text.ts'
import { formatList, formatTexts, plain } from '../words/format.ts'

/** An address, and how often it stands there; null: that is not the point. */
export interface CountedPeer {
  readonly address: string
  readonly count: number | null
}

/**
 * `10.0.0.7 (node n7) ×3, …`: addresses with whose they are, where that is known. What is true of every one of them is said once,
 * behind the list.
 */
export function peerList(view: View, peers: readonly CountedPeer[], most?: number): Text {
  const names = peers.map((one) => peerName(view, one.address))
  const [first] = names
  const together = peers.length > 1 && first && first.name === null && names.every((one) => one?.kind === first.kind)
  if (!together) return formatTexts(peers.map(peerText(view)), most)
  const { en, zh } = formatList(
    peers.map(({ address, count }) => address + times(count)),
    most,
  )
  const all = ALL[first.kind] ?? first.text
  return { en: `${en} (${all.en})`, zh: `${zh}（${all.zh}）` }
}

/** What is said of several together. */
const ALL: Readonly<Partial<Record<PeerName['kind'], Text>>> = {
  'no-node': { en: 'none of them a node of the cluster', zh: '均不是集群节点' },
  outside: { en: 'none of them known, or in this cluster', zh: '均未知，不在该集群中' },
}

const times = (count: number | null): string => (count === null ? '' : ` ×${count}`)

const peerText =
  (view: View) =>
  ({ address, count }: CountedPeer): Text => {
    const peer = peerName(view, address)
    if (!peer) return plain(address + times(count))
    const { en, zh } = shortText(peer, address)
    return { en: `${address} (${en})${times(count)}`, zh: `${address}（${zh}）${times(count)}` }
  }

/** A node that is named after its address need not be named twice. */
function shortText({ text, name }: PeerName, address: string): Text {
  const isSame = name === address || name?.startsWith(`ip-${address.replaceAll('.', '-')}`)
  if (!isSame) return text
  return { en: text.en.replace(` ${name}`, ''), zh: text.zh.replace(` ${name}`, '') }
}
