import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outline, readWith, transcript } from '../../test/text/read.ts'
import { sar } from './sar.ts'

const BANNER = 'Linux 4.18.0-372.9.1.el8.x86_64 (app-11) \t11/20/2026 \t_x86_64_\t(8 CPU)'
const SOCK = `${BANNER}

10:20:11 AM    totsck    tcpsck    udpsck    rawsck   ip-frag    tcp-tw
10:20:12 AM      2811      1204         9         0         0     28110
10:20:13 AM      2812      1205         9         0         0     28111
Average:         2811      1204         9         0         0     28110`
const TCP = `${BANNER}

10:20:01     active/s passive/s    iseg/s    oseg/s
10:20:02         2.00   1180.00   9123.00   8722.00

10:20:01     atmptf/s  estres/s retrans/s isegerr/s   orsts/s
10:20:02         0.00      1.00    310.00      0.00     12.00

Average:     active/s passive/s    iseg/s    oseg/s
Average:         2.00   1196.67   9211.33   8822.33`
const EDEV = `10:20:31 AM     IFACE   rxerr/s   txerr/s    coll/s  rxdrop/s  txdrop/s  txcarr/s  rxfram/s  rxfifo/s  txfifo/s
10:20:32 AM      eth0      0.00      0.00      0.00     12.00      0.00      0.00      0.00      0.00      0.00`
const CHINESE = `10时20分11秒    totsck    tcpsck    udpsck    rawsck   ip-frag    tcp-tw
10时20分12秒      2811      1204         9         0         0     28110
平均时间:         2811      1204         9         0         0     28110`

describe('sar', () => {
  it('-n SOCK N: the last sample', () => {
    const read = readWith(sar, SOCK, { args: ['-n', 'SOCK', '1', '2'] })
    expect(read.refused).toEqual([])
    expect(read.content).toEqual([
      {
        question: 'sockstat',
        sockstat: { tcpInUse: 1205, orphans: null, timeWait: 28111, allocated: null, memPages: null },
      },
    ])
    expect(readWith(sar, CHINESE, { args: ['-n', 'SOCK', '1'] }).content).toMatchObject([
      { sockstat: { tcpInUse: 1204 } },
    ])
  })

  it.each([
    ['of the day', ['-n', 'SOCK']],
    ['of a file', ['-n', 'SOCK', '-f', '/var/log/sa/sa20', '600']],
  ])('%s: no reading of now', (_, args) => {
    const read = readWith(sar, SOCK, { args })
    expect([read.content, read.refused]).toEqual([[], []])
  })

  it.each([
    ['TCP,ETCP', TCP],
    ['EDEV', EDEV],
  ])('-n %s: known, kept by nobody', (_, text) => {
    const read = readWith(sar, text, { args: ['1', '1'] })
    expect([read.content, read.refused, read.lost]).toEqual([[], [], 0])
  })

  it('a row that breaks off is lost', () => {
    expect(readWith(sar, SOCK.replace(/9 +0 +0 +28111/, ''), { args: ['1'] }).lost).toBe(1)
  })

  it.each(['10:20:01 AM something', 'Average:', 'Linux node1 4.4.0 #1 SMP', '10:20:12 AM 2811 1204', 'IFACE rxerr/s'])(
    'not %s',
    (line) => {
      expect(sar.opens(line)).toBe(false)
    },
  )

  it('in a transcript: percentages as mpstat prints them, and nothing that is not understood', async () => {
    const read = await transcript(
      `[root@app-11 ~]# sar -u 1 1\n${BANNER}\n\n10:20:21 AM     CPU     %user     %nice   %system   %iowait    %steal     %idle\n10:20:22 AM     all     11.20      0.00      4.10      0.00     31.20     53.50\n[root@app-11 ~]# sar -n TCP,ETCP,SOCK 1 1\n${TCP}\n${SOCK}\n[root@app-11 ~]#`,
    )
    expect(outline(read)).toEqual([
      'app-11#1 1-5 host mpstat: machine',
      expect.stringContaining('app-11#1 6-'),
      ...outline(read).slice(2),
    ])
    expect(read.blocks.flatMap(({ content }) => content.map((one) => one.question))).toEqual(['machine', 'sockstat'])
    expect(read.unread).toEqual([])
  })

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...`${SOCK}\n${TCP}`.split('\n')), fc.string({ unit: 'binary' }))),
        (lines) => {
          readWith(sar, lines.join('\n'), { args: ['1'] })
        },
      ),
    )
  })
})
