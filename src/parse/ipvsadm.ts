import type { Line } from '../model/line.ts'
import type { IpvsConnection, IpvsServer, IpvsService, Place } from '../model/nat.ts'
import { canonicalAddress } from './address.ts'
import { parsePlace, portNumber, wholeNumber } from './nat-fields.ts'
import { Account, type Reading } from './reading.ts'

/** What the forms of ipvsadm and the files under /proc/net tell; parts that a form does not carry are empty or null. */
export interface Ipvs {
  readonly services: readonly IpvsService[]
  readonly connections: readonly IpvsConnection[]
  /** Seconds: `Timeout (tcp tcpfin udp): 900 120 300`. */
  readonly timeouts: { readonly tcp: number; readonly tcpFin: number; readonly udp: number } | null
}

interface Draft extends Omit<IpvsService, 'servers'> {
  readonly servers: IpvsServer[]
}

/**
 * Parse `ipvsadm -ln` (also --stats, --rate, -p), `ipvsadm -lnc`, `ipvsadm -l --timeout`, `ipvsadm -Sn`, `/proc/net/ip_vs`
 * and `/proc/net/ip_vs_conn`.
 * Shape:  virtual services with the servers under them; addresses in hexadecimal are turned into canonical ones
 * Gaps:   --stats and --rate carry no scheduler and no weights; rows with names instead of numbers keep the name
 * Errors: servers without a service above them and rows of another shape are counted; never throws
 * Source: ipvsadm(8); kernel ip_vs_ctl.c ip_vs_info_seq_show(), ip_vs_conn.c
 */
export function parseIpvs(lines: readonly Line[]): Reading<Ipvs> {
  const services: Draft[] = []
  const connections: IpvsConnection[] = []
  const account = new Account()
  let timeouts: Ipvs['timeouts'] = null
  for (const line of lines) {
    const words = line.text.split(/\s+/).filter((word) => word !== '')
    if (words.length === 0 || isHead(words)) continue
    const timeout = /^Timeout \(tcp tcpfin udp\): (\d{1,9}) (\d{1,9}) (\d{1,9})$/.exec(line.text.trim())
    const service = parseService(words, line.number)
    const server = service ? null : parseServer(words, line.number)
    const connection = service || server ? null : parseConnection(words, line.number)
    if (timeout) timeouts = { tcp: Number(timeout[1]), tcpFin: Number(timeout[2]), udp: Number(timeout[3]) }
    else if (service) services.push(service)
    else if (server && services.length > 0) services.at(-1)?.servers.push(server)
    else if (connection) connections.push(connection)
    else account.strange(line)
  }
  return account.reading({ services, connections, timeouts })
}

const isHead = (words: readonly string[]) =>
  /^(?:Prot|IPVS|pro|Pro|IP)$/.test(words[0] ?? '') || (words[0] === '->' && /^Remote/.test(words[1] ?? ''))

const PROTOCOLS = /^(?:TCP|UDP|SCTP|FWM)$/

/** `TCP  10.96.0.1:443 rr persistent 10800`, `FWM  3 wlc`, `-A -t 10.96.0.1:443 -s rr -p 10800`. */
function parseService(words: readonly string[], line: number): Draft | null {
  if (words[0] === '-A') return parseSavedService(words, line)
  if (!PROTOCOLS.test(words[0] ?? '') || words[1] === undefined) return null
  // Connection rows have a time or a bare hexadecimal address there; a service's third word is a scheduler, a count, or nothing.
  if (minutes(words[1]) !== null || words[2]?.includes(':') || /^[\dA-F]{8}$/.test(words[2] ?? '')) return null
  const place = words[0] === 'FWM' ? { address: `fwmark ${words[1]}`, port: null } : placeOf(words[1])
  if (!place) return null
  const scheduler = /^[a-z]{2,10}$/.test(words[2] ?? '') ? (words[2] ?? null) : null
  const persistent = words.indexOf('persistent')
  const persistentSeconds = persistent < 0 ? null : wholeNumber(words[persistent + 1])
  return { protocol: protocolOf(words[0]), ...place, scheduler, persistentSeconds, servers: [], line }
}

const protocolOf = (word: string | undefined) => (word === 'FWM' ? 'fwmark' : (word ?? '').toLowerCase())

function parseSavedService(words: readonly string[], line: number): Draft | null {
  const kind = words[1]
  const place = kind === '-f' ? { address: `fwmark ${words[2]}`, port: null } : placeOf(words[2] ?? '')
  if (!place || (kind !== '-t' && kind !== '-u' && kind !== '-f')) return null
  const after = (option: string) => (words.includes(option) ? (words[words.indexOf(option) + 1] ?? null) : null)
  const protocol = kind === '-t' ? 'tcp' : kind === '-u' ? 'udp' : 'fwmark'
  return {
    protocol,
    ...place,
    scheduler: after('-s'),
    persistentSeconds: wholeNumber(after('-p') ?? undefined),
    servers: [],
    line,
  }
}

const SAVED_FORWARD: Readonly<Record<string, string>> = { '-m': 'Masq', '-g': 'Route', '-i': 'Tunnel' }

/** `-> 10.44.0.11:8080  Masq  1  0  0`, a row of --stats, `-a -t … -r 10.44.0.11:8080 -m -w 1`. */
function parseServer(words: readonly string[], line: number): IpvsServer | null {
  if (words[0] === '-a') {
    const place = placeOf(words[words.indexOf('-r') + 1] ?? '')
    const forward = words.find((word) => SAVED_FORWARD[word] !== undefined)
    if (!place || !words.includes('-r')) return null
    const weight = words.includes('-w') ? wholeNumber(words[words.indexOf('-w') + 1]) : null
    const kind = forward === undefined ? null : (SAVED_FORWARD[forward] ?? null)
    return { ...place, forward: kind, weight, activeConnections: null, inactiveConnections: null, line }
  }
  const place = words[0] === '->' ? placeOf(words[1] ?? '') : null
  if (!place) return null
  const plain = /^(?:Masq|Route|Tunnel|Local)$/.test(words[2] ?? '')
  const count = (at: number) => (plain ? wholeNumber(words[at]) : null)
  const forward = plain ? (words[2] ?? null) : null
  return { ...place, forward, weight: count(3), activeConnections: count(4), inactiveConnections: count(5), line }
}

/** `TCP 01:59 TIME_WAIT 10.0.0.9:4000 10.96.0.1:443 10.44.0.1:6443`, or the hexadecimal row of ip_vs_conn. */
function parseConnection(words: readonly string[], line: number): IpvsConnection | null {
  if (!PROTOCOLS.test(words[0] ?? '')) return null
  const hex = words.length >= 9 && portOfHex(words[2] ?? '') !== null && portOfHex(words[4] ?? '') !== null
  const places = hex ? [hexAt(words, 1), hexAt(words, 3), hexAt(words, 5)] : words.slice(3, 6).map(placeOf)
  const [source, virtual, destination] = places
  const state = words[hex ? 7 : 2] ?? ''
  if (!source || !virtual || !destination || !/^[A-Z][A-Z0-9_]{1,20}$/.test(state)) return null
  const expiresSeconds = hex ? wholeNumber(words[8]) : minutes(words[1] ?? '')
  return { protocol: protocolOf(words[0]), expiresSeconds, state, source, virtual, destination, line }
}

function minutes(text: string): number | null {
  const found = /^(\d{1,6}):(\d{2})$/.exec(text)
  return found ? Number(found[1]) * 60 + Number(found[2]) : null
}

/** `10.0.0.1:80`, `[fd00::1]:80`, `0A600001:01BB`, `[fd00:0000:…]:01BB` of /proc. */
function placeOf(text: string): Place | null {
  const hex = /^([\dA-F]{8}):([\dA-F]{4})$/.exec(text)
  if (hex) return { address: addressOfHex(hex[1] ?? ''), port: Number.parseInt(hex[2] ?? '', 16) }
  const six = /^\[([\da-f:]{39})\]:([\dA-F]{4})$/i.exec(text)
  if (six) return { address: canonicalAddress(six[1] ?? ''), port: Number.parseInt(six[2] ?? '', 16) }
  const place = parsePlace(text)
  if (place) return place
  const named = /^([\w.-]{1,253}):([\w-]{1,40})$/.exec(text)
  return named ? { address: named[1] ?? '', port: portNumber(named[2] ?? '') } : null
}

const portOfHex = (text: string) => (/^[\dA-F]{4}$/.test(text) ? Number.parseInt(text, 16) : null)

function hexAt(words: readonly string[], at: number): Place | null {
  const address = words[at] ?? ''
  if (/^[\dA-F]{8}$/.test(address)) return { address: addressOfHex(address), port: portOfHex(words[at + 1] ?? '') }
  const bare = address.startsWith('[') ? address.slice(1, -1) : address
  return /^[\da-f:]{39}$/i.test(bare) ? { address: canonicalAddress(bare), port: portOfHex(words[at + 1] ?? '') } : null
}

/** /proc prints IPv4 as one number in network order. */
function addressOfHex(hex: string): string {
  return [0, 2, 4, 6].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.')
}
