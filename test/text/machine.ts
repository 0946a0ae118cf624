import fc from 'fast-check'
import type { Machine } from '../../src/model/machine.ts'
import type { NodeFacts, Process } from '../../src/model/snapshot.ts'
import type { Format, ReadContext, ReadResult } from '../../src/parse/format.ts'
import { type Read, readWith } from './read.ts'

/** Read a text as if it stood below this command line; its words are its arguments. */
export function under(format: Format, command: string | null, text: string, context: Partial<ReadContext> = {}): Read {
  const args = command === null ? [] : command.split(/\s+/).slice(1)
  return readWith(format, text, { command, args, ...context })
}

export const machineOf = ({ content }: ReadResult): Partial<Machine> =>
  Object.assign({}, ...content.map((one) => (one.question === 'machine' ? one.machine : {})))

export const processesOf = ({ content }: ReadResult): readonly Process[] =>
  content.flatMap((one) => (one.question === 'processes' ? one.processes : []))

export const factsOf = ({ content }: ReadResult): Partial<NodeFacts> =>
  Object.assign({}, ...content.map((one) => (one.question === 'node' ? one.facts : {})))

/** Processes as short text: `1448 kube-proxy S`. */
export const shortly = (processes: readonly Process[]): readonly string[] =>
  processes.map(({ pid, comm, state, wchan }) =>
    [pid, comm, state ?? '?', ...(wchan === null ? [] : [wchan])].join(' '),
  )

/** Numbers that are none, and places that do not exist in the text. */
function faultsIn(value: unknown, lines: readonly string[]): readonly string[] {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? [] : [`the number ${value}`]
  if (value === null || typeof value !== 'object') return []
  const { line } = value as { readonly line?: unknown }
  const nowhere = typeof line === 'number' && !/[^\s]/.test(lines[line - 1] ?? '')
  return [...(nowhere ? [`line ${line}`] : []), ...Object.values(value).flatMap((one) => faultsIn(one, lines))]
}

/** What may happen to a good output: cut, torn, doubled, shuffled, letters and digits replaced. */
const mangled = (sample: string): fc.Arbitrary<string> => {
  const lines = sample.split('\n')
  const line = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...lines) },
    { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...lines), fc.nat(120)).map(([text, at]) => text.slice(0, at)) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(...lines), fc.nat(80), fc.string({ maxLength: 5 }))
        .map(([text, at, more]) => text.slice(0, at) + more + text.slice(at + more.length)),
    },
    { weight: 1, arbitrary: fc.string({ maxLength: 60 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '',
        '...',
        '^C',
        'some words of somebody',
        '9'.repeat(400),
        ' '.repeat(3000),
        '-'.repeat(3000),
      ),
    },
  )
  return fc.array(line, { maxLength: 30 }).map((some) => some.join('\n'))
}

/** The property of every reader: whatever is done to its output, it never throws, tells only numbers, and only lines that stand there. */
export function neverInvents(format: Format, command: string | null, sample: string): void {
  fc.assert(
    fc.property(mangled(sample), (text) => {
      const read = under(format, command, text)
      const faults = faultsIn([read.content, read.warnings], text.split('\n'))
      if (faults.length > 0) throw new Error(faults.join(', '))
      for (const one of text.split('\n')) format.opens(one)
    }),
    { numRuns: 150 },
  )
}

/** Prose and code that must not open any output. */
export const NO_OUTPUT = [
  'The load average: it was high, so we looked at vmstat.',
  'r b swpd means runnable, blocked and swapped.',
  'TCP: the table is full of PID and COMMAND names',
  'mount the share on /mnt with type nfs (rw)',
  'int fd = accept4(3, NULL, NULL, SOCK_NONBLOCK);',
  'Mem: we have 16 GB, Swap: none',
  'some avg10 values were above 50',
  'listen 80 backlog=8192;',
  '- PID 1448 is kube-proxy',
  '总计 5 台机器, 已用 3 台',
  'Client nfs statistics look fine',
  'Device tps is the number of transfers',
  'The CPU is busy, steal is high',
  'on CPU 0',
  'Linux 4.4 (old) has no pressure, with 1 CPU',
  'top - the tool - shows it',
  'open files (-n) 1024 is too low',
  'device x was mounted on /mnt with fstype nfs once',
  'Architecture: we run x86_64',
  '[5] see the kernel documentation',
  '06:08 we saw a load average: high',
]
