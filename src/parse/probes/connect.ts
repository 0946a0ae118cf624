import type { Probe } from '../../model/network.ts'
import { type Format, type FormatReader, originAt, type ReadContext } from '../format.ts'
import { keep, networkOf, numberOf } from '../network/network-of.ts'
import { outcomeOf, probeOf } from './probe-of.ts'

/**
 * Read what `nc`, `ncat` and `telnet` met.
 * Shape:  `Connection to 10.0.0.1 80 port [tcp/http] succeeded!`, `nc: connect to 10.0.0.1 port 80 (tcp) failed: Connection refused`,
 *         `10.0.0.1 (10.0.0.1:80) open`, `Ncat: Connected to …`, `Trying 10.0.0.1...` / `Connected to 10.0.0.1.`
 * Gaps:   over UDP `succeeded` says nothing: `unknown`. What the server sent is not read
 */
export const connect: Format = {
  name: 'connect',
  opens: (text) => read(text) !== null || /^Trying \S{1,64}\.\.\.$/.test(text.trimEnd()),
  read: startConnect,
}

interface Met {
  readonly tool: 'nc' | 'telnet'
  readonly address: string | null
  readonly port: number | null
  readonly outcome: Probe['outcome']
}

function read(text: string): Met | null {
  const line = text.slice(0, 600)
  const done =
    /^Connection to (\S{1,255}) (?:\([^)]{1,64}\) )?(\d{1,5}) port \[(tcp|udp)\/[^\]]{1,32}\] succeeded!/.exec(line)
  if (done) return met('nc', done[1], done[2], done[3] === 'udp' ? 'unknown' : 'connected')
  const failed =
    /^nc: connect to (\S{1,255}) (?:\([^)]{1,64}\) )?port (\d{1,5}) \((?:tcp|udp)\) (?:failed: |timed out)/.exec(line)
  if (failed) return met('nc', failed[1], failed[2], outcomeOf(line) ?? 'unknown')
  const old =
    /^(?:\S{1,255} )?[[(](\S{1,64}?)(?:\]|:(\d{1,5})\))(?: (\d{1,5}) \([^)]{1,32}\))? (open|: ?.{1,80}|Connection .{1,60})$/.exec(
      line.trimEnd(),
    )
  if (old) return met('nc', old[1], old[2] ?? old[3], old[4] === 'open' ? 'connected' : (outcomeOf(line) ?? 'unknown'))
  const ncat =
    /^Ncat: (?:Connected to (\S{1,64}):(\d{1,5})\.|(Connection .{1,60}|No route to host\.?|TIMEOUT\.?|Could not .{1,80}))$/.exec(
      line.trimEnd(),
    )
  if (ncat) return met('nc', ncat[1], ncat[2], ncat[3] === undefined ? 'connected' : (outcomeOf(ncat[3]) ?? 'unknown'))
  const busybox = /^nc: (?:(\S{1,255}) \((\S{1,64}):(\d{1,5})\): )?(.{1,200})$/.exec(line)
  if (busybox && outcomeOf(line)) return met('nc', busybox[2], busybox[3], outcomeOf(line) ?? 'unknown')
  const telnet =
    /^telnet: (?:Unable to connect to remote host|connect to address (\S{1,64})|can't connect to remote host \((\S{1,64})\)|could not resolve .{1,255}|.{1,255}): (.{1,100})$/.exec(
      line,
    )
  if (telnet && outcomeOf(line)) return met('telnet', telnet[1] ?? telnet[2], undefined, outcomeOf(line) ?? 'unknown')
  const connected = /^Connected to (\S{1,255}?)\.?$/.exec(line.trimEnd())
  return connected ? met('telnet', connected[1], undefined, 'connected') : null
}

const met = (
  tool: Met['tool'],
  address: string | undefined,
  port: string | undefined,
  outcome: Met['outcome'],
): Met => ({
  tool,
  address: address ?? null,
  port: numberOf(port),
  outcome,
})

/** It listens, or speaks UDP, where nothing is connected. */
const SERVES = /(?:^|\s)-\w*[lu]/

function startConnect(context: ReadContext): FormatReader {
  const probes: Probe[] = []
  const words = context.args.filter(
    (arg, i) => !arg.startsWith('-') && !/^-[wipsIOTXx]$/.test(context.args[i - 1] ?? ''),
  )
  const port = numberOf(words.findLast((word) => /^\d{1,5}$/.test(word)))
  let trying: string | null = null
  let connected = false
  let last = 0
  return {
    take(text, line) {
      const tried = /^Trying (\S{1,64}?)\.\.\.\s*$/.exec(text)
      if (tried) {
        trying = tried[1] ?? null
        return true
      }
      const one = read(text)
      if (one) {
        last = line
        const address = one.address ?? trying ?? words[0] ?? '?'
        const probe = probeOf(one.tool, { address, port: one.port ?? port }, originAt(context, line))
        keep(probes, { ...probe, outcome: one.outcome, said: text.slice(0, 300) })
        connected ||= one.outcome === 'connected'
        return true
      }
      // What the server said, or what was typed: `nc HOST PORT` alone prints nothing of its own.
      if (context.command === null || text.length > 2000 || (last > 0 && line > last + 1)) return false
      if (
        !connected &&
        trying === null &&
        words.length === 2 &&
        port !== null &&
        !SERVES.test(context.args.join(' '))
      ) {
        const probe = probeOf('nc', { address: words[0] ?? '?', port }, originAt(context, line))
        keep(probes, { ...probe, outcome: 'connected', said: text.slice(0, 300) })
        connected = true
      }
      last = line
      return connected
    },
    finish() {
      // `Trying …` and nothing more: the text ends while it waits.
      if (trying !== null && probes.length === 0)
        probes.push({
          ...probeOf('telnet', { address: trying, port }, originAt(context, 0)),
          said: `Trying ${trying}...`,
        })
      return { content: probes.length > 0 ? [networkOf({ probes })] : [], warnings: [], lost: 0 }
    },
  }
}
