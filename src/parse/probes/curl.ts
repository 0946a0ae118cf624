import { type Format, type FormatReader, originAt, type ReadContext } from '../format.ts'
import { networkOf, numberOf } from '../network/network-of.ts'
import { outcomeOf, type ProbeDraft, probeOf, targetOf } from './probe-of.ts'

/**
 * Read what curl met: `curl -v`, `-I`, an error line alone.
 * Shape:  `*   Trying 10.0.0.1:80...`, `* Connected to … port 80`, `> GET /`, `< HTTP/1.1 200 OK`, `curl: (7) Failed to connect …`
 * Gaps:   connected and no status: `no-answer` where curl says that it waited in vain, else `connected`, since a body that is no HTTP
 *         (gRPC, a greeting) is an answer that curl cannot name
 */
export const curl: Format = {
  name: 'curl',
  opens: (text) =>
    /^\* {1,3}(?:Trying \S{1,64}\.\.\.|Rebuilt URL to: |Host \S{1,255} was resolved)|^\* About to connect\(\) to |^curl: \(\d{1,3}\) /.test(
      text,
    ),
  read: startCurl,
}

const TAKES_VALUE =
  /^-(?:[HdXouAbceEmnrtTwxyYzK]|-(?:header|data.*|request|output|user|max-time|connect-timeout|resolve|interface|write-out|proxy|cacert|cert|key|retry.*|local-port))$/
/** The meter's figures stand before what is printed while it runs. */
const METER = /^\s{0,40}(?:% Total|\d{1,3}\s+[\d.]{1,8}[kMG]?\s|Dload)/

function startCurl(context: ReadContext): FormatReader {
  const url = context.args.find((arg, i) => !arg.startsWith('-') && !TAKES_VALUE.test(context.args[i - 1] ?? ''))
  const asked = url === undefined ? null : targetOf(/^[a-z]+:\/\//i.test(url) ? url : `http://${url}`)
  let probe: ProbeDraft | null = null
  let last = 0
  const at = (line: number): ProbeDraft => {
    probe ??= probeOf('curl', asked ?? { address: '?', port: null }, originAt(context, line))
    return probe
  }
  return {
    take(raw, line) {
      const text = raw
        .slice(0, 2000)
        .replace(
          /^.{0,400}?(?=\* {1,3}(?:Trying|Connected|connect to|Failed|Operation|Could not|Closing|Immediate) )/,
          '',
        )
      const connected = /^\* ?Connected to (\S{1,255}) \(([^)]{1,64})\) port (\d{1,5})/.exec(text)
      const trying = /^\* {1,3}Trying (?:\[([\da-f:.]{2,60})\]|(\S{1,64}?))(?::(\d{1,5}))?\.\.\./.exec(text)
      const status = /^(?:< ?)?HTTP\/[\d.]{1,3} (\d{3})(?:\s|$)/.exec(text)
      const failed = /^(?:\* |curl: \(\d{1,3}\) )/.test(text) ? outcomeOf(text) : null
      const given = /(?:onnect to|connect fail for) (\S{1,255}) port (\d{1,5})/.exec(text)
      if (connected) {
        const one = at(line)
        one.target = { address: connected[2] ?? '', port: numberOf(connected[3]) }
        one.outcome = 'connected'
        one.said = text.slice(0, 300)
      } else if (trying) {
        const one = at(line)
        if (one.target.address === '?')
          one.target = { address: trying[1] ?? trying[2] ?? '', port: numberOf(trying[3]) }
      } else if (status) {
        const one = at(line)
        one.outcome = 'answered'
        one.status = Number(status[1])
        one.said = text.slice(0, 300)
      } else if (failed !== null) {
        const one = at(line)
        // The first failure is the one that counts; curl repeats it at its end in other words.
        if (one.outcome === 'connected') one.outcome = failed === 'timed-out' ? 'no-answer' : failed
        else if (one.outcome === 'unknown') one.outcome = failed
        if (given) one.target = { address: given[1] ?? '', port: numberOf(given[2]) }
        one.ms = numberOf(/after (\d{1,9}) (?:ms|milliseconds)/.exec(text)?.[1]) ?? one.ms
        one.said = text.slice(0, 300)
      } else if (/^curl: \(\d{1,3}\) /.test(text)) {
        const one = at(line)
        if (given) one.target = { address: given[1] ?? '', port: numberOf(given[2]) }
        if (one.said === '') one.said = text.slice(0, 300)
      }
      // The body is whatever the server sent: told from other text only right below what curl printed.
      else if (!/^[*<>{}]/.test(text) && !METER.test(raw)) {
        if (probe === null || context.command === null || line > last + 1) return false
      }
      last = line
      return true
    },
    finish: () => ({ content: probe ? [networkOf({ probes: [probe] })] : [], warnings: [], lost: 0 }),
  }
}
