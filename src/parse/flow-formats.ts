import type { Content } from '../model/block.ts'
import type { Flow, Flows } from '../model/flow.ts'
import { parseFlow } from './conntrack.ts'
import { parseConntrackStats } from './conntrack-stats.ts'
import { type Format, originAt, startTrouble, wholeNumber } from './format.ts'
import { firstOf, wholeText } from './whole-text.ts'

/** Readers of what conntrack prints. */

/** What a person looks at, and many times that; a table may hold millions. */
const MAX_FLOWS = 50_000

const flowsOf = (told: Partial<Flows>): readonly Content[] => [
  { question: 'flows', flows: { listings: [], count: null, stats: null, ...told } },
]

const TRAILER = /^conntrack v[\d.]{1,12} \(conntrack-tools\): \d{1,10} flow entries have been shown/

/** `conntrack -L`, `/proc/net/nf_conntrack`. */
export const conntrack: Format = {
  name: 'conntrack',
  opens: (text) => isFlow(text) || TRAILER.test(text),
  read(context) {
    const flows: Flow[] = []
    const trouble = startTrouble(context)
    let first: number | null = null
    let more = 0
    return {
      take(text, line) {
        if (TRAILER.test(text)) return true
        if (!isFlow(text)) return false
        first ??= line
        const flow = flows.length < MAX_FLOWS ? parseFlow(text, line) : null
        if (flow) flows.push(flow)
        else if (flows.length < MAX_FLOWS) trouble.lose(line, 'no whole direction of an entry')
        else more++
        return true
      },
      finish() {
        const listing = { flows, more, origin: originAt(context, first ?? 1) }
        const cuts = more > 0 ? [`${more} entries beyond the first ${MAX_FLOWS}`] : []
        return { ...trouble.result(flowsOf({ listings: [listing] })), cuts }
      },
    }
  },
}

const FLOW = /^(?:ipv[46] {1,8}\d{1,3} {1,8})?[a-z][a-z0-9-]{1,15} {1,8}\d{1,3} /
const isFlow = (text: string): boolean => FLOW.test(text) && text.includes(' src=')

/** `conntrack -S`, `/proc/net/stat/nf_conntrack`. */
export const conntrackStats = wholeText({
  name: 'conntrack-stats',
  opens: (text) => /^cpu=\d{1,4}\s+[a-z_]{1,30}=\d|^entries {1,4}(?:clashres|searched) /.test(text),
  follow: () => (text) =>
    /^cpu=\d{1,4}\s+[a-z_]{1,30}=\d|^entries {1,4}[a-z_]{1,30} /.test(text) ||
    /^[\da-f]{8}(?:\s{1,4}[\da-f]{8}){2,30}\s{0,4}$/.test(text),
  parse(lines, of) {
    const { value, notUnderstood } = parseConntrackStats(lines)
    return { content: flowsOf({ stats: { value, origin: firstOf(lines, of) } }), notUnderstood }
  },
})

/** `conntrack -C`: a bare number, tried only behind that command. */
export const conntrackCount: Format = {
  name: 'conntrack-count',
  opens: (text) => wholeNumber(text.trim()) !== null,
  read(context) {
    let count: Flows['count'] = null
    return {
      take(text, line) {
        const value = wholeNumber(text.trim())
        if (value === null || count !== null) return false
        count = { value, origin: originAt(context, line) }
        return true
      },
      finish: () => startTrouble(context).result(flowsOf({ count })),
    }
  },
}
