import { readSync, writeSync } from 'node:fs'
import { HELPER_FD, type HelperAnswer, PATIENCE_MS, type TakeOrder, takeOne } from './accepter.ts'
import { type Calls, loadCalls } from './calls.ts'

/**
 * Between poll and accept4 the owner may have taken the connection: then accept4 would wait for the next one, for ever. A timer
 * interrupts it again and again, so that no interruption can come too early and be the only one. An interrupted accept4 has
 * taken nothing.
 */
const INTERRUPT_EVERY_US = 5000

/** The process that accepts from a blocking socket: for each line on standard input one connection, until that ends. */
export function acceptAsTold(): void {
  const calls = loadCalls()
  const takeNext = (order: TakeOrder): HelperAnswer => {
    if (!calls.poll(HELPER_FD, PATIENCE_MS)) return { is: 'nobody' }
    calls.interruptEvery(INTERRUPT_EVERY_US)
    try {
      const taken = takeOne(calls, HELPER_FD, order)
      if (!taken) return { is: 'nobody' }
      return { is: 'taken', peer: taken.peer, state: taken.state, bytes: Buffer.from(taken.bytes).toString('base64') }
    } finally {
      calls.interruptEvery(0)
    }
  }
  for (const line of linesOfInput(calls)) {
    let answer: HelperAnswer
    try {
      answer = takeNext(JSON.parse(line))
    } catch (error) {
      answer = { is: 'failed', why: error instanceof Error ? error.message : String(error) }
    }
    writeSync(1, `${JSON.stringify(answer)}\n`)
  }
}

const ORDERS_FD = 0
const FOREVER = -1

/** Read without the event loop: no other thread of this process has anything to do. Node's pipes do not block, so it waits before. */
function* linesOfInput(calls: Calls): Generator<string> {
  const chunk = Buffer.alloc(4096)
  let text = ''
  for (;;) {
    const end = text.indexOf('\n')
    if (end >= 0) {
      yield text.slice(0, end)
      text = text.slice(end + 1)
      continue
    }
    if (!calls.poll(ORDERS_FD, FOREVER)) continue
    const length = readSync(ORDERS_FD, chunk)
    if (length === 0) return
    text += chunk.toString('utf8', 0, length)
  }
}
