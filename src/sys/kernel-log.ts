import { closeSync, constants, openSync, readSync } from 'node:fs'
import type { Answer } from './host.ts'
import { asGap, fsError } from './host-error.ts'
import type { Proc } from './proc.ts'

/** A ring buffer of 1 MB holds fewer; whoever writes faster than we read ends it too. */
const MAX_RECORDS = 50_000
/** A record is at most 1 KB of text and its dictionary. */
const RECORD = Buffer.allocUnsafe(8192)

/**
 * The kernel's log as `dmesg` prints it, oldest first: `[  12.345678] text`, one answer.
 * Shape:  records of the kernel alone (facility 0); lines of a record's dictionary are left out
 * Gaps:   denied without CAP_SYSLOG where kernel.dmesg_restrict is 1; absent in most containers
 * Errors: none; it never waits, and reading it takes nothing from other readers
 * Source: Documentation/ABI/testing/dev-kmsg
 */
export function kernelLogText(proc: Proc): Answer {
  const path = proc.root === '/proc' ? '/dev/kmsg' : `${proc.root}/1/root/dev/kmsg`
  try {
    return { ok: true, via: 'kmsg', format: 'kmsg', file: path, text: readRecords(path) }
  } catch (error) {
    return asGap(error)
  }
}

function readRecords(path: string): string {
  const lines: string[] = []
  const fd = open(path)
  try {
    for (let records = 0; records < MAX_RECORDS; records++) {
      const length = readOne(fd, path)
      if (length === 0) break
      const line = length === null ? null : asLine(RECORD.toString('utf8', 0, length))
      if (line !== null) lines.push(line)
    }
  } finally {
    closeSync(fd)
  }
  return lines.join('\n')
}

function open(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    throw fsError('open kernel log', path, error)
  }
}

/** Length of the next record; 0: there is none; null: it was overwritten before it could be read. */
function readOne(fd: number, path: string): number | null {
  try {
    return readSync(fd, RECORD, 0, RECORD.length, null)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'EAGAIN') return 0
    if (code === 'EPIPE') return null
    throw fsError('read kernel log', path, error)
  }
}

/** `6,339,5140900,-;text` → `[    5.140900] text`; null: not the kernel's, or not a record. */
function asLine(record: string): string | null {
  const head = /^(\d{1,5}),\d{1,20},(\d{1,20}),[^;]{0,200};/.exec(record)
  if (!head || Number(head[1]) >> 3 !== 0) return null
  const [text = ''] = record.slice(head[0].length).split('\n')
  const micros = (head[2] ?? '').padStart(7, '0')
  return `[${micros.slice(0, -6).padStart(5)}.${micros.slice(-6)}] ${text}`
}
