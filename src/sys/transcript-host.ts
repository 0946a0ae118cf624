import type { Block, Question, Reading } from '../model/block.ts'
import type { Answer, Host } from './host.ts'

/**
 * A Host that answers from one reading of a text: what was captured of a machine, block by block.
 * Gaps: a question that nothing in the text answers gets no answer: absent
 */
export function transcriptHost(reading: Reading): Host {
  const { source, node, takenAt, lines, hints } = reading
  return {
    source,
    way: 'transcript',
    node,
    takenAt,
    lines,
    hints,
    netns: reading.netns.map(({ key, kind, pod }) => ({ key, kind, pod, inode: null, path: null, pid: null })),
    ask(question, netns) {
      const here = (block: Block) => netns === null || block.netns === netns.key
      return [
        ...reading.blocks.filter(here).flatMap((block) => answersIn(block, question, viaOf(block))),
        ...reading.carried.filter(here).flatMap((block) => answersIn(block, question, 'carried')),
      ]
    },
  }
}

function answersIn(block: Block, question: Question, via: string): readonly Answer[] {
  const { file, lines, command, coverage, cuts, warnings } = block
  const asked = ALIKE[question] ?? [question]
  return block.content.flatMap((content): Answer[] => {
    if (content.question === 'refused') return asked.includes(content.of) ? [content.gap] : []
    return asked.includes(content.question)
      ? [{ ok: true, via, content, place: { file, lines, command }, coverage, cuts, warnings }]
      : []
  })
}

/** Who asks for the sockets of a namespace also takes what was only counted of them, or written down by hand. */
const ALIKE: Readonly<Partial<Record<Question, readonly Question[]>>> = {
  sockets: ['sockets', 'listeners', 'census', 'count'],
}

const VIA: Readonly<Record<string, string>> = {
  'netstat-s': 'netstat -s',
  'hand-table': 'typed by hand',
  'state-counts': 'counted by state',
  'row-count': 'wc -l',
  'proc-net-netstat': '/proc/net/netstat',
  'proc-net-sockstat': '/proc/net/sockstat',
  'proc-net-tcp': '/proc/net/tcp',
  'kernel-log': 'kernel log',
  'backlog-config': 'typed in a configuration',
}

const viaOf = ({ format }: Block): string => VIA[format ?? ''] ?? format ?? 'text'
