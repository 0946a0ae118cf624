import { describe, expect, it } from 'vitest'
import { machineOf, NO_OUTPUT, neverInvents, under } from '../../test/text/machine.ts'
import { free } from './free.ts'

const KIB = 1024
const GIB = 1024 ** 3

/** procps 4.0.2. */
const NEW = `               total        used        free      shared  buff/cache   available
Mem:        24684096      850932    22216944        8788     1933792    23833164
Swap:        2097148        1024     2096124`

const HUMAN = `               total        used        free      shared  buff/cache   available
Mem:            23Gi       830Mi        21Gi       8.6Mi       1.8Gi        22Gi
Swap:             0B          0B          0B
Total:          23Gi       831Mi        21Gi`

/** procps 3.2: what is available was not told. */
const OLD = `             total       used       free     shared    buffers     cached
Mem:          3953       3760        193          0        375       1847
-/+ buffers/cache:       1537       2415
Swap:            0          0          0`

const CHINESE = `              总计         已用        空闲      共享    缓冲/缓存    可用
内存：    24684096      850932    22216944        8788     1933792    23833164
交换：           0           0           0`

/** procps 4.0.2 under de_DE. */
const GERMAN = `              gesamt       benutzt     frei      gemns.  Puffer/Cache verfügbar
Speicher:   24684096      772592    21183784      122092     3178640    23911504
Swap:              0           0           0`

/** toybox 0.8.9. */
const TOYBOX = `\t\ttotal        used        free      shared     buffers
Mem:      25276514304  3592376320 21684137984   125022208    70541312
-/+ buffers/cache:     3521835008 21754679296
Swap:               0           0           0`

const MEMINFO = `MemTotal:       24684096 kB
MemFree:        22209984 kB
MemAvailable:   23829340 kB
SwapTotal:       2097148 kB
SwapFree:        2096124 kB
HugePages_Total:       0`

const of = (command: string | null, text: string) => machineOf(under(free, command, text)).memory

describe('free', () => {
  it('reads KiB, each value as bytes', () => {
    expect(of('free', NEW)).toEqual({
      totalBytes: 24684096 * KIB,
      usedBytes: 850932 * KIB,
      freeBytes: 22216944 * KIB,
      availableBytes: 23833164 * KIB,
      swapTotalBytes: 2097148 * KIB,
      swapUsedBytes: 1024 * KIB,
      origin: { file: 'x', line: 1, command: 'free' },
    })
  })

  it.each([
    ['free -h', HUMAN, { totalBytes: 23 * GIB, availableBytes: 22 * GIB, swapTotalBytes: 0, swapUsedBytes: 0 }],
    ['free -m', OLD, { totalBytes: 3953 * KIB * KIB, freeBytes: 193 * KIB * KIB, availableBytes: null }],
    ['free -wg', OLD, { totalBytes: 3953 * GIB }],
    ['free', CHINESE, { totalBytes: 24684096 * KIB, availableBytes: 23833164 * KIB }],
    ['free', GERMAN, { totalBytes: 24684096 * KIB, availableBytes: 23911504 * KIB, swapTotalBytes: 0 }],
    ['toybox free', TOYBOX, { totalBytes: 25276514304, freeBytes: 21684137984, availableBytes: null }],
    ['cat /proc/meminfo', MEMINFO, { totalBytes: 24684096 * KIB, usedBytes: null, swapUsedBytes: 1024 * KIB }],
    [null, NEW, { totalBytes: 24684096 * KIB }],
    ['free', NEW.split('\n')[1] ?? '', { freeBytes: 22216944 * KIB, availableBytes: null }],
  ])('%s', (command, text, expected) => {
    const read = under(free, command, text)
    expect(machineOf(read).memory).toMatchObject(expected)
    expect([read.refused, read.lost]).toEqual([[], 0])
  })

  it('of free -s the first', () => {
    expect(of('free -s 1', `${NEW}\n\n${NEW.replace('850932', '950932')}`)?.usedBytes).toBe(850932 * KIB)
  })

  it('a row cut short, a unit nobody knows', () => {
    expect(under(free, 'free', `${NEW.split('\n')[0]}\nMem:   2468`)).toMatchObject({ lost: 1, content: [] })
    expect(of('free', `${NEW.split('\n')[0]}\nMem:   24Xi 1Xi 2 3 4 5`)).toBeUndefined()
    expect(of('free constructor', NEW)?.totalBytes).toBe(24684096 * KIB)
  })

  it('is not opened by prose', () => {
    expect(NO_OUTPUT.filter((line) => free.opens(line))).toEqual([])
  })

  it('never throws, never invents', () => {
    neverInvents(free, 'free -m', [NEW, HUMAN, OLD, CHINESE, GERMAN, TOYBOX, MEMINFO].join('\n'))
  })
})
