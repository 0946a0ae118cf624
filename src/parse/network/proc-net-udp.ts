import type { OtherSocket, UdpSocket } from '../../model/network.ts'
import { formatAddress, formatIPv4 } from '../address.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from '../format.ts'
import { keep, networkOf, numberOf, wordsOf } from './network-of.ts'

/**
 * Read `/proc/net/udp`, `udp6`, `udplite`, `raw`, `icmp` in a text.
 * Shape:  rows like those of /proc/net/tcp, but with `ref pointer drops` behind the inode and nothing more
 * Units:  rx_queue in bytes with the kernel's overhead; drops since the socket was made
 * Source: udp4_format_sock(); addresses are words in host order, little endian taken for granted
 */
export const procNetUdp: Format = {
  name: 'proc-net-udp',
  opens: (text) => isUdpHeader(text) || isUdpRow(text),
  read: startUdp,
}

export const isUdpHeader = (text: string): boolean => /^\s*sl\s+local_address\s.*\sdrops\s*$/.test(text)

const ROW =
  /^\s*\d+: ([\dA-F]{8}|[\dA-F]{32}):([\dA-F]{4}) ([\dA-F]{8}|[\dA-F]{32}):([\dA-F]{4}) ([\dA-F]{2}) ([\dA-F]{8}):([\dA-F]{8}) /i

/** TCP prints more columns behind its pointer, TIME_WAIT fewer. */
export const isUdpRow = (text: string): boolean => ROW.test(text) && wordsOf(text, 20).length === 13

function startUdp(context: ReadContext): FormatReader {
  const udp: UdpSocket[] = []
  const other: OtherSocket[] = []
  const trouble = startTrouble(context)
  const isRaw =
    context.args.some((arg) => /\/(?:raw6?|icmp6?)$/.test(arg)) && !context.args.some((arg) => /\/udp/.test(arg))
  return {
    take(text, line) {
      if (isUdpHeader(text)) return true
      const row = ROW.exec(text)
      if (!row) return false
      const words = wordsOf(text, 20)
      if (words.length !== 13) {
        // A row of TCP has 17 columns, or 12: it is none of ours.
        if (words.length > 11) return false
        trouble.lose(line, `a row that breaks off: ${text.slice(0, 80)}`)
        return true
      }
      const [, local = '', localPort = '', peer = '', peerPort = '', state = '', tx = '', rx = ''] = row
      const origin = originAt(context, line)
      const port = Number.parseInt(localPort, 16)
      const queues = [Number.parseInt(rx, 16), Number.parseInt(tx, 16)] as const
      const drops = numberOf(words[12])
      if (isRaw)
        keep(other, {
          kind: 'raw',
          state,
          local: `${addressOf(local)}:${port}`,
          recvQueue: queues[0],
          sendQueue: queues[1],
          drops,
          processes: null,
          origin,
        })
      else
        keep(udp, {
          local: { address: addressOf(local), port },
          peer: /^0+$/.test(peer + peerPort) ? null : { address: addressOf(peer), port: Number.parseInt(peerPort, 16) },
          recvQueueBytes: queues[0],
          sendQueueBytes: queues[1],
          drops,
          inode: numberOf(words[9]),
          processes: null,
          origin,
        })
      return true
    },
    finish: () => trouble.result([networkOf(isRaw ? { otherSockets: other } : { udp })]),
  }
}

function addressOf(hex: string): string {
  const words = [0, 8, 16, 24].flatMap((at) => (at < hex.length ? [swap(hex.slice(at, at + 8))] : []))
  const [a = 0, b = 0, c = 0, d = 0] = words
  return words.length === 1 ? formatIPv4(a) : formatAddress(a, b, c, d)
}

const swap = (hex: string): number => Number.parseInt((hex.match(/../g) ?? []).reverse().join(''), 16)
