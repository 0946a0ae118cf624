import { describe, expect, it } from 'vitest'
import { machineOf, NO_OUTPUT, neverInvents, under } from '../../test/text/machine.ts'
import { vmstat } from './vmstat.ts'

/** procps 4.0.2 on Linux 6.18. */
const WIDE = `--procs-- -----------------------memory---------------------- ---swap-- -----io---- -system-- ----------cpu----------
   r    b         swpd         free         buff        cache   si   so    bi    bo   in   cs  us  sy  id  wa  st  gu
   1    0            0     22150908        59300      1892352    0    0   484   904  494 1284  21   9  70   0   0   0
   1    0            0     22150908        59300      1892352    0    0     0     0   84  153   1   0  99   0   0   0
   1    2            0     22150908        59300      1892352    0    0     0     0   68  113   0   0 100   0   0   0`

const TIMED = `procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu----- -----timestamp-----
 r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st                 UTC
 1  0      0  21671     57   1848    0    0   484   904  494 1283 21  9 70  0  0 2026-11-21 06:08:36
 1  0      0  21671     57   1848    0    0     0  6484  116  160  0  1 99  1  0 2026-11-21 06:08:37`

const ACTIVE = `procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----
 r  b   swpd   free  inact active   si   so    bi    bo   in   cs us sy id wa st
 1  0      0 22207384 751288 997464    0    0   484   905  494 1283 21  9 70  0  0`

/** 2.6.32 has no steal column in procps 3.1. */
const OLD = `procs                      memory      swap          io     system      cpu
 r  b   swpd   free   buff  cache   si   so    bi    bo   in    cs us sy id wa
 0  0      0 197968 384088 1892228    0    0     0  1044 2743  6308 14  7 77  2
 3  1      0 197728 384088 1892332    0    0     0   716 2313  5654 11  3 82  4`

const cpuOf = (command: string | null, text: string, filtered = false) =>
  machineOf(under(vmstat, command, text, { filtered })).cpu ?? []
const spans = (command: string | null, text: string, filtered = false) =>
  cpuOf(command, text, filtered).map((one) => one.span)

describe('vmstat', () => {
  it('tells samples from the average since boot, each with its line', () => {
    expect(spans('vmstat 1 3 -w', WIDE)).toEqual(['since-boot', 'interval', 'interval'])
    expect(cpuOf('vmstat 1 3 -w', WIDE)[2]).toEqual({
      span: 'interval',
      cpu: 'all',
      user: 0,
      system: 0,
      idle: 100,
      iowait: 0,
      steal: 0,
      softirq: null,
      runQueue: 1,
      blocked: 2,
      origin: { file: 'x', line: 5, command: 'vmstat 1 3 -w' },
    })
  })

  it.each([
    ['-t', 'vmstat -t -S M 1 2', TIMED, 2],
    ['-a', 'vmstat -a', ACTIVE, 1],
    ['without its command', null, WIDE, 3],
    ['old, without steal', 'vmstat 1 2', OLD, 2],
  ])('%s', (_, command, text, rows) => {
    const read = under(vmstat, command, text)
    expect([machineOf(read).cpu?.length, read.refused, read.warnings]).toEqual([rows, [], []])
  })

  it('does not know what an old version does not print', () => {
    expect(cpuOf('vmstat 1 2', OLD)[1]).toMatchObject({ steal: null, iowait: 4, blocked: 1 })
  })

  it.each([
    ['the head again after a screen goes on', `${OLD}\n${`${OLD.split('\n')[3]}\n`.repeat(20)}${OLD}`, 1],
    ['the head again at once begins another run', `${OLD}\n${OLD}`, 2],
  ])('%s', (_, text, averages) => {
    expect(spans('vmstat 1', text).filter((one) => one === 'since-boot').length).toBe(averages)
  })

  it('knows no average where -y left it out, or a filter may have', () => {
    expect(spans('vmstat -y 1 2', WIDE)).toEqual(['interval', 'interval', 'interval'])
    expect(spans('vmstat 1 2', WIDE, true)[0]).toBe('unknown')
    const rows = WIDE.split('\n').slice(2).join('\n')
    expect(spans('vmstat 1 3', rows)[0]).toBe('unknown')
    expect(spans(null, rows)).toEqual([])
  })

  it.each([
    ['a row cut short', ' 1  0      0 22150908  593'],
    ['shares beyond 100 %', ' 1  0 0 1 1 1 0 0 0 0 1 1 99 99 99 99 99'],
  ])('loses %s', (_, row) => {
    expect(under(vmstat, 'vmstat 1', `${ACTIVE.replace('inact active', ' buff  cache')}\n${row}`)).toMatchObject({
      lost: 1,
      warnings: [{ origin: { line: 4 } }],
    })
  })

  it('is not opened by prose', () => {
    expect(NO_OUTPUT.filter((line) => vmstat.opens(line))).toEqual([])
  })

  it('never throws, never invents', () => {
    neverInvents(vmstat, 'vmstat 1', `${WIDE}\n${TIMED}\n${OLD}`)
  })
})
