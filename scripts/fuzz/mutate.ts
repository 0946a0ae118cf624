import { type Random, startRandom } from './random.ts'

type Mutation = (text: Buffer, random: Random, seeds: readonly Buffer[]) => Buffer

/** The `index`th input of a run: a fixture, damaged in one to four ways. The same seed and index give the same bytes. */
export function inputAt(seeds: readonly Buffer[], seed: number, index: number): Buffer {
  const random = startRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b))
  const times = 1 + random.upTo(4)
  let text = random.one(seeds)
  for (let i = 0; i < times; i++) text = random.one(MUTATIONS)(text, random, seeds)
  return text.length > LONGEST ? text.subarray(0, LONGEST) : text
}

/** Repeated splices would grow without end. */
const LONGEST = 100_000

const lines = (change: (rows: string[], random: Random, seeds: readonly Buffer[]) => void): Mutation => {
  return (text, random, seeds) => {
    const rows = text.toString('latin1').split('\n')
    change(rows, random, seeds)
    return Buffer.from(rows.join('\n'), 'latin1')
  }
}

/** Bytes at one random place replaced by others. */
const atOnePlace = (what: (random: Random) => Buffer, most = 0): Mutation => {
  return (text, random) => {
    const at = random.upTo(text.length + 1)
    return Buffer.concat([text.subarray(0, at), what(random), text.subarray(at + random.upTo(most + 1))])
  }
}

const HUGE = [
  '4294967296',
  '9007199254740993',
  '18446744073709551615',
  '99999999999999999999999',
  '-1',
  '1e309',
  'NaN',
  '0x',
  '007',
]
const WORDS = [
  '...',
  '（略）',
  '<snip>',
  '^C',
  '\u001b[31m',
  '\u0000',
  '\ufeff',
  '__proto__',
  'constructor',
  '```',
  '~~~',
  '| --- |',
  '# date',
  '\r',
  '\u2028',
]
const PROMPTS = [
  'root@n:~# ss -antp',
  '$ netstat -s',
  '[root@b ~]# nstat -az',
  '/ # cat /proc/net/tcp',
  'D:\\> dir',
  '# kubectl get po -o yaml',
  '$ crictl inspect x',
]

const MUTATIONS: readonly Mutation[] = [
  // a few bytes turned round
  (text, random) => {
    const copy = Buffer.from(text)
    for (let i = random.upTo(12); i >= 0 && copy.length > 0; i--) copy[random.upTo(copy.length)] = random.upTo(256)
    return copy
  },
  // a piece cut out, the end cut off, the beginning cut off
  (text, random) => {
    const at = random.upTo(text.length + 1)
    return Buffer.concat([text.subarray(0, at), text.subarray(at + random.upTo(400))])
  },
  (text, random) => text.subarray(0, random.upTo(text.length + 1)),
  (text, random) => text.subarray(random.upTo(text.length + 1)),
  // lines doubled, dropped, shuffled, joined
  lines((rows, random) => {
    const at = random.upTo(rows.length)
    rows.splice(at, 0, ...rows.slice(at, at + 1 + random.upTo(20)))
  }),
  lines((rows, random) => {
    rows.splice(random.upTo(rows.length), 1 + random.upTo(8))
  }),
  lines((rows, random) => {
    for (let i = random.upTo(6); i >= 0; i--) {
      const [a, b] = [random.upTo(rows.length), random.upTo(rows.length)]
      const kept = rows[a] ?? ''
      rows[a] = rows[b] ?? ''
      rows[b] = kept
    }
  }),
  lines((rows, random) => {
    const at = random.upTo(rows.length)
    rows.splice(at, 2, `${rows[at] ?? ''}${rows[at + 1] ?? ''}`)
  }),
  // columns glued, widened, wrapped
  lines((rows, random) => {
    const at = random.upTo(rows.length)
    rows[at] = (rows[at] ?? '').replaceAll(/ +/g, random.one(['', ' ', '\t', '  |  ', '\n']))
  }),
  (text, random) => {
    const [from, to] = random.one([
      ['\n', '\r\n'],
      ['\n', '\r'],
      [' ', '\t'],
      [':', '::'],
      ['0', '00'],
      ['-', '—'],
    ] as const)
    return Buffer.from(text.toString('latin1').replaceAll(from, to), 'latin1')
  },
  // a number made huge
  (text, random) => {
    const numbers = [...text.toString('latin1').matchAll(/\d+/g)]
    if (numbers.length === 0) return text
    const { index, 0: old } = random.one(numbers)
    return Buffer.concat([text.subarray(0, index), Buffer.from(random.one(HUGE)), text.subarray(index + old.length)])
  },
  atOnePlace((random) => Buffer.from(random.one(WORDS)), 3),
  atOnePlace((random) => Buffer.from(`\n${random.one(PROMPTS)}\n`)),
  atOnePlace((random) => Buffer.alloc(1 + random.upTo(8), random.upTo(32))),
  atOnePlace((random) =>
    Buffer.alloc(
      1000 + random.upTo(60_000),
      random.one(['a', ' ', '1 ', '(', '|', '"', '\\', '{', ': ', '[', ',', '::']),
    ),
  ),
  // another fixture in the midst of it
  (text, random, seeds) => {
    const other = random.one(seeds)
    const [at, from] = [random.upTo(text.length + 1), random.upTo(other.length + 1)]
    return Buffer.concat([text.subarray(0, at), other.subarray(from, from + random.upTo(8000)), text.subarray(at)])
  },
  // another encoding
  (text) => Buffer.from(`\ufeff${text.toString('utf8')}`, 'utf16le'),
  (text) => Buffer.from(text.toString('latin1'), 'utf8'),
  (text) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), text]),
]
