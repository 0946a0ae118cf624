/**
 * Warm dumps of the namespace that this runs in: ours (dump and parse), the C receiver's, `ss -Htan`.
 * Arguments: rounds, sockets, the C receiver. Prints a line of JSON: {ours, c, ss, rows}, medians in milliseconds.
 */
import { execFileSync } from 'node:child_process'
import { NO_LIMIT } from '../src/collect/budget.ts'
import { dumpSockets } from '../src/collect/dump.ts'
import { createSocketTable } from '../src/parse/socket-table.ts'
import type { KernelDump } from '../src/sys/host.ts'
import { openDiag } from '../src/sys/netlink.ts'
import { talk } from './parts.ts'
import { inTurns, timed } from './rounds.ts'

const [rounds = '9', sockets = '64', receiver = ''] = process.argv.slice(2)
const c = talk(receiver, [])
const table = createSocketTable(Number(sockets))
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

const medians = await inTurns(Number(rounds), {
  ours: () =>
    timed(() => {
      table.length = 0
      dumpSockets(dump, table, { budget: NO_LIMIT })
    }),
  c: async () => Number((await c.ask('go')).split(' ')[0]) / 1000,
  ss: () => timed(() => execFileSync('ss', ['-Htan'], { stdio: 'ignore' })),
})
await c.end()
console.log(JSON.stringify({ ...medians, rows: table.length }))
