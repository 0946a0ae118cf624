import { describe, expect, it } from 'vitest'
import { machineOf, NO_OUTPUT, neverInvents, under } from '../../test/text/machine.ts'
import { pressure } from './pressure.ts'

/** Linux 6.18. */
const CPU = `some avg10=7.47 avg60=47.67 avg300=53.86 total=795383913
full avg10=0.00 avg60=0.00 avg300=0.00 total=0`
const IO = `some avg10=1.28 avg60=0.88 avg300=0.31 total=10624155
full avg10=0.95 avg60=0.64 avg300=0.16 total=7218454`
const IRQ = 'full avg10=0.10 avg60=0.00 avg300=0.00 total=77'

const of = (command: string | null, text: string) =>
  (machineOf(under(pressure, command, text)).pressure ?? []).map((one) => `${one.resource} ${one.kind} ${one.avg10}`)

describe('pressure', () => {
  it('reads a line whole', () => {
    expect(machineOf(under(pressure, 'cat /proc/pressure/io', IO)).pressure?.[1]).toEqual({
      resource: 'io',
      kind: 'full',
      cgroup: null,
      avg10: 0.95,
      avg60: 0.64,
      avg300: 0.16,
      totalUs: 7218454,
      origin: { file: 'x', line: 2, command: 'cat /proc/pressure/io' },
    })
  })

  it.each([
    ['cat /proc/pressure/cpu', CPU, ['cpu some 7.47', 'cpu full 0']],
    [
      'cat /proc/pressure/*',
      `${CPU}\n${IO}\n${IO}`,
      ['cpu some 7.47', 'cpu full 0', 'io some 1.28', 'io full 0.95', 'memory some 1.28', 'memory full 0.95'],
    ],
    [
      'cat /proc/pressure/*',
      `${CPU}\n${IO}\n${IRQ}\n${CPU}`,
      [
        'cpu some 7.47',
        'cpu full 0',
        'io some 1.28',
        'io full 0.95',
        'irq full 0.1',
        'memory some 7.47',
        'memory full 0',
      ],
    ],
    ['cat /proc/pressure/{io,cpu}', `${IO}\n${CPU}`, ['io some 1.28', 'io full 0.95', 'cpu some 7.47', 'cpu full 0']],
    [
      'cat /proc/pressure/cpu /proc/pressure/io',
      `${CPU.split('\n')[0]}\n${IO}`,
      ['cpu some 7.47', 'io some 1.28', 'io full 0.95'],
    ],
    [
      'grep . /proc/pressure/*',
      IO.split('\n')
        .map((line) => `/proc/pressure/io:${line}`)
        .join('\n'),
      ['io some 1.28', 'io full 0.95'],
    ],
    [
      'head /proc/pressure/*',
      `==> /proc/pressure/io <==\n${IO}\n\n==> /proc/pressure/cpu <==\n${CPU}`,
      ['io some 1.28', 'io full 0.95', 'cpu some 7.47', 'cpu full 0'],
    ],
    [null, IO, ['unknown some 1.28', 'unknown full 0.95']],
  ])('%s', (command, text, expected) => {
    expect(of(command, text)).toEqual(expected)
  })

  it('knows the cgroup of its path', () => {
    const path = '/sys/fs/cgroup/kubepods.slice/pod1/io.pressure'
    expect(machineOf(under(pressure, `cat ${path}`, IO)).pressure?.[0]).toMatchObject({
      resource: 'io',
      cgroup: '/kubepods.slice/pod1',
    })
  })

  it('loses a line cut short; a total beyond 2^53 is not told', () => {
    expect(under(pressure, 'cat /proc/pressure/io', 'some avg10=1.28 avg60=0.8')).toMatchObject({
      lost: 1,
      content: [],
    })
    expect(machineOf(under(pressure, null, IRQ.replace('77', '9'.repeat(18)))).pressure).toMatchObject([
      { totalUs: null },
    ])
  })

  it('is not opened by prose', () => {
    expect(NO_OUTPUT.filter((line) => pressure.opens(line))).toEqual([])
  })

  it('never throws, never invents', () => {
    neverInvents(pressure, 'cat /proc/pressure/*', `${CPU}\n${IO}\n${IRQ}\n/proc/pressure/io:${IRQ}`)
  })
})
