/**
 * Reading a text of `ss -antp`: ours (a whole `recvq diagnose`), mawk counting `$1`, mawk counting state × peer address, mawk
 * counting what we group by, `wc -l`. Every one is a process of its own. Linux; mawk.
 * Arguments: rounds, millions of rows, our program. Prints a line of JSON: medians in milliseconds, {rows, bytes, rssMb}.
 */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { inTurns, timed } from './rounds.ts'
import { writeSockets } from './socket-text.ts'

const [rounds = '5', millions = '1', recvq = ''] = process.argv.slice(2)
const path = `/tmp/recvq-bench-${process.pid}.txt`

const PEER = '{p=$5; sub(/:[^:]*$/,"",p);'
const WAYS = {
  mawkState: ['mawk', '{a[$1]++} END{for(k in a) print k, a[k]}', path],
  mawkPeer: ['mawk', `${PEER} a[$1" "p]++} END{for(k in a) print k, a[k]}`, path],
  mawkGroups: ['mawk', `${PEER} a[$1" "$4" "p]++} END{for(k in a) print k, a[k]}`, path],
  wc: ['wc', '-l', path],
} as const

let rssMb = 0
const run = (argv: readonly string[]) =>
  timed(() => {
    const { status, signal } = spawnSync(argv[0] ?? '', argv.slice(1), { stdio: ['ignore', 'ignore', 'inherit'] })
    if (signal !== null || status === null || status === 2 || status === 4) throw new Error(`${argv[0]}: ${status}`)
  })

/** Its peak, from a run of its own: what /usr/bin/time prints. */
function peak(argv: readonly string[]): number {
  const { stderr } = spawnSync('/usr/bin/time', ['-f', '%M', ...argv], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  })
  return Number(stderr.trim().split('\n').at(-1)) / 1024
}

try {
  const { rows, bytes } = writeSockets(path, Number(millions) * 1e6)
  const ours = [process.execPath, recvq, 'diagnose', path]
  const medians = await inTurns(Number(rounds), {
    ours: () => run(ours),
    mawkState: () => run(WAYS.mawkState),
    mawkPeer: () => run(WAYS.mawkPeer),
    mawkGroups: () => run(WAYS.mawkGroups),
    wc: () => run(WAYS.wc),
    hello: () => run([process.execPath, '-e', '0']),
  })
  rssMb = peak(ours)
  console.log(JSON.stringify({ ...medians, rows, bytes, rssMb }))
} finally {
  rmSync(path, { force: true })
}
