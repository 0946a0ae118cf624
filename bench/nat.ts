/**
 * The rules of a large cluster's node: `iptables-save` writing them, ours reading them, `wc -l`; then judging them together with
 * 100 000 sockets. In a namespace of its own; Linux; root; iptables.
 * Arguments: rounds, Services, endpoints of each, our program, bench/judge.ts in one file. Prints a line of JSON: medians in
 * milliseconds, {rules, lines, bytes, sockets, parseMb, rssMb}.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeNat } from './nat-text.ts'
import { median } from './parts.ts'
import { inTurns, timed } from './rounds.ts'
import { writeSockets } from './socket-text.ts'

const [rounds = '5', services = '4000', endpoints = '20', recvq = '', judge = ''] = process.argv.slice(2)
const SOCKETS = 100_000
const dir = mkdtempSync(join(tmpdir(), 'recvq-bench-'))
const at = (name: string) => join(dir, name)

/** A process with its output in a file. */
const run = (argv: readonly string[], output: string) =>
  timed(() => {
    const file = openSync(output, 'w')
    const { status, signal } = spawnSync(argv[0] ?? '', argv.slice(1), { stdio: ['ignore', file, 'inherit'] })
    closeSync(file)
    if (signal !== null || status !== 0) throw new Error(`${argv.join(' ')}: ${status ?? signal}`)
  })

const judged: Record<string, number>[] = []
const judgeOnce = async () => {
  const once: Record<string, number> = JSON.parse(
    execFileSync(process.execPath, [judge, at('both')], { encoding: 'utf8' }),
  )
  judged.push(once)
  return once.judge ?? Number.NaN
}

try {
  writeNat(at('restore'), Number(services), Number(endpoints))
  execFileSync('sh', ['-c', `iptables-restore < ${at('restore')}`])
  await run(['iptables-save'], at('saved'))
  writeSockets(at('both'), SOCKETS)
  appendFileSync(at('both'), 'root@node-7:~# iptables-save\n')
  appendFileSync(at('both'), readFileSync(at('saved')))
  const medians = await inTurns(Number(rounds), {
    save: () => run(['iptables-save'], at('again')),
    ours: () => run([process.execPath, recvq, 'read', at('saved')], at('listing')),
    parse: async () => {
      const once = JSON.parse(execFileSync(process.execPath, [judge, at('saved')], { encoding: 'utf8' }))
      writeFileSync(at('last'), JSON.stringify(once))
      return once.parse
    },
    wc: () => run(['wc', '-l', at('saved')], at('lines')),
    judge: judgeOnce,
  })
  const last: Record<string, number> = JSON.parse(readFileSync(at('last'), 'utf8'))
  const lines = Number(readFileSync(at('lines'), 'utf8').trim().split(' ')[0])
  const of = (name: string) => median(judged.map((one) => one[name] ?? Number.NaN))
  const { rules, parseMb } = last
  const bytes = statSync(at('saved')).size
  console.log(JSON.stringify({ ...medians, rules, lines, bytes, parseMb, sockets: of('sockets'), rssMb: of('rssMb') }))
} finally {
  rmSync(dir, { recursive: true, force: true })
}
