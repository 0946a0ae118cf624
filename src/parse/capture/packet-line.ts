import type { PacketEnd, TcpFlag, TcpOptions } from '../../model/capture.ts'
import { parseAddress } from '../address.ts'
import { portOf } from '../port-names.ts'
import { inOrder, NO_OPTIONS, type PacketDraft, word32 } from './packet.ts'

/** Longer lines of a packet are looked at no further than this. */
const MAX_LINE = 3000

/**
 * Read what stands behind a packet's time: `IP a.1 > b.2: Flags [S], seq …`, with the link layer in front or not (-e, `-i any`).
 * Fills the draft. `head`: the addresses stand on the next line (-v). null: it is none
 */
export function readPacketLine(text: string, packet: PacketDraft): 'whole' | 'head' | null {
  const line = text.slice(0, MAX_LINE)
  const link = /^(\S{1,16})\s{1,4}(?:In|Out|M|B|P)\s{1,4}(?=\S)/.exec(line)
  if (link) packet.link = link[1] ?? null
  const rest = withoutLinkLayer(link ? line.slice(link[0].length) : line)
  if (/^ARP,\s|^arp\s/.test(rest)) {
    packet.protocol = 'arp'
    packet.note = rest.slice(0, 200)
    return 'whole'
  }
  const head = /^(IP6?|\(tos|\()\s?/.exec(rest)
  const family = rest.startsWith('IP6') ? 6 : rest.startsWith('IP') ? 4 : null
  packet.family = family
  let body = head && family !== null ? rest.slice(family === 6 ? 3 : 2).trimStart() : rest
  if (body.startsWith('(')) {
    const proto = /proto:? (TCP|UDP|ICMP)|next-header (TCP|UDP|ICMPv6)/.exec(body.slice(0, 300))
    const name = proto?.[1] ?? proto?.[2]
    packet.protocol = name === 'TCP' ? 'tcp' : name === 'UDP' ? 'udp' : name === undefined ? 'other' : 'icmp'
    // `(flowlabel …, next-header TCP (6) payload length: 40) a > b: …`
    const close = endOfHead(body)
    if (close < 0) return 'head'
    body = body.slice(close + 1).trimStart()
    if (body === '') return 'head'
  }
  return readEnds(body, packet) ? 'whole' : null
}

/** The parenthesis that closes the first one; -1: it does not stand in this line. */
function endOfHead(text: string): number {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++
    if (text[i] === ')' && --depth === 0) return i
  }
  return -1
}

/** `02:42:… > 02:43:…, ethertype IPv4 (0x0800), length 74: ` → `IP `; `-i any` has `ifindex 2 02:42:… ethertype …`. */
function withoutLinkLayer(text: string): string {
  const at = text.slice(0, 200).indexOf('ethertype ')
  if (at < 0 || !/^(?:[\da-f]{2}:|\(?oui|In |Out |ifindex \d{1,10} |[\da-f:]{17})/i.test(text)) return text
  const found = /^ethertype (IPv4|IPv6|ARP)[^:]{0,80}: /.exec(text.slice(at))
  if (!found) return text
  const rest = text.slice(at + found[0].length)
  if (found[1] === 'ARP') return `ARP, ${rest}`
  return `${found[1] === 'IPv6' ? 'IP6' : 'IP'} ${rest}`
}

/** `a.1 > b.2: what follows`. */
export function readEnds(text: string, packet: PacketDraft): boolean {
  const found = /^(\S{1,255}) > (\S{1,255}): ?/.exec(text)
  if (!found) return false
  const [all, from = '', to = ''] = found
  const rest = text.slice(all.length)
  readTransport(rest, packet)
  const ported = packet.protocol === 'tcp' || packet.protocol === 'udp'
  packet.from = endOf(from, ported)
  packet.to = endOf(to, ported)
  if (packet.from === null || packet.to === null) return false
  if (packet.protocol === 'other' && packet.from.port !== null) packet.protocol = 'udp'
  packet.family ??= packet.from.address.includes(':') ? 6 : parseAddress(packet.from.address).family === 4 ? 4 : null
  return true
}

/** `10.0.0.1.80`, `fd99::1.80`, `host.example.com.http`; without a port where the protocol has none. */
function endOf(printed: string, ported: boolean): PacketEnd | null {
  const dot = printed.lastIndexOf('.')
  const whole = parseAddress(printed)
  if (whole.family !== 0 && !(ported && whole.family === 6 && dot > printed.lastIndexOf(':')))
    return { address: printed, port: null }
  const port = dot < 0 ? null : portOf(printed.slice(dot + 1))
  if (parseAddress(printed.slice(0, dot)).family !== 0) return { address: printed.slice(0, dot), port }
  if (!/^[A-Za-z\d][\w.:%-]*$/.test(printed)) return null
  return ported && dot > 0 ? { address: printed.slice(0, dot), port } : { address: printed, port: null }
}

const FLAGS: Readonly<Record<string, TcpFlag>> = {
  S: 'SYN',
  F: 'FIN',
  R: 'RST',
  P: 'PSH',
  '.': 'ACK',
  U: 'URG',
  E: 'ECE',
  W: 'CWR',
}

const flagsIn = (letters: string): readonly TcpFlag[] =>
  inOrder([...letters].flatMap((letter) => (Object.hasOwn(FLAGS, letter) ? [FLAGS[letter] ?? 'ACK'] : [])))

function readTransport(printed: string, packet: PacketDraft): void {
  // -vv says first whether the checksum of UDP and ICMP is right.
  const sum = /^\[(?:(bad )?udp cksum|udp sum ok|no cksum|icmp6? sum ok)[^\]]{0,40}\] /.exec(printed)
  const rest = sum ? printed.slice(sum[0].length) : printed
  if (sum) packet.badChecksum = sum[1] === undefined ? (/sum ok/.test(sum[0]) ? false : null) : true
  const flags = /^Flags \[([SFRP.UEWe]{1,9}|none)\](?:, |$)/.exec(rest)
  const old = /^([SFRPWE.]{1,5})(?: \[tcp sum ok\]| \[bad tcp cksum[^\]]{0,60}\])? (?=\d{1,10}:\d|ack \d|win \d)/.exec(
    rest,
  )
  if (flags || old) {
    packet.protocol = 'tcp'
    const letters = flags?.[1] ?? old?.[1] ?? ''
    const listed = flags ? flagsIn(letters === 'none' ? '' : letters) : flagsIn(letters.replace('.', ''))
    // Before 4.0 the dot said that no other flag is set, and ACK shows by its number.
    packet.flags = !flags && / ?ack \d/.test(rest) ? inOrder([...listed, 'ACK']) : listed
    readTcp(rest, packet)
    return
  }
  const overlay =
    /^(?:OTV|VXLAN), flags \[[^\]]{0,8}\] \(0x[\da-f]{1,4}\), (?:overlay \d{1,10}, instance|vni) (\d{1,10})/i.exec(rest)
  if (overlay) {
    packet.protocol = 'udp'
    packet.vni = word32(overlay[1])
  } else if (/^tcp \d/.test(rest)) {
    packet.protocol = 'tcp'
    packet.length = word32(/^tcp (\d{1,10})/.exec(rest)?.[1])
  } else if (/^(?:\[[^\]]{1,40}\] )?UDP, /.test(rest)) {
    packet.protocol = 'udp'
    packet.length = word32(/length:? (\d{1,10})/.exec(rest)?.[1])
  } else if (/^(?:\[[^\]]{1,40}\] )?ICMP6?[ ,]|^icmp/i.test(rest)) {
    packet.protocol = 'icmp'
    packet.note = rest.slice(0, 200)
    packet.length = word32(/length (\d{1,10})\s*$/.exec(rest)?.[1])
  }
}

function readTcp(rest: string, packet: PacketDraft): void {
  const head = rest.slice(0, 1200)
  const cksum = /cksum 0x[\da-f]{1,4} \((correct|incorrect)/.exec(head)?.[1]
  packet.badChecksum = cksum === undefined ? (/bad tcp cksum/.test(head) ? true : null) : cksum === 'incorrect'
  packet.seq = word32(/(?:seq |^[SFRPWE.]{1,5} )(\d{1,10})(?=[:,]|$)/.exec(head)?.[1])
  packet.ack = word32(/(?:^|[ ,])ack (\d{1,10})/.exec(head)?.[1])
  packet.window = word32(/(?:^|[ ,])win (\d{1,10})/.exec(head)?.[1])
  const span = /\d:\d{1,10}\((\d{1,10})\)/.exec(head)?.[1]
  packet.length = word32(/, length (\d{1,10})/.exec(head)?.[1] ?? span)
  const options = /options \[([^\]]{1,500})\]/.exec(head)?.[1] ?? /<([^>]{1,500})>/.exec(head)?.[1]
  packet.options = options === undefined ? null : readOptions(options)
}

/** `mss 1424,sackOK,TS val 3000206334 ecr 0,nop,wscale 9`; before 4.0 `timestamp 1 0`. */
function readOptions(text: string): TcpOptions {
  const value = (pattern: RegExp) => word32(pattern.exec(text)?.[1])
  const stamp = /(?:TS val|timestamp) (\d{1,10})(?: ecr)? (\d{1,10})/i.exec(text)
  const [at, echo] = [word32(stamp?.[1]), word32(stamp?.[2])]
  return {
    ...NO_OPTIONS,
    mss: value(/mss (\d{1,5})/),
    windowScale: value(/wscale (\d{1,2})/),
    sackPermitted: /sackOK/.test(text),
    timestamp: at === null || echo === null ? null : { value: at, echo },
  }
}
