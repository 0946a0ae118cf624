import type { TcpState } from '../model/socket.ts'

/** Every spelling that tools print: ss (`ESTAB`, `CLOSE-WAIT`), net-tools and busybox (`CLOSE_WAIT`), BSD (`SYN_RCVD`). */
const SPELLINGS: Readonly<Record<string, TcpState>> = {
  ESTAB: 'ESTABLISHED',
  ESTABLISHED: 'ESTABLISHED',
  'SYN-SENT': 'SYN_SENT',
  SYN_SENT: 'SYN_SENT',
  'SYN-RECV': 'SYN_RECV',
  SYN_RECV: 'SYN_RECV',
  SYN_RCVD: 'SYN_RECV',
  'NEW-SYN-RECV': 'SYN_RECV',
  NEW_SYN_RECV: 'SYN_RECV',
  'FIN-WAIT-1': 'FIN_WAIT1',
  FIN_WAIT1: 'FIN_WAIT1',
  FIN_WAIT_1: 'FIN_WAIT1',
  'FIN-WAIT-2': 'FIN_WAIT2',
  FIN_WAIT2: 'FIN_WAIT2',
  FIN_WAIT_2: 'FIN_WAIT2',
  'TIME-WAIT': 'TIME_WAIT',
  TIME_WAIT: 'TIME_WAIT',
  UNCONN: 'CLOSE',
  CLOSED: 'CLOSE',
  CLOSE: 'CLOSE',
  'CLOSE-WAIT': 'CLOSE_WAIT',
  CLOSE_WAIT: 'CLOSE_WAIT',
  'LAST-ACK': 'LAST_ACK',
  LAST_ACK: 'LAST_ACK',
  LISTEN: 'LISTEN',
  CLOSING: 'CLOSING',
  // net-tools in German, Portuguese and Spanish.
  VERBUNDEN: 'ESTABLISHED',
  ESTABELECIDA: 'ESTABLISHED',
  ESTABLECIDO: 'ESTABLISHED',
  OUÇA: 'LISTEN',
  ESCUCHAR: 'LISTEN',
}

/** The kernel's name for a state as printed; null for anything else. Case matters: prose writes `listen`. */
export const tcpState = (printed: string): TcpState | null =>
  Object.hasOwn(SPELLINGS, printed) ? (SPELLINGS[printed] ?? null) : null

/** Names that `ss state …` takes, which are the same in lower case. */
export const tcpStateByFilter = (name: string): TcpState | null =>
  name === 'listening' ? 'LISTEN' : tcpState(name.toUpperCase())

/** The spellings of one tool: a grep for the other tool's finds nothing. */
export const spelledByTool = (printed: string, tool: 'ss' | 'netstat'): boolean => {
  if (['LISTEN', 'CLOSING', 'UNCONN'].includes(printed)) return true
  if (printed === 'ESTAB') return true
  if (printed === 'ESTABLISHED') return tool === 'netstat'
  return tool === 'ss' ? printed.includes('-') : printed.includes('_') || printed === 'CLOSE'
}
