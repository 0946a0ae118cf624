import { TCP_STATES } from '../../src/model/socket.ts'
import type { SocketTable } from '../../src/model/socket-table.ts'
import { HOLDINGS } from '../../src/model/socket-table.ts'
import { formatAddress } from '../../src/parse/address.ts'
import type { Format, ReadContext, ReadResult } from '../../src/parse/format.ts'
import { told } from '../../src/parse/socket-table.ts'
import type { NodeText, Transcript } from '../../src/parse/transcript/index.ts'
import { readTranscript } from '../../src/parse/transcript/index.ts'
import { linesOf } from './lines-of.ts'

export interface Read extends ReadResult {
  /** Lines that the format refused. */
  readonly refused: readonly string[]
}

/** Read a whole text with one format, as if it stood below `command`. */
export function readWith(format: Format, text: string, context: Partial<ReadContext> = {}): Read {
  const reader = format.read({ file: 'x', command: null, args: [], filtered: false, ...context })
  const refused = text.split('\n').filter((line, index) => line !== '' && !reader.take(line, index + 1))
  return { ...reader.finish(), refused }
}

/** Rows of a table as short text: `LISTEN 0.0.0.0:22 0/128 process sshd`. */
export function rowsOf(table: SocketTable): readonly string[] {
  return Array.from({ length: table.length }, (_, row) => {
    const end = (words: Uint32Array, ports: Uint16Array, names: Map<number, string>) => {
      const [a = 0, b = 0, c = 0, d = 0] = words.subarray(row * 4, row * 4 + 4)
      return `${names.get(row) ?? formatAddress(a, b, c, d)}:${ports[row]}`
    }
    const state = TCP_STATES[table.state[row] ?? 0]
    const peer = state === 'LISTEN' ? '' : ` ${end(table.peer, table.peerPort, table.peerNames)}`
    const queues = `${told(table.recvQueue, row) ?? '?'}/${told(table.sendQueue, row) ?? '?'}`
    const holders = (table.processes[table.process[row] ?? 0] ?? [])
      .map(({ comm, pid, fd }) => ` ${comm}[${pid},${fd}]`)
      .join('')
    return `${state} ${end(table.local, table.localPort, table.localNames)}${peer} ${queues} ${HOLDINGS[table.holding[row] ?? 0]}${holders}`
  })
}

export function tableOf(read: ReadResult): SocketTable {
  const [content] = read.content
  if (content?.question !== 'sockets') throw new Error('no sockets were read')
  return content.table
}

export const transcript = async (text: string): Promise<Transcript> => await readTranscript(linesOf(text), 't.md')

/** What was read, one line a block: `#1 3-5 host ss: 2 sockets`, readings by number. */
export function outline({ nodes }: Transcript): readonly string[] {
  return nodes.flatMap((node) =>
    node.readings.flatMap((reading, index) =>
      reading.blocks.map((block) => {
        const { lines, netns, format, content } = block
        return `${node.node ?? '-'}#${index + 1} ${lines.join('-')} ${netns} ${format}: ${content.map(sizeOf).join(', ')}`
      }),
    ),
  )
}

type Content = NodeText['readings'][number]['blocks'][number]['content'][number]

function sizeOf(content: Content): string {
  switch (content.question) {
    case 'sockets':
      return `${content.table.length} sockets`
    case 'listeners':
      return `${content.listeners.length} typed`
    case 'census':
      return JSON.stringify(content.census.counts)
    case 'counters':
      return `${Object.keys(content.counters.values).length} counters`
    case 'sysctls':
      return JSON.stringify(content.sysctls.values)
    case 'count':
      return `count ${content.count}`
    default:
      return content.question
  }
}
