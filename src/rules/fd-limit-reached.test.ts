import { expect } from 'vitest'
import { event, late, SHOP, shop } from '../../test/rules/late-node.ts'
import { at, listener, machine, netns, ok, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import type { AcceptError, SyscallSummary } from '../model/machine.ts'
import rule from './fd-limit-reached.ts'

const fds = (open: number, limit: number | null) => [shop({ fds: { open, limit } })]
const failed = (spec: Partial<AcceptError> = {}): AcceptError => ({
  program: 'shop',
  pid: null,
  port: null,
  error: 'EMFILE',
  when: '2026/11/21 08:00:00',
  text: 'accept4() failed (24: Too many open files)',
  origin: at(50, 'tail error.log'),
  ...spec,
})
const strace = (errorNames: Record<string, number>, spec: Partial<SyscallSummary> = {}): SyscallSummary => ({
  syscall: 'accept4',
  calls: 40,
  errors: 40,
  seconds: null,
  longestSeconds: null,
  unfinished: 0,
  errorNames,
  pid: SHOP,
  origin: at(60, `strace -p ${SHOP}`),
  ...spec,
})
const table = (fileNr: string) =>
  snapshot(
    netns({
      listeners: ok([listener(80, { owner: 'shop', pid: SHOP })]),
      sysctls: sysctls({ 'fs.file-nr': fileNr }),
    }),
    { processes: fds(9, 1024) },
  )

testRule(rule, {
  found: {
    'its own log alone, without any listing': {
      readings: [snapshot(netns(), { machine: machine({ acceptErrors: [failed(), failed()] }) })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ confidence: 'likely', when: 'past', severity: 'warning' })
        expect(draft?.subject.process).toBe('shop')
      },
    },
    'as many as it may have, and a full queue': {
      readings: [late(0, { processes: fds(1024, 1024) })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'certain', when: 'now' })
        expect(draft?.evidence[0]).toMatchObject({ value: 1024, limit: 1024 })
        expect(draft?.summary.en).toContain('1024 open, limit 1024')
        expect(draft?.remedies.at(-1)?.action).toContain('prlimit --pid 4711')
      },
    },
    'and nobody waits yet': {
      readings: [late(0, { queue: { length: 0 }, processes: fds(64, 64) })],
      expect: ([draft]) => expect(draft?.severity).toBe('warning'),
    },
    'strace saw accept() fail': {
      readings: [late(0, { machine: { syscalls: [strace({ EMFILE: 40 })] } })],
      expect: ([draft]) => expect(draft).toMatchObject({ confidence: 'certain', when: 'now' }),
    },
    'it says so itself': {
      readings: [late(0, { queue: { length: 0 }, machine: { acceptErrors: [failed(), failed()] } })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ confidence: 'likely', when: 'past', severity: 'warning' })
        expect(draft?.summary.en).toContain('2 lines in its log, the last at 2026/11/21')
      },
    },
    'the whole machine': {
      readings: [table('98304 0 98304')],
      expect: ([draft]) => {
        expect(draft?.subject).toMatchObject({ kind: 'sysctl', sysctl: 'fs.file-max' })
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'certain' })
      },
    },
    'the whole machine, by the kernel’s log': {
      readings: [late(0, { processes: fds(9, 1024), machine: { kernelLog: [event('file-table-full')] } })],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', when: 'past' }),
    },
  },
  clear: {
    'near its limit': { readings: [late(0, { processes: fds(1000, 1024) })] },
    'no limit': { readings: [late(0, { processes: [shop({ fds: { open: 90_000, limit: 1_048_576 } })] })] },
    'accept() that only found nobody': {
      readings: [late(0, { processes: fds(9, 1024), machine: { syscalls: [strace({ EAGAIN: 40 })] } })],
    },
    'open() of a file failed': {
      readings: [
        late(0, { processes: fds(9, 1024), machine: { syscalls: [strace({ EMFILE: 4 }, { syscall: 'openat' })] } }),
      ],
    },
    'another program’s log': {
      readings: [late(0, { processes: fds(9, 1024), machine: { acceptErrors: [failed({ program: 'nginx' })] } })],
    },
    'a table of files with room': { readings: [table('2112 0 9223372036854775807')] },
  },
  skipped: {
    'nobody counted': { readings: [late(0)] },
    'the count without its limit': { readings: [late(0, { processes: fds(1024, null) })] },
  },
})
