import { type Format, type FormatReader, originAt, type ReadContext } from '../format.ts'
import { decimalOf, networkOf, numberOf } from '../network/network-of.ts'
import { NO_LOAD, outcomeOf, type ProbeDraft, probeOf } from './probe-of.ts'

/**
 * Read `ping` of iputils and busybox.
 * Shape:  `PING 10.0.0.2 (10.0.0.2) …`, `2 packets transmitted, 2 received, 0% packet loss`, `rtt min/avg/max/mdev = … ms`
 * Gaps:   without the statistics (cut, `^C` not shown) only what came is known; where a packet was too big to be sent on, none that
 *         came back tells nothing of the host: `unknown`
 */
export const ping: Format = {
  name: 'ping',
  opens: (text) => /^PING6? \S{1,255} ?\(/.test(text) || /^ping6?: .{1,200}: /.test(text),
  read: startPing,
}

/** iputils: of this machine (`local error`), of a router, of IPv6. 0 stands for a router that told no size. */
const TOO_BIG =
  /^(?:ping6?: local error: message too long,? mtu[=:] ?|From .{1,255}(?:Frag needed and DF set \(mtu = |Packet too big: mtu[= ]+))(\d{1,6})/i

/** `1472(1500) bytes of data`, or `56 data bytes`, to which come 8 of ICMP and 20 or 40 of IP. */
function sizeOf(text: string): number | null {
  const whole = /\s\d{1,6}\((\d{1,6})\) (?:data )?bytes/.exec(text)
  if (whole) return numberOf(whole[1])
  const data = numberOf(/\s(\d{1,6}) data bytes/.exec(text)?.[1])
  return data === null ? null : data + (/^PING6|\([^)]{0,60}:/.test(text) ? 48 : 28)
}

function startPing(context: ReadContext): FormatReader {
  let probe: ProbeDraft | null = null
  let replies = 0
  return {
    take(text, line) {
      const head = /^PING6? (\S{1,255}?) ?\(([^)]{1,255})\)/.exec(text)
      if (head) {
        if (probe) return false
        probe = probeOf(
          'ping',
          { address: (head[2] ?? '').replace(/^\S+ \(/, ''), port: null },
          originAt(context, line),
        )
        probe.bytes = sizeOf(text)
        probe.said = text.slice(0, 200)
        return true
      }
      const tooBig = TOO_BIG.exec(text)
      if (tooBig && (probe || text.startsWith('ping'))) {
        const asked = context.args.findLast((arg) => !arg.startsWith('-')) ?? '?'
        probe ??= probeOf('ping', { address: asked, port: null }, originAt(context, line))
        probe.mtu = numberOf(tooBig[1]) ?? probe.mtu
        if (probe.load === null) probe.said = text.slice(0, 200)
        return true
      }
      const failed = /^(?:ping6?|connect): /.test(text) ? outcomeOf(text) : null
      if (failed !== null) {
        const asked = context.args.findLast((arg) => !arg.startsWith('-')) ?? '?'
        probe ??= probeOf('ping', { address: asked, port: null }, originAt(context, line))
        probe.outcome = failed
        probe.said = text.slice(0, 200)
        return true
      }
      if (!probe) return false
      const counted = /^(\d{1,10}) packets transmitted, (\d{1,10})(?: packets)? received/.exec(text)
      if (counted) {
        const [sent, ok] = [numberOf(counted[1]), numberOf(counted[2])]
        const errors = numberOf(/\+(\d{1,10}) errors/.exec(text)?.[1])
        probe.load = {
          ...NO_LOAD,
          sent,
          ok,
          failed: sent === null || ok === null ? null : Math.max(0, sent - ok),
          errors: errors === null ? {} : { errors },
        }
        probe.outcome =
          ok === 0
            ? probe.outcome === 'unreachable'
              ? 'unreachable'
              : probe.mtu !== null
                ? 'unknown'
                : 'timed-out'
            : ok === sent
              ? 'answered'
              : 'partial'
        probe.said = text.slice(0, 200)
        return true
      }
      const times =
        /^(?:rtt|round-trip) min\/avg\/max(?:\/\w{1,8})? = ([\d.]{1,16})\/([\d.]{1,16})\/([\d.]{1,16})/.exec(text)
      if (times) {
        if (probe.load) probe.load = { ...probe.load, latency: { mean: decimalOf(times[2]), max: decimalOf(times[3]) } }
        probe.ms = decimalOf(times[2])
        return true
      }
      if (/^(?:From \S+ ?|\d{1,5} bytes from |--- .{1,255} (?:ping )?statistics ---|\^C|no answer yet)/.test(text)) {
        if (/bytes from .{1,255}time/.test(text)) replies++
        const unreachable = text.startsWith('From') ? outcomeOf(text) : null
        if (unreachable) probe.outcome = unreachable
        else if (replies > 0 && probe.load === null) probe.outcome = 'answered'
        return true
      }
      return /^\s*(?:pipe \d|rtt |\(DUP!\))/.test(text)
    },
    finish: () => ({ content: probe ? [networkOf({ probes: [probe] })] : [], warnings: [], lost: 0 }),
  }
}
