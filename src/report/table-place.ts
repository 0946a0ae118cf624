import type { TableGap, TablePlace } from '../model/service-table.ts'
import { REASON_WORDS } from '../words/report.ts'
import { SERVICE_WORDS as S, TABLE_PART_WORDS } from '../words/services.ts'
import { type Line, span } from './style.ts'
import { netnsName, nodeName } from './text/names.ts'
import { aside, paragraph, type TextOptions, tell } from './text/page.ts'

/** Of which machine, namespace and reading a table is; in one line. */
export function placeLines(page: TextOptions, place: TablePlace, nth: string | null): readonly Line[] {
  const { node, netns, pod, source, way, lines, takenAt } = place
  const who = netns === null ? S.ofCluster[page.lang] : nodeName(page, node, way === 'live')
  const inside = pod?.name ? [pod.namespace, pod.name].filter((one) => one !== null).join('/') : null
  const file = source.replace(/#\d{1,9}$/, '')
  const read =
    way === 'live'
      ? null
      : lines === null
        ? source
        : tell(page, S.reading, { first: String(lines[0]), last: String(lines[1]), file })
  const text = aside([who, inside ?? netnsName(page, netns), nth, read, takenAt])
  return paragraph(page, text, { prefix: [span('── ', 'dim')], style: 'strong' })
}

/** Cuts that are told before the rest is folded. */
const DETAILS = 2

/** What of a table was not seen, or not whole, a line each. */
export function gapLines(page: TextOptions, gaps: readonly TableGap[]): readonly Line[] {
  return gaps.flatMap(({ part, reason, details }) => {
    const name = TABLE_PART_WORDS[part]?.[page.lang] ?? part
    if (reason !== 'partial') {
      const why = REASON_WORDS[reason][page.lang] + (reason === 'absent' ? '' : `: ${details.join('; ')}`)
      return paragraph(page, tell(page, S.notSeenPart, { part: name, why }), { style: 'dim' })
    }
    const shown = page.all || details.length === DETAILS + 1 ? details : details.slice(0, DETAILS)
    const more = details.length - shown.length
    const why = shown.join('; ') + (more > 0 ? tell(page, S.moreCuts, { n: more }) : '')
    return paragraph(page, tell(page, S.seenInPart, { part: name, why }), { style: 'dim' })
  })
}
