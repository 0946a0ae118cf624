import { describe, expect, it } from 'vitest'
import { machineOf, NO_OUTPUT, neverInvents, under } from '../../test/text/machine.ts'
import { limits } from './limits.ts'

/** bash 5.2, dash 0.5.12, busybox 1.35, Linux 6.18, util-linux 2.38. */
const BASH = `core file size              (blocks, -c) 0
max locked memory           (kbytes, -l) 8192
open files                          (-n) 20000
pipe size                (512 bytes, -p) 8
cpu time                   (seconds, -t) unlimited
max user processes                  (-u) 96365`

const BUSYBOX = `core file size (blocks)         (-c) 0
open files                      (-n) 1024
stack size (kb)                 (-s) 8192
virtual memory (kb)             (-v) unlimited`

const DASH = `time(seconds)        unlimited
coredump(blocks)     0
locked memory(kbytes) 8192
process              96365
nofiles              20000`

const PROC = `Limit                     Soft Limit           Hard Limit           Units     
Max cpu time              unlimited            unlimited            seconds   
Max processes             96365                96365                processes 
Max open files            1024                 524288               files     
Max realtime timeout      unlimited            unlimited            us        `

const PRLIMIT = `RESOURCE   DESCRIPTION                             SOFT      HARD UNITS
AS         address space limit                unlimited unlimited bytes
NOFILE     max number of open files               20000     20000 files`

const of = (command: string | null, text: string) =>
  (machineOf(under(limits, command, text)).limits ?? []).map(
    (one) => `${one.pid ?? '-'} ${one.name} ${one.soft} ${one.hard}`,
  )

describe('limits', () => {
  it.each([
    [
      'ulimit -a',
      BASH,
      ['- memlock 8388608 null', '- nofile 20000 null', '- cpu unlimited null', '- nproc 96365 null'],
    ],
    ['ulimit -aH', BASH.split('\n')[2] ?? '', ['- nofile null 20000']],
    ['ulimit -a', BUSYBOX, ['- nofile 1024 null', '- stack 8388608 null', '- as unlimited null']],
    [
      'ulimit -a',
      DASH,
      ['- cpu unlimited null', '- memlock 8388608 null', '- nproc 96365 null', '- nofile 20000 null'],
    ],
    ['ulimit -n', '1024', ['- nofile 1024 null']],
    ['ulimit -Hn', 'unlimited', ['- nofile null unlimited']],
    [
      'cat /proc/2214/limits',
      PROC,
      [
        '2214 cpu unlimited unlimited',
        '2214 nproc 96365 96365',
        '2214 nofile 1024 524288',
        '2214 rttime unlimited unlimited',
      ],
    ],
    ['cat /proc/self/limits', PROC.split('\n').slice(0, 2).join('\n'), ['- cpu unlimited unlimited']],
    ['grep files /proc/2214/limits', PROC.split('\n')[3] ?? '', ['2214 nofile 1024 524288']],
    ['grep files /proc/1/limits /proc/7/limits', `/proc/7/limits:${PROC.split('\n')[3]}`, ['7 nofile 1024 524288']],
    [
      'cat /proc/1/limits /proc/7/limits',
      `${PROC}\n${PROC}`,
      expect.arrayContaining(['1 nofile 1024 524288', '7 nofile 1024 524288']),
    ],
    ['prlimit', PRLIMIT, ['- as unlimited unlimited', '- nofile 20000 20000']],
    [null, PROC, expect.arrayContaining(['- nofile 1024 524288'])],
    [null, PROC.split('\n')[3] ?? '', ['- nofile 1024 524288']],
    [null, BASH, expect.arrayContaining(['- nofile 20000 null'])],
  ])('%s', (command, text, expected) => {
    expect(of(command, text)).toEqual(expected)
    expect(under(limits, command, text)).toMatchObject({ refused: [], lost: 0 })
  })

  it('a bare number is a limit only behind ulimit', () => {
    expect(of(null, '1024')).toEqual([])
    expect(of('cat /proc/7/limits', '1024')).toEqual([])
    expect(of('ulimit -n', '1024\n1025')).toEqual(['- nofile 1024 null'])
  })

  it('loses a row cut short, and a number beyond 2^53', () => {
    expect(under(limits, 'cat /proc/7/limits', `${PROC}\nMax open files            1024`)).toMatchObject({ lost: 1 })
    expect(of('ulimit -n', '9'.repeat(20))).toEqual([])
  })

  it('is not opened by prose', () => {
    expect(NO_OUTPUT.filter((line) => limits.opens(line))).toEqual([])
  })

  it('never throws, never invents', () => {
    neverInvents(limits, 'ulimit -a', [BASH, BUSYBOX, DASH, PROC, PRLIMIT].join('\n'))
  })
})
