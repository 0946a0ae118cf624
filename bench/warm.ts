/**
 * Warm dumps of the namespace this runs in, in alternating rounds: ours (dump and parse), the C receiver's, `ss -Htan`.
 * Arguments: rounds, the C receiver. Prints one line of JSON: {ours, c, ss, rows}, medians in milliseconds.
 */
import { execFileSync } from 'node:child_process'
import { NO_LIMIT } from '../src/collect/budget.ts'
import { dumpSockets } from '../src/collect/dump.ts'
import { createSocketTable } from '../src/parse/socket-table.ts'
import { openDiag } from '../src/sys/netlink.ts'
import type { KernelDump } from '../src/sys/host.ts'
import { median, talk } from './parts.ts'

const rounds = Number(process.argv[2] ?? 9)
const receiver = talk(process.argv[3] ?? '', [])

const dump: KernelDump = {
  ok: true,
  via: 'inet-diag',
  run(request, buffer, onDatagram) {
    const socket = openDiag(5000)
    socket.dump(request, buffer, onDatagram)
    socket.close()
  },
  otherwise: () => [],
}

let rows = 0
const table = createSocketTable(Number(process.argv[4] ?? 64))
const ways: Record<string, () => Promise<number>> = {
  async ours() {
    const from = performance.now()
    table.length = 0
    dumpSockets(dump, table, { budget: NO_LIMIT })
    rows = table.length
    return performance.now() - from
  },
  async c() {
    return Number((await receiver.ask('go')).split(' ')[0]) / 1000
  },
  async ss() {
    const from = performance.now()
    execFileSync('ss', ['-Htan'], { stdio: ['ignore', 'ignore', 'ignore'] })
    return performance.now() - from
  },
}

const names = Object.keys(ways)
const taken: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]))
for (let round = -2; round < rounds; round++)
  for (let turn = 0; turn < names.length; turn++) {
    const name = names[(turn + round + names.length * 2) % names.length] ?? ''
    const took = (await ways[name]?.()) ?? 0
    if (round >= 0) taken[name]?.push(took)
  }
await receiver.end()
console.log(JSON.stringify({ ...Object.fromEntries(names.map((name) => [name, median(taken[name] ?? [])])), rows }))
