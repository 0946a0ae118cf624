/**
 * The listeners of all namespaces of this machine: ours, and a C program that enters the same namespaces. Then everything of them.
 * Arguments: rounds, the C receiver. Prints a line of JSON: {discover, ours, c, all, namespaces, listeners}, medians in milliseconds.
 */
import { NO_LIMIT } from '../src/collect/budget.ts'
import { collectSnapshot } from '../src/collect/collect.ts'
import { readListeners } from '../src/collect/sockets.ts'
import { parsePodCgroup } from '../src/parse/proc-pid.ts'
import { createLiveHost } from '../src/sys/live-host.ts'
import { talk } from './parts.ts'
import { inTurns, timed } from './rounds.ts'

const [rounds = '9', receiver = ''] = process.argv.slice(2)
let host = createLiveHost({ podOf: parsePodCgroup })
const c = talk(
  receiver,
  host.netns.map((one) => one.path ?? ''),
)
let listeners = 0

const medians = await inTurns(Number(rounds), {
  discover: () =>
    timed(() => {
      host = createLiveHost({ podOf: parsePodCgroup })
    }),
  ours: () =>
    timed(() => {
      listeners = 0
      for (const ref of host.netns) {
        const read = readListeners(host.ask('sockets', ref), NO_LIMIT)
        if (!('ok' in read)) listeners += read.table.length
      }
    }),
  all: () => timed(() => collectSnapshot(createLiveHost({ podOf: parsePodCgroup }))),
  c: async () => Number((await c.ask('go')).split(' ')[0]) / 1000,
})
await c.end()
console.log(JSON.stringify({ ...medians, namespaces: host.netns.length, listeners }))
