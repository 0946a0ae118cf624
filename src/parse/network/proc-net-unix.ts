import type { UnixSocket } from '../../model/network.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from '../format.ts'
import { keep, networkOf, numberOf } from './network-of.ts'

/**
 * Read `/proc/net/unix` in a text.
 * Gaps:   no queues stand there; a client that waits in a full queue is a row of state 02 (connecting) with the server's path
 * Source: unix_seq_show(): flags 00010000 = listening; St 01 unconnected, 02 connecting, 03 connected
 */
export const procNetUnix: Format = {
  name: 'proc-net-unix',
  opens: (text) => HEADER.test(text) || ROW.test(text),
  read: startUnix,
}

const HEADER = /^\s*Num\s+RefCount\s+Protocol\s+Flags\s+Type\s+St\s+Inode\s+Path/
const ROW =
  /^\s*[\da-f]{8,16}: [\da-f]{8} [\da-f]{8} ([\da-f]{8}) 000([125]) ([\da-f]{2})\s{1,12}(\d{1,20})(?: (.{1,255}))?$/i

function startUnix(context: ReadContext): FormatReader {
  const unix: UnixSocket[] = []
  const trouble = startTrouble(context)
  return {
    take(text, line) {
      if (HEADER.test(text)) return true
      const row = ROW.exec(text.trimEnd())
      if (!row) {
        if (!/^\s*[\da-f]{8,16}: [\da-f]{8} /i.test(text)) return false
        trouble.lose(line, `a row that breaks off: ${text.slice(0, 80)}`)
        return true
      }
      const [, flags = '', type, state, inode, path] = row
      const listening = (Number.parseInt(flags, 16) & 0x10000) !== 0
      keep(unix, {
        type: type === '1' ? 'stream' : type === '2' ? 'dgram' : 'seqpacket',
        state: listening ? 'listening' : state === '03' ? 'connected' : 'other',
        path: path ?? null,
        acceptQueue: listening ? { length: null, max: null } : null,
        recvQueueBytes: null,
        inode: numberOf(inode),
        processes: null,
        origin: originAt(context, line),
      })
      return true
    },
    finish: () => trouble.result([networkOf({ unix })]),
  }
}
