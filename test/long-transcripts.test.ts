import { describe, expect, it } from 'vitest'
import { readTranscript } from '../src/parse/transcript/index.ts'
import { decodeLines } from '../src/sys/text-file.ts'

/** Slow: hundreds of megabytes go through. They are generated, so nothing lies on the disk. */
describe('long texts', () => {
  const kinds: readonly (readonly [string, number, (i: number) => string])[] = [
    [
      'prose',
      120,
      (i) => `this is line ${i} of a long story about a node that is not well, and 节点 has somaxconn set\n`,
    ],
    [
      'sockets',
      120,
      (i) =>
        `ESTAB 0 0 10.0.0.${i % 250}:8080 10.1.${i % 200}.${i % 251}:${1024 + (i % 60000)} users:(("x",pid=${i % 30},fd=${i}))\n`,
    ],
    [
      'commands',
      30,
      (i) =>
        `root@n${i % 3}:~# netstat -n | awk '/^tcp/ {++S[$NF]} END {for(a in S) print a, S[a]}'\nCLOSE_WAIT ${i}\n`,
    ],
    ['unknown output', 20, (i) => `\`\`\`\n$ foo --bar ${i}\nunknown ${i}\n\`\`\`\n`],
    ['settings', 30, (i) => `net.ipv4.conf.eth${i}.rp_filter = 1\n`],
    ['lines of 9 MB', 120, (i) => `${i}${'x'.repeat(9_000_000)}\n`],
  ]

  async function* endless(row: (i: number) => string, megabytes: number) {
    let i = 0
    for (let made = 0; made < megabytes * 1e6; ) {
      let text = ''
      while (text.length < 256 * 1024) text += row(i++)
      made += text.length
      yield Buffer.from(text)
    }
  }

  it.each(kinds)('%s, %i MB: bounded memory', { timeout: 120_000 }, async (_, megabytes, row) => {
    let peak = 0
    async function* watched() {
      for await (const piece of endless(row, megabytes)) {
        peak = Math.max(peak, process.memoryUsage().rss)
        yield piece
      }
    }
    const before = process.memoryUsage().rss
    const read = await readTranscript(decodeLines(watched(), 'long'), 'long')
    expect(read.nodes.length).toBeGreaterThan(0)
    // Rows have a cap (92 MB, twice that while columns grow); the rest is what the runtime lets lie about before it cleans up.
    expect((Math.max(peak, process.memoryUsage().rss) - before) / 1e6).toBeLessThan(500)
  })
})
