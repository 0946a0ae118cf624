/**
 * Clients that come all the time, from several source addresses: each connects, and then sends, closes, resets or waits and closes
 * later. Prints `ready`, and on every line of standard input its counts as JSON.
 * `lost`: connections that ended before their client had ended them: somebody took one that was alive.
 */
import { connect } from 'node:net'
import { createInterface } from 'node:readline'

interface Options {
  readonly port: number
  readonly perSecond: number
  readonly sources: readonly string[]
  /** Those that wait do so for at most so long. */
  readonly waitMs: number
}

const { port, perSecond, sources, waitMs }: Options = JSON.parse(process.argv[2] ?? '{}')
const counts = { begun: 0, connected: 0, gaveUp: 0, lost: 0, closed: 0, reset: 0, waited: 0 }
const REQUEST = 'GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n'
/** A full queue lets a connect wait: enough of those is enough. */
const PENDING = 4000
let pending = 0

function begin(): void {
  if (pending >= PENDING) return
  counts.begun++
  pending++
  let ended = false
  let open = false
  const localAddress = sources[counts.begun % sources.length] ?? ''
  const socket = connect({ host: '127.0.0.1', port, localAddress })
  const impatience = setTimeout(() => socket.destroy(), 1500)
  const end = (how: 'closed' | 'reset' | 'waited') => {
    if (ended) return
    ended = true
    counts[how]++
    if (how === 'reset') socket.resetAndDestroy()
    else {
      socket.end()
      setTimeout(() => socket.destroy(), 50)
    }
  }
  socket.on('connect', () => {
    open = true
    counts.connected++
    clearTimeout(impatience)
    if (Math.random() < 0.5) socket.write(REQUEST)
    const what = Math.random()
    if (what < 0.45) end('closed')
    else if (what < 0.65) end('reset')
    else setTimeout(() => end('waited'), Math.random() * waitMs)
  })
  const over = () => {
    clearTimeout(impatience)
    if (open && !ended) counts.lost++
    else if (!open && !ended) counts.gaveUp++
    ended = true
  }
  socket.on('end', over)
  socket.on('error', over)
  socket.on('close', () => {
    pending--
    over()
  })
  socket.resume()
}

/** As many as are due by the clock, however late the timer. */
const from = performance.now()
let due = 0
setInterval(() => {
  const until = ((performance.now() - from) / 1000) * perSecond
  // after a pause of the machine nobody catches up at once
  due = Math.max(due, until - perSecond / 10)
  for (; due < until; due++) begin()
}, 5)

createInterface({ input: process.stdin })
  .on('line', () => process.stdout.write(`${JSON.stringify(counts)}\n`))
  .on('close', () => process.exit(0))
process.stdout.write('ready\n')
