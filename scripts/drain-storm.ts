/**
 * `npm run storm -- --runs N`: drain a queue N times, half of them from a socket that blocks, while 2000 clients a second come
 * from eight addresses. Ends with 1 if a single connection that was alive was ever taken.
 */
import { parseArgs } from 'node:util'
import { runStorm } from '../test/queue/storm.ts'

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '100' }, rate: { type: 'string', default: '2000' } },
})
const runs = Math.ceil(Number(values.runs) / 2)
let lost = 0
for (const blocking of [true, false]) {
  const storm = await runStorm({
    runs,
    perSecond: Number(values.rate),
    blocking,
    onRun: (sums) => {
      if ((sums.runs + sums.idle) % 20 === 0) console.error(JSON.stringify({ blocking, of: runs, ...sums }))
    },
  })
  lost += storm.lost + storm.takenAlive
  console.log(JSON.stringify({ blocking, ...storm }))
}
if (lost > 0) process.exitCode = 1
