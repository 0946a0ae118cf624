import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { kernelLogText } from './kernel-log.ts'
import { openProc } from './proc.ts'

const root = mkdtempSync(join(tmpdir(), 'recvq-kmsg-'))
afterAll(() => rmSync(root, { recursive: true }))

it('a record as dmesg prints it: the kernel’s, without its dictionary', () => {
  const folder = join(root, '1/root/dev')
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, 'kmsg'),
    '4,339,1234567890,-,caller=T7;nfs: server 10.0.0.5 not responding\n SUBSYSTEM=net\n',
  )
  expect(kernelLogText(openProc(root))).toMatchObject({
    ok: true,
    format: 'kmsg',
    text: '[ 1234.567890] nfs: server 10.0.0.5 not responding',
  })
})

it('what a program wrote into it is none of the kernel’s', () => {
  writeFileSync(join(root, '1/root/dev/kmsg'), '14,340,99,-;systemd[1]: nfs: server 10.0.0.5 not responding\n')
  expect(kernelLogText(openProc(root))).toMatchObject({ ok: true, text: '' })
})

it('where there is none: a gap that names it', () => {
  expect(kernelLogText(openProc(join(root, 'nowhere')))).toMatchObject({
    ok: false,
    reason: 'absent',
    detail: expect.stringContaining('dev/kmsg: ENOENT'),
  })
})

it('of this kernel: whole within a moment, or why not', () => {
  const from = performance.now()
  const answer = kernelLogText(openProc())
  expect(performance.now() - from).toBeLessThan(5000)
  if (answer.ok) expect('text' in answer && answer.text).toMatch(/^(?:\[ *\d+\.\d{6}\] .*\n?)*$/)
  else expect(answer.detail).toMatch(/kmsg: (?:EPERM \(needs CAP_SYSLOG\)|EACCES|ENOENT)/)
})
