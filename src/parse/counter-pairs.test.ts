import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outline, readWith, transcript } from '../../test/text/read.ts'
import { counterPairs } from './counter-pairs.ts'

const valuesOf = (text: string) => {
  const read = readWith(counterPairs, text)
  const [one] = read.content
  return one?.question === 'counters' ? one.counters.values : {}
}

describe('counters one to a line', () => {
  it.each([
    ['awk', 'ListenOverflows 1234\nListenDrops 1300'],
    ['paste', 'ListenOverflows\t1234\nListenDrops\t1300'],
    ['a colon', '  ListenOverflows: 1234\n  ListenDrops: 1300'],
    ['an equals sign', 'ListenOverflows=1234\nListenDrops=1300'],
    ['the section', 'TcpExt ListenOverflows 1234\nTcpExt: ListenDrops 1300'],
    ['the full name', 'TcpExtListenOverflows 1234\nTcpExtListenDrops 1300'],
  ])('%s', (_, text) => {
    expect(valuesOf(text)).toEqual({ TcpExtListenOverflows: 1234, TcpExtListenDrops: 1300 })
  })

  it('of the other sections', () => {
    expect(valuesOf('PassiveOpens 99120\nRetransSegs 812')).toEqual({ TcpPassiveOpens: 99120, TcpRetransSegs: 812 })
  })

  it('what two sections have is not told apart; a value too large is left out', () => {
    expect(valuesOf('ListenDrops 18446744073709551615')).toEqual({})
    expect(counterPairs.opens('InCsumErrors 3')).toBe(false)
  })

  it.each(['Something 12', 'Listen 12', 'ListenDrops', 'ListenDrops twelve', 'The ListenDrops are 12', 'Port 80'])(
    'not %s',
    (line) => {
      expect(counterPairs.opens(line)).toBe(false)
    },
  )

  it.each([
    "awk '/TcpExt/{if(!h){split($0,h);next}for(i=2;i<=NF;i++)print h[i],$i}' /proc/net/netstat | grep Listen",
    "cat /proc/net/netstat | awk '(f==0){name=$1; i=1; n=split($0,h); f=1; next} {for(i=2;i<=n;i++) print h[i], $i}'",
    "paste <(awk '/TcpExt/{for(i=2;i<=NF;i++) print $i}' /proc/net/netstat) <(tail -1 x) | grep Listen",
    "python3 -c 'import sys' < /proc/net/netstat; awk 1 /proc/net/netstat",
    "nstat -az | awk '/Listen/{print $1,$2}'",
  ])('below %s', async (command) => {
    const full = command.startsWith('nstat') ? 'TcpExt' : ''
    const read = await transcript(
      `root@n9:~# ${command}\n${full}ListenOverflows 1234\n${full}ListenDrops 1300\nroot@n9:~#`,
    )
    expect(outline(read)).toEqual([expect.stringMatching(/^n9#1 1-3 host (?:counter-pairs|nstat): 2 counters$/)])
    expect(read.blocks[0]?.coverage).toEqual([{ of: 'keys', keys: ['TcpExtListenOverflows', 'TcpExtListenDrops'] }])
  })

  it('column -t, and two lines through grep', async () => {
    const read = await transcript(
      'root@n9:~# grep TcpExt /proc/net/netstat | column -t\nTcpExt:  SyncookiesSent  ListenOverflows  ListenDrops\nTcpExt:  0               1234             1300\nroot@n9:~#',
    )
    expect(outline(read)).toEqual(['n9#1 1-3 host proc-net-netstat: 3 counters'])
  })

  it('never throws, and takes no time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom('ListenDrops 1', 'TcpExt: ListenDrops 2'), fc.string({ unit: 'binary' }))),
        (lines) => {
          readWith(counterPairs, lines.join('\n'))
        },
      ),
    )
    const start = performance.now()
    for (let i = 0; i < 500; i++) counterPairs.opens(`  Tcp${': '.repeat(60)}${'A'.repeat(60)}`)
    expect(performance.now() - start).toBeLessThan(500)
  })
})
