import type { KernelEvent } from '../model/machine.ts'
import { type Format, type FormatReader, MAX_ENTRIES, originAt, type ReadContext, startTrouble } from './format.ts'
import { readKernelEvent } from './kernel-event.ts'

/**
 * Read the kernel's log: `dmesg` (plain, -T, -H, -x, --time-format iso, busybox, -t), `journalctl -k`, syslog's kernel lines.
 * Shape:  a KernelEvent for every line that matters to sockets, memory or disks; the others are read and not kept
 * Units:  seconds since boot where the line carries them; else the time as printed, without year or zone as it may be
 * Gaps:   the ring buffer has forgotten what is old, and the kernel prints such lines at most ten in five seconds: a count of them is a lower bound
 * Source: util-linux sys-utils/dmesg.c; net/ipv4/tcp_input.c, net/netfilter/nf_conntrack_core.c, kernel/hung_task.c, mm/oom_kill.c
 */
export const kernelLog: Format = {
  name: 'kernel-log',
  opens: (text) => {
    const head = readHead(text)
    return head?.kernel === true && (head.sure || readKernelEvent(text) !== null)
  },
  read: startKernelLog,
}

interface Head {
  readonly when: string | null
  readonly sinceBootSeconds: number | null
  /** The kernel's own line, not one of a daemon. */
  readonly kernel: boolean
  /** Nothing else prints such a head. */
  readonly sure: boolean
  readonly text: string
}

/** `kern  :warn  : ` of -x, `<4>` of -r. */
const LEVEL = /^(?:[a-z]{3,8}\s{0,5}:[a-z]{3,7}\s{0,4}: |<\d{1,3}>)/
const SECONDS = /^\[\s{0,8}(\d{1,10}\.\d{6})\] ?/
/** `[Fri Feb 23 06:07:01 2018] `; behind Apache's a second bracket stands. */
const DATE = /^\[((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})\](?! ?\[) ?/
/** `[Nov21 04:52] `, `[  +0.000012] ` of -H. */
const RELATIVE = /^\[(?:([A-Z][a-z]{2}\s?\d{1,2} \d\d:\d\d)|\s{0,6}[+<]\s{0,6}\d{1,8}\.\d{6}>?)\] ?/
const ISO = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?) /
const SYSLOG = /^([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,6})?) (?=\S)/

function readHead(line: string): Head | null {
  const level = LEVEL.exec(line.slice(0, 60))?.[0] ?? ''
  const text = line.slice(level.length)
  const start = text.slice(0, 120)
  const seconds = SECONDS.exec(start)
  if (seconds)
    return {
      when: null,
      sinceBootSeconds: Number(seconds[1]),
      kernel: true,
      sure: true,
      text: text.slice(seconds[0].length),
    }
  const dated = DATE.exec(start) ?? RELATIVE.exec(start)
  if (dated)
    return {
      when: dated[1] ?? null,
      sinceBootSeconds: null,
      kernel: true,
      sure: true,
      text: text.slice(dated[0].length),
    }
  const stamped = ISO.exec(start) ?? SYSLOG.exec(start)
  if (!stamped) return null
  const rest = text.slice(stamped[0].length)
  // A kernel's line may name its part twice: `TCP: request_sock_TCP: …` is no host with its daemon.
  const daemon = /^(\S{0,254}[^\s:]) ([\w./@()-]{1,80}?)(?:\[\d{1,10}\])?: /.exec(rest.slice(0, 400))
  const when = stamped[1] ?? null
  if (!daemon) return { when, sinceBootSeconds: null, kernel: readKernelEvent(rest) !== null, sure: false, text: rest }
  const said = rest.slice(daemon[0].length)
  const inner = SECONDS.exec(said.slice(0, 40))
  return {
    when,
    sinceBootSeconds: inner ? Number(inner[1]) : null,
    kernel: daemon[2] === 'kernel',
    sure: daemon[2] === 'kernel',
    text: inner ? said.slice(inner[0].length) : said,
  }
}

function startKernelLog(context: ReadContext): FormatReader {
  const events: KernelEvent[] = []
  const trouble = startTrouble(context)
  const asked = /(?:^|[\s/|;])(?:dmesg|journalctl)(?:\s|$)|\/var\/log\//.test(context.command ?? '')
  let dropped = 0
  let taken = false
  return {
    take(text, line) {
      const banner = /^-- (?:Logs begin|Journal begins|No entries|Boot |Reboot|Subject)/.test(text)
      const head = readHead(text)
      const bare = asked && head === null ? readKernelEvent(text) : null
      if (!head && !bare) {
        // journalctl of old systemd folds a stack's lines under their first.
        const more = banner || (taken && /^\s{4,}\S/.test(text))
        taken ||= more
        return more
      }
      // Where nobody asked for a log, a daemon's line may be another format's.
      if (head && !head.kernel && !asked) return false
      taken = true
      const meaning = bare ?? (head?.kernel ? readKernelEvent(head.text) : null)
      if (!meaning) return true
      if (events.length >= MAX_ENTRIES) dropped++
      else
        events.push({
          ...meaning,
          when: head?.when ?? null,
          sinceBootSeconds: head?.sinceBootSeconds ?? null,
          text: (head?.text ?? text).slice(0, 400),
          origin: originAt(context, line),
        })
      return true
    },
    finish: () => {
      if (dropped > 0) trouble.lose(0, `${dropped} further lines of the kernel's log`)
      return trouble.result(taken ? [{ question: 'machine', machine: { kernelLog: events } }] : [])
    },
  }
}
