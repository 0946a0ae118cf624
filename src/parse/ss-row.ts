import type { End, ProcessRef, TcpState } from '../model/socket.ts'
import { portOf } from './port-names.ts'
import type { SocketRow } from './socket-table.ts'

/** A row of ss by its columns, as printed. */
export interface Row {
  readonly state: TcpState
  readonly recvQueue: number
  readonly sendQueue: number
  readonly local: string
  readonly peer: string
  readonly rest: string
}

/** The socket that a row and the details behind and below it tell of; null where a port is a name that is not known. */
export function socketOf(row: Row, details: string, line: number): SocketRow | null {
  const local = endOf(row.local)
  const peer = endOf(row.peer)
  if (local === null || peer === null) return null
  const { state } = row
  const processes = readUsers(details)
  const inode = numberAfter(details, 'ino:')
  return {
    state,
    family: familyOf(row.local),
    local,
    peer: state === 'LISTEN' ? null : peer,
    recvQueue: row.recvQueue,
    sendQueue: row.sendQueue,
    inode,
    uid: numberAfter(details, 'uid:') ?? (inode === null ? null : 0),
    cookie: /(?:^|[\s(,])sk:([\da-f]{1,16})/.exec(details)?.[1] ?? null,
    drops: wholeOrNull(/skmem:\([^)]*,d(\d{1,10})\)/.exec(details)?.[1]),
    ageMs: ageOf(details),
    holding: holdingOf(state, processes, inode),
    processes,
    line,
  }
}

/** TIME_WAIT and SYN_RECV have no user socket at all; inode 0 in ESTABLISHED and CLOSE_WAIT means: not accepted yet. */
export function holdingOf(state: TcpState, processes: readonly ProcessRef[] | null, inode: number | null) {
  if (processes && processes.length > 0) return 'process' as const
  if (state === 'TIME_WAIT' || state === 'SYN_RECV') return 'kernel' as const
  if (inode === null) return 'unknown' as const
  if (inode > 0) return 'process' as const
  return state === 'ESTABLISHED' || state === 'CLOSE_WAIT' ? ('unaccepted' as const) : ('kernel' as const)
}

function endOf(printed: string): End | null {
  const colon = printed.lastIndexOf(':')
  const port = portOf(printed.slice(colon + 1))
  if (port === null) return null
  const address = printed.slice(0, colon)
  // `[fe80::1]%eth0` and `127.0.0.53%lo` are one address with its scope.
  return { address: address.replace(/^\[([^\]]*)\](%\S+)?$/, '$1$2'), port }
}

/** Old versions print `:::80` for any IPv6 socket: whether it takes IPv4 too is not told. */
function familyOf(local: string): 4 | 6 | null {
  const address = local.slice(0, local.lastIndexOf(':'))
  if (address === '*' || address === '::') return null
  if (address.includes(':')) return 6
  return /^\d+\.\d+\.\d+\.\d+/.test(address) ? 4 : null
}

/** `users:(("sshd",pid=1,fd=3),("sshd",pid=2,fd=3))`, before 4.0 `users:(("sshd",1,3))`; null where there is none. */
export function readUsers(details: string): readonly ProcessRef[] | null {
  const at = details.indexOf('users:(')
  if (at < 0) return null
  const found: ProcessRef[] = []
  for (const match of details.slice(at).matchAll(/\("([^"]{0,64})",(?:pid=)?(\d{1,10}),(?:fd=)?(\d{1,10})\)/g))
    found.push({ comm: match[1] ?? '', pid: Number(match[2]), fd: Number(match[3]) })
  return found
}

/**
 * Milliseconds since the handshake, for a connection that never sent: its `lastsnd` counts from there.
 * Gaps: null where this version does not print what was sent (before 4.6)
 */
function ageOf(details: string): number | null {
  const lastsnd = numberAfter(details, 'lastsnd:')
  if (lastsnd === null || !details.includes('segs_out:')) return null
  return /data_segs_out:|bytes_sent:/.test(details) ? null : lastsnd
}

export function numberAfter(details: string, label: string): number | null {
  let at = details.indexOf(label)
  while (at > 0 && !' \t,('.includes(details[at - 1] ?? '')) at = details.indexOf(label, at + 1)
  return at < 0 ? null : wholeOrNull(/^\d{1,10}/.exec(details.slice(at + label.length, at + label.length + 10))?.[0])
}

const wholeOrNull = (digits: string | undefined) => (digits === undefined ? null : Number(digits))

export const isSsHeader = (text: string): boolean =>
  /^\s*(?:Netid\s+)?(?:State\s+)?Recv-Q\s+Send-Q\s+[Ll]ocal\s+Address/.test(text)

/** Words that only ss prints on the lines it adds below a row. */
const DETAIL =
  /(?:^|[\s,(])(?:users:\(|skmem:\(|mem:\(|timer:\(|uid:\d|ino:\d|sk:[\da-f]|cgroup:|rto:\d|cwnd:\d|mss:\d|bytes_acked:|segs_(?:in|out):|lastsnd:\d|rcv_space:\d)/

export const isSsDetail = (text: string): boolean => DETAIL.test(text)
