import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupSockets } from './group-sockets.ts'
import { parseProcNetTcp } from './proc-net-tcp.ts'
import { createSocketTable } from './socket-table.ts'

const text = readFileSync(new URL('fixtures/proc-net-tcp-6.18.txt', import.meta.url), 'utf8')

function parse(input: string, firstLine = 1) {
  const table = createSocketTable(1)
  const warnings = parseProcNetTcp(input, table, firstLine, (line) => ({ file: 'x.md', line, command: null }))
  return {
    table,
    warnings,
    ...groupSockets(table, (row) => ({ file: 'x.md', line: table.line[row] ?? 0, command: null })),
  }
}

describe('/proc/net/tcp', () => {
  it('has no limit for a listener, and no drops', () => {
    const { listeners, warnings } = parse(text)
    expect(warnings).toEqual([])
    expect(listeners).toMatchObject([
      {
        local: { address: '127.0.0.1', port: 8080 },
        acceptQueue: { length: 4, max: null },
        drops: null,
        cookie: null,
        inode: 380686,
        family: 4,
      },
    ])
  })

  it('knows the lines it stands on', () => {
    expect(parse(text, 100).listeners[0]?.origin).toMatchObject({ line: 101 })
    expect(parse(text, 0).table.line[0]).toBe(0)
  })

  it.each([
    ['00000000:0016', '0.0.0.0', 22, 4],
    ['00000000000000000000000000000000:0016', '::', 22, null],
    ['B80D0120000000000000000001000000:0016', '2001:db8::1', 22, 6],
    ['0000000000000000FFFF00000100000A:0016', '10.0.0.1', 22, 6],
  ])('%s', (printed, address, port, family) => {
    const peer = printed.replace(/^[^:]+/, (hex) => '0'.repeat(hex.length)).replace('0016', '0000')
    const row = `   0: ${printed} ${peer} 0A 00000000:00000000 00:00000000 00000000   0        0 1 1 0 100 0 0 10 0`
    expect(parse(row).listeners).toMatchObject([{ local: { address, port }, family }])
  })

  it('warns about rows that are none, with their line', () => {
    const broken = text.replace(' 08 ', ' 8 ').replace(' 02 ', ' 77 ')
    expect(parse(broken).warnings.map((one) => one.origin)).toMatchObject([{ line: 3 }, { line: 12 }])
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(text.length), (noise, at) => {
        parse(text.slice(0, at) + noise + text.slice(at))
      }),
    )
  })
})
