import { type Format, type FormatReader, originAt, type ReadContext } from '../format.ts'
import { decimalOf, networkOf, numberOf, wordsOf } from '../network/network-of.ts'
import { millisecondsOf, NO_LOAD, outcomeOf, type ProbeDraft, probeOf, targetOf } from './probe-of.ts'

/**
 * Read the result of `wrk` and `wrk2`.
 * Shape:  `Running 1s test @ URL`, `    Latency  7.72ms 1.16ms 13.79ms …`, `  331 requests in 1.00s`, `  Socket errors: connect 0, read 1, …`
 * Units:  milliseconds
 * Gaps:   nothing came and no error is named, as from a full accept queue: `no-answer`, since wrk had connected or still tries to
 */
export const wrk: Format = {
  name: 'wrk',
  opens: (text) => /^Running \S{1,16} test @ \S/.test(text) || /^unable to connect to \S{1,255} /.test(text),
  read: startWrk,
}

function startWrk(context: ReadContext): FormatReader {
  let probe: ProbeDraft | null = null
  let load = { ...NO_LOAD }
  let errors: Record<string, number> = {}
  return {
    take(text, line) {
      const head = /^(?:Running \S{1,16} test @ |unable to connect to )(\S{1,400})(.{0,200})/.exec(text)
      if (head) {
        if (probe) return false
        probe = probeOf(
          'wrk',
          targetOf(head[1] ?? '') ?? { address: head[1] ?? '?', port: null },
          originAt(context, line),
        )
        probe.said = text.slice(0, 300)
        if (text.startsWith('unable')) probe.outcome = outcomeOf(text) ?? 'unknown'
        return true
      }
      if (!probe) return false
      const words = wordsOf(text)
      const sum = /^\s*(\d{1,15}) requests in /.exec(text)
      const socket = /^\s*Socket errors: (.{1,200})/.exec(text)
      const status = /^\s*Non-2xx or 3xx responses: (\d{1,15})/.exec(text)
      const rate = /^Requests\/sec:\s{1,20}([\d.]{1,20})/.exec(text)
      if (words[0] === 'Latency' && words.length >= 4 && words[1] !== 'Distribution')
        load = { ...load, latency: { mean: millisecondsOf(words[1]), max: millisecondsOf(words[3]) } }
      else if (sum) load = { ...load, ok: numberOf(sum[1]) }
      else if (socket)
        for (const pair of (socket[1] ?? '').split(',')) {
          const [name = '', value] = pair.trim().split(' ')
          const count = numberOf(value)
          if (/^[a-z]{1,16}$/.test(name) && count !== null && count > 0) errors = { ...errors, [name]: count }
        }
      else if (status) errors = { ...errors, 'Non-2xx': numberOf(status[1]) ?? 0 }
      else if (rate) load = { ...load, perSecond: decimalOf(rate[1]) }
      else return /^\s{2,}\S|^Transfer\/sec:|^\s*-{3,}/.test(text)
      return true
    },
    finish() {
      if (!probe) return { content: [], warnings: [], lost: 0 }
      const failed = Object.entries(errors).reduce((sum, [name, count]) => sum + (name === 'Non-2xx' ? 0 : count), 0)
      // A latency of nothing is none.
      const latency = load.ok === 0 ? { mean: null, max: null } : load.latency
      if (probe.outcome === 'unknown' && load.ok !== null) {
        probe.load = { ...load, latency, failed, errors }
        const dead = errors.timeout !== undefined || errors.connect === undefined ? 'no-answer' : 'unknown'
        probe.outcome = load.ok === 0 ? dead : failed > 0 ? 'partial' : 'answered'
        probe.said = `${load.ok} requests, ${failed} socket errors`
        probe.ms = latency.mean
      }
      return { content: [networkOf({ probes: [probe] })], warnings: [], lost: 0 }
    },
  }
}
