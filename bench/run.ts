/**
 * `node bench/run.ts [sockets …]`: what reading sockets costs, beside what the machine itself cannot do faster. Root; Linux;
 * gcc, ip and ss. Everything is made in namespaces of its own and is gone afterwards. Prints Markdown.
 */
import { execFileSync } from 'node:child_process'
import { cpus, release } from 'node:os'
import { resolve } from 'node:path'
import { bundle, compile, inNamespace, ms, talk } from './parts.ts'

const here = import.meta.dirname
const sizes = process.argv.slice(2).map(Number)
const COUNTS = sizes.length > 0 ? sizes : [1000, 10_000, 100_000]
const NAMESPACES = 200

const receiver = compile('receive')
const makeSockets = compile('make-sockets')
const makeNamespaces = compile('make-namespaces')
const recvq = bundle('../src/cli/main.ts', 'recvq')
const onceBundled = bundle('once.ts', 'once')
const judge = bundle('judge.ts', 'judge')

type Figures = Readonly<Record<string, number>>

function worker(netns: string | null, script: string, args: readonly string[]): Figures {
  const command = [process.execPath, resolve(here, script), ...args]
  const argv = netns === null ? command : ['ip', 'netns', 'exec', netns, ...command]
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: '' }
  return JSON.parse(execFileSync(argv[0] ?? '', argv.slice(1), { encoding: 'utf8', env }))
}

const of = (figures: Figures, name: string) => figures[name] ?? Number.NaN
const ratio = (figures: Figures, a: string, b: string) => (of(figures, a) / of(figures, b)).toFixed(2)
const row = (...cells: readonly (string | number)[]) => console.log(`| ${cells.join(' | ')} |`)

function head(...cells: readonly string[]): void {
  row(...cells)
  row(...cells.map(() => '---'))
}

async function withSockets(count: number, act: (netns: string) => void): Promise<void> {
  const name = `recvq-bench-${process.pid}-${count}`
  await inNamespace(name, async () => {
    const maker = talk('ip', ['netns', 'exec', name, makeSockets, String(count)])
    await maker.next()
    act(name)
    await maker.end()
  })
}

console.log(
  `Linux ${release().replace(/-.*/, '')}, ${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}. Medians of alternating rounds, in ms.\n`,
)

const warm: (() => void)[] = []
const cold: (() => void)[] = []
for (const count of COUNTS)
  await withSockets(count, (netns) => {
    const rounds = count > 50_000 ? 11 : 21
    const w = worker(netns, 'warm.ts', [String(rounds), String(count), receiver])
    warm.push(() =>
      row(
        of(w, 'rows'),
        ms(of(w, 'ours')),
        ms(of(w, 'c')),
        ms(of(w, 'ss')),
        ratio(w, 'ours', 'c'),
        ratio(w, 'ours', 'ss'),
      ),
    )
    const ours = [recvq, 'diagnose', '--interval', '0', '--netns', 'self', '-o', 'json']
    const c = worker(netns, 'cold.ts', [count > 50_000 ? '3' : '5', process.execPath, ...ours])
    const once = worker(netns, onceBundled, [])
    cold.push(() =>
      row(
        count,
        ms(of(c, 'ours')),
        ms(of(c, 'ss')),
        ratio(c, 'ours', 'ss'),
        ms(of(c, 'hello')),
        ms(of(once, 'cpuMs')),
        of(once, 'rssMb').toFixed(0),
      ),
    )
  })

console.log(
  'A dump and its parse, in a process that runs (physical limit: a C program that receives the same and looks at nothing)\n',
)
head('sockets', 'recvq', 'C, receive only', '`ss -Htan`', 'recvq / C', 'recvq / ss')
for (const print of warm) print()

console.log('\nA whole command, owners included: `recvq diagnose --interval 0 --netns self` (limit: an empty Node)\n')
head('sockets', 'recvq', '`ss -Htanpem`', 'recvq / ss', '`node -e 0`', 'CPU of one reading', 'its peak RSS, MB')
for (const print of cold) print()

const maker = talk(makeNamespaces, [String(NAMESPACES)])
await maker.next()
const l = worker(null, 'listeners.ts', ['15', receiver])
await maker.end()
console.log('\nThe listeners of all namespaces (limit: a C program that enters the same ones)\n')
head('namespaces', 'listeners', 'find and name them', 'read them', 'C', 'recvq / C', 'all of a reading')
row(
  of(l, 'namespaces'),
  of(l, 'listeners'),
  ms(of(l, 'discover')),
  ms(of(l, 'ours')),
  ms(of(l, 'c')),
  ratio(l, 'ours', 'c'),
  ms(of(l, 'all')),
)

/** As kube-proxy fills a node's tables. */
const SERVICES = ['4000', '20'] as const
await inNamespace(`recvq-bench-${process.pid}-nat`, async () => {
  const n = worker(`recvq-bench-${process.pid}-nat`, 'nat.ts', ['5', ...SERVICES, recvq, judge])
  console.log(
    `\nThe rules of ${SERVICES[0]} Services × ${SERVICES[1]} endpoints (limit: ` +
      '`wc -l`' +
      `, which looks at the line ends only)\n`,
  )
  head(
    'rules',
    'MB',
    '`iptables-save`',
    '`recvq read`',
    'of it, parsing',
    '`wc -l`',
    'recvq / iptables-save',
    'peak RSS, MB',
  )
  row(
    of(n, 'rules'),
    (of(n, 'bytes') / 1e6).toFixed(0),
    ...['save', 'ours', 'parse', 'wc'].map((name) => ms(of(n, name))),
    ratio(n, 'ours', 'save'),
    of(n, 'parseMb').toFixed(0),
  )
  console.log('\nJudging, once, after parsing (limit: 300 ms is what a person takes for at once)\n')
  head('sockets', 'NAT rules', 'judged in', 'peak RSS of all, MB')
  row(of(n, 'sockets'), of(n, 'rules'), ms(of(n, 'judge')), of(n, 'rssMb').toFixed(0))
})

console.log('\nA text of `ss -antp`: `recvq diagnose FILE`, every field parsed, beside mawk (limit: `wc -l`)\n')
head(
  'rows',
  'MB',
  'recvq',
  'MB/s',
  'mawk `$1`',
  'mawk state × peer',
  'mawk state × local × peer',
  '`wc -l`',
  'mawk `$1` / recvq',
  'state × peer / recvq',
  'peak RSS, MB',
)
for (const millions of ['1', '8']) {
  const r = worker(null, 'read.ts', ['5', millions, recvq])
  const names = ['ours', 'mawkState', 'mawkPeer', 'mawkGroups', 'wc'] as const
  const [ours = '', ...others] = names.map((name) => ms(of(r, name)))
  const speed = (of(r, 'bytes') / 1000 / of(r, 'ours')).toFixed(0)
  row(
    of(r, 'rows'),
    (of(r, 'bytes') / 1e6).toFixed(0),
    ours,
    speed,
    ...others,
    ratio(r, 'mawkState', 'ours'),
    ratio(r, 'mawkPeer', 'ours'),
    of(r, 'rssMb').toFixed(0),
  )
}
