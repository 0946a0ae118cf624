import { type Format, type FormatReader, originAt, type ReadContext } from '../format.ts'
import { decimalOf, networkOf, numberOf, wordsOf } from '../network/network-of.ts'
import { NO_LOAD, outcomeOf, type ProbeDraft, probeOf, targetOf } from './probe-of.ts'

/**
 * Read the result of `ab` (ApacheBench).
 * Shape:  `Complete requests: 200`, `Failed requests: 3`, `   (Connect: 1, Receive: 0, Length: 2, Exceptions: 0)`, `Non-2xx responses: 20`
 * Units:  milliseconds
 * Errors: `apr_…: Connection refused (111)`: it gave up, how many got through stands in `Total of N requests completed`
 */
export const ab: Format = {
  name: 'ab',
  opens: (text) => /^This is ApacheBench, Version \d|^Server Software:\s|^Concurrency Level:\s/.test(text),
  read: startAb,
}

function startAb(context: ReadContext): FormatReader {
  const url = context.args.findLast((arg) => /^https?:\/\//.test(arg))
  let probe: ProbeDraft | null = null
  const fields = new Map<string, string>()
  const errors: Record<string, number> = {}
  let broke: string | null = null
  return {
    take(text, line) {
      if (probe && text.startsWith('This is ApacheBench')) return false
      probe ??= probeOf(
        'ab',
        (url === undefined ? null : targetOf(url)) ?? { address: '?', port: null },
        originAt(context, line),
      )
      const apr = /(apr_\w{1,40}): (.{1,100}) \(\d{1,6}\)\s*$/.exec(text.slice(0, 400))
      if (apr) {
        broke = apr[2] ?? ''
        probe.outcome = outcomeOf(broke) ?? 'unknown'
        probe.said = apr[0]
        return true
      }
      const done = /^Total of (\d{1,12}) requests completed/.exec(text)
      if (done) fields.set('Complete requests', done[1] ?? '')
      const field = /^([A-Z][\w -]{2,40}):\s{1,40}(\S.{0,120})$/.exec(text)
      if (field && !fields.has(field[1] ?? '') && fields.size < 60) fields.set(field[1] ?? '', (field[2] ?? '').trim())
      const kinds = /^\s{1,8}\((Connect: .{1,120})\)\s*$/.exec(text)
      for (const pair of kinds?.[1]?.split(',') ?? []) {
        const [name = '', value] = pair.trim().split(': ')
        const count = numberOf(value)
        if (count !== null && count > 0) errors[name.toLowerCase()] = count
      }
      if (/^Total:\s/.test(text)) fields.set('max', wordsOf(text).at(-1) ?? '')
      return true
    },
    finish() {
      if (!probe) return { content: [], warnings: [], lost: 0 }
      const first = (name: string) => fields.get(name)?.split(' ', 1)[0]
      const ok = numberOf(first('Complete requests'))
      const failed = numberOf(first('Failed requests'))
      const non2xx = numberOf(first('Non-2xx responses'))
      if (non2xx !== null) errors['Non-2xx'] = non2xx
      const host = fields.get('Server Hostname')
      if (host !== undefined) probe.target = { address: host, port: numberOf(first('Server Port')) }
      probe.load = {
        ...NO_LOAD,
        ok: ok === null ? null : Math.max(0, ok - (failed ?? 0)),
        failed,
        errors,
        perSecond: decimalOf(first('Requests per second')),
        latency: { mean: decimalOf(first('Time per request')), max: decimalOf(first('max')) },
      }
      probe.ms = probe.load.latency.mean
      if (broke === null && ok !== null) {
        probe.outcome = (failed ?? 0) === 0 ? 'answered' : (failed ?? 0) < ok ? 'partial' : 'unknown'
        probe.said = `Complete requests: ${ok}, failed: ${failed ?? '?'}`
      }
      return { content: [networkOf({ probes: [probe] })], warnings: [], lost: 0 }
    },
  }
}
