import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { call } from '../../src/lab/command.ts'
import { makeNetns } from '../../src/lab/namespace.ts'
import { startProgram } from '../../src/lab/program.ts'
import { recvq } from '../cli/recvq.ts'
import { play } from './stage.ts'
import { runStorm } from './storm.ts'

/** A server that accepts is never drained, however much it has to do. */

describe('a healthy server', () => {
  it('keeps every connection under whatever load', { timeout: 180_000 }, async () => {
    const netns = await makeNetns('named')
    const folder = mkdtempSync(join(tmpdir(), 'recvq-healthy-'))
    const loads = fc.record({
      perSecond: fc.integer({ min: 20, max: 800 }),
      waitMs: fc.integer({ min: 1, max: 300 }),
      backlog: fc.constantFrom(null, 8, 128),
      workMs: fc.constantFrom(0, 1),
    })
    let port = 4200
    try {
      await fc.assert(
        fc.asyncProperty(loads, async ({ perSecond, waitMs, ...work }) => {
          port++
          const options = { name: 'shop', host: '0.0.0.0', port, leak: false, ...work }
          const server = await startProgram(netns, 'serve', options)
          const sources = ['127.0.0.2', '127.0.0.3']
          const clients = await play(netns, 'storm-clients', { port, perSecond, waitMs, sources })
          try {
            const args = ['queue', 'drain', String(port), '--yes', '--interval', '1s', '-o', 'json']
            const record = join(folder, `${port}.json`)
            const done = await recvq(...args, '--netns', netns.name ?? '', '--record', record)
            if (done.code === 5) return
            // the queue was empty when it was looked at: nothing was to be taken
            expect(done.code).toBe(0)
            expect(JSON.parse(done.stdout)).toMatchObject({ kind: 'QueueDrainPlan', plan: { length: 0 } })
          } finally {
            await clients.stop()
            await server.stop()
          }
        }),
        { numRuns: 5 },
      )
    } finally {
      await netns.remove()
      rmSync(folder, { recursive: true })
    }
  })
})

describe('a storm of clients from eight addresses', () => {
  it.each([
    ['blocks', true],
    ['does not block', false],
  ])('costs nobody who is alive, on a socket that %s', { timeout: 180_000 }, async (_, blocking) => {
    const storm = await runStorm({ runs: 3, perSecond: 500, blocking })
    expect(storm).toMatchObject({ runs: 3, takenAlive: 0, lost: 0 })
    expect(storm.taken).toBeGreaterThan(0)
    expect(storm.connected).toBeGreaterThan(storm.taken / 2)
  })

  it('leaves no namespace behind', async () => {
    const names = await call(['ip', 'netns', 'list'])
    expect(names).not.toContain(`recvq-lab-${process.pid}-`)
  })
})
