import { readFileSync } from 'node:fs'
import { TCP_STATES } from '../model/socket.ts'

/** What the kernel shows of one namespace, as far as the lab needs it to know that a fault stands. */
export interface KernelView {
  /** Connections waiting in the accept queue, by listening port. */
  readonly queued: ReadonlyMap<number, number>
  readonly connections: readonly KernelConnection[]
  /** By nstat's names: `TcpExtListenOverflows`. */
  readonly counters: ReadonlyMap<string, number>
}

export interface KernelConnection {
  readonly state: string
  readonly localPort: number
  readonly peerPort: number
  readonly recvQueueBytes: number
  /** 0: not accepted yet, or nobody's any more. */
  readonly inode: number
}

/**
 * Read a namespace through a process inside it: no privilege, no entering, no other program.
 * Errors: throws when the process is gone.
 * Source: proc(5), /proc/PID/net/{tcp,tcp6,netstat,snmp}
 */
export function readKernel(pid: number): KernelView {
  const rows = ['tcp', 'tcp6'].flatMap((file) => readRows(`/proc/${pid}/net/${file}`))
  const listeners = rows.filter((row) => row.state === 'LISTEN')
  return {
    queued: new Map(listeners.map((row) => [row.localPort, row.recvQueueBytes])),
    connections: rows.filter((row) => row.state !== 'LISTEN'),
    counters: new Map(['netstat', 'snmp'].flatMap((file) => readPairs(`/proc/${pid}/net/${file}`))),
  }
}

function readRows(file: string): KernelConnection[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => {
      const [, local = '', peer = '', state = '', queues = '', , , , , inode = ''] = line.trim().split(/ +/)
      return {
        state: TCP_STATES[Number.parseInt(state, 16)] ?? state,
        localPort: Number.parseInt(local.slice(-4), 16),
        peerPort: Number.parseInt(peer.slice(-4), 16),
        recvQueueBytes: Number.parseInt(queues.slice(9), 16),
        inode: Number(inode),
      }
    })
}

/** Pairs of lines: `TcpExt: names`, `TcpExt: values`. */
function readPairs(file: string): [string, number][] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.flatMap((line, i): [string, number][] => {
    if (i % 2 === 1 || line === '') return []
    const [group = '', ...names] = line.split(' ')
    const values = (lines[i + 1] ?? '').split(' ').slice(1)
    return names.map((name, at) => [group.replace(':', '') + name, Number(values[at])])
  })
}
