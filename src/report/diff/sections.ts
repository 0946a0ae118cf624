import type { Changed, Diff, FindingBrief, FindingMove, ListenerOnce, NetnsDiff } from '../../model/diff.ts'
import { DIFF_WORDS as D } from '../../words/diff.ts'
import { CONFIDENCE_WORDS, SEVERITY_WORDS } from '../../words/report.ts'
import { groupDigits, say } from '../../words/say.ts'
import { inParentheses, listOf, type TextOptions, tell } from '../text/page.ts'
import { formatRate } from './rate.ts'

/** What one diff says, as titled rows; how they are laid out is the output's affair. */
export interface Section {
  readonly title: string
  readonly rows: readonly { readonly label: string; readonly text: string }[]
}

/** Counters worth a line unless all are wanted: packets and bytes always move. */
export const ALWAYS_MOVING =
  /^(Ip|IpExt|Ip6|IcmpMsg|Icmp)|Segs$|TCPPureAcks|TCPHPHits|TCPHPAcks|TCPOrigDataSent|TCPDelivered$/

const SHOWN = 12

export function findingSection(page: TextOptions, { findings: f, relation, before, after }: Diff): readonly Section[] {
  const names = relation === 'nodes' ? { a: before.node ?? '?', b: after.node ?? '?' } : null
  const label = (one: 'opened' | 'closed') =>
    names === null ? D[one][page.lang] : tell(page, D.onlyLeft, { a: one === 'opened' ? names.b : names.a })
  const briefly = (one: FindingBrief) =>
    `${SEVERITY_WORDS[one.severity][page.lang]} ${one.title[page.lang]} ${one.subject} · ${one.rule}`
  const moved = (one: FindingMove) =>
    briefly(one) +
    inParentheses(
      page,
      tell(page, D.from, {
        severity: SEVERITY_WORDS[one.was.severity],
        confidence: CONFIDENCE_WORDS[one.was.confidence],
      }),
    )
  const rows = [
    ...labelledRows(label('opened'), f.opened.map(briefly)),
    ...labelledRows(D.worse[page.lang], f.worse.map(moved)),
    ...labelledRows(D.better[page.lang], f.better.map(moved)),
    ...labelledRows(label('closed'), f.closed.map(briefly)),
    ...(page.all ? labelledRows(D.same[page.lang], f.same.map(briefly)) : []),
    ...(page.all ? labelledRows(D.unjudged[page.lang], f.unjudged.map(briefly)) : []),
  ]
  return sectionOf(D.findings[page.lang], rows)
}

export function netnsSections(page: TextOptions, netns: NetnsDiff): readonly Section[] {
  return [
    ...queueSection(page, netns),
    ...listenerSection(page, netns),
    ...stuckSection(page, netns),
    ...settingSection(page, netns),
    ...forwardingSection(page, netns),
    ...counterSection(page, netns),
    ...sectionOf(
      D.states[page.lang],
      (netns.census ?? []).map((one) => changeRow(page, one)),
    ),
  ]
}

function queueSection(page: TextOptions, { listeners }: NetnsDiff): readonly Section[] {
  if (listeners === null) return []
  const move = (one: (typeof listeners.grown)[number]) =>
    `${tell(page, D.queueMove, { name: named(one), before: one.before, after: one.after })}${one.max === null ? '' : tell(page, D.ofLimit, { max: one.max })}`
  const waiting = listeners.still.reduce((sum, one) => sum + one.length, 0)
  return sectionOf(D.queues[page.lang], [
    ...labelledRows(D.grown[page.lang], folded(page, listeners.grown.map(move))),
    ...labelledRows(D.drained[page.lang], folded(page, listeners.drained.map(move))),
    ...(listeners.still.length === 0
      ? []
      : labelledRows(D.still[page.lang], [
          tell(page, D.stillQueues, { n: listeners.still.length, connections: waiting }),
        ])),
  ])
}

function listenerSection(page: TextOptions, { listeners }: NetnsDiff): readonly Section[] {
  if (listeners === null) return []
  const once = (one: ListenerOnce) =>
    (one.length ?? 0) > 0 ? tell(page, D.withQueue, { name: named(one), n: one.length ?? 0 }) : named(one)
  const split = (all: readonly ListenerOnce[], proven: string, otherwise: string) => [
    ...labelledRows(proven, folded(page, all.filter((one) => one.proven).map(once))),
    ...labelledRows(otherwise, folded(page, all.filter((one) => !one.proven).map(once))),
  ]
  return sectionOf(D.listeners[page.lang], [
    ...split(listeners.appeared, D.appeared[page.lang], D.notListedBefore[page.lang]),
    ...split(listeners.gone, D.gone[page.lang], D.notListed[page.lang]),
    ...labelledRows(
      D.limit[page.lang],
      listeners.limits.map((one) => `${one.name} ${one.before} → ${one.after}`),
    ),
    ...labelledRows(
      D.owner[page.lang],
      listeners.owners.map((one) => `${one.name} ${one.before} → ${one.after}`),
    ),
  ])
}

function stuckSection(page: TextOptions, { stuck }: NetnsDiff): readonly Section[] {
  if (stuck === null) return []
  const { same, reset } = stuck
  const n = (same ?? []).reduce((sum, one) => sum + one.count, 0)
  const rows = [
    ...(n > 0 ? [tell(page, D.sameSockets, { n, queues: same?.length ?? 0 })] : []),
    ...(reset === null ? [] : [tell(page, reset.same ? D.resetSame : D.reset, { ...pick(reset) })]),
  ]
  return sectionOf(D.stuck[page.lang], labelledRows('', rows))
}

const pick = ({ before, after }: { readonly before: number; readonly after: number }) => ({ before, after })

function settingSection(page: TextOptions, { settings }: NetnsDiff): readonly Section[] {
  return sectionOf(
    D.settings[page.lang],
    (settings ?? []).map((one) => changeRow(page, one)),
  )
}

function forwardingSection(page: TextOptions, { forwarding }: NetnsDiff): readonly Section[] {
  if (forwarding === null) return []
  const signed = (gone: readonly string[], appeared: readonly string[]) =>
    listOf(page, folded(page, [...gone.map((one) => `−${one}`), ...appeared.map((one) => `+${one}`)]))
  const rows = [
    ...labelledRows(D.appeared[page.lang], folded(page, forwarding.appeared)),
    ...labelledRows(D.gone[page.lang], folded(page, forwarding.gone)),
    ...folded(page, forwarding.endpoints).flatMap((one) =>
      typeof one === 'string'
        ? labelledRows('', [one])
        : labelledRows(tell(page, D.endpoints, { service: one.service }), [signed(one.gone, one.appeared)]),
    ),
  ]
  const remark = forwarding.partial && rows.length > 0 ? labelledRows('', [D.partial[page.lang]]) : []
  return sectionOf(D.forwarding[page.lang], [...rows, ...remark])
}

function counterSection(page: TextOptions, { counters }: NetnsDiff): readonly Section[] {
  const moved = (counters ?? []).filter(({ name }) => page.all || !ALWAYS_MOVING.test(name))
  return sectionOf(
    D.counters[page.lang],
    moved.map(({ name, before, after, perSecond }) => ({
      label: name,
      text: `+${groupDigits(after - before)}${perSecond === null ? '' : inParentheses(page, tell(page, D.perSecond, { rate: formatRate(perSecond) }))}`,
    })),
  )
}

function changeRow<T extends string | number>(page: TextOptions, { name, before, after }: Changed<T>) {
  const value = (one: T | null) =>
    one === null ? D.unknownValue[page.lang] : typeof one === 'number' ? groupDigits(one) : one
  return { label: name, text: `${value(before)} → ${value(after)}` }
}

const named = ({ name, service }: { readonly name: string; readonly service: string | null }): string =>
  service === null ? name : `${name} ${service}`

/** The first of many, and how many more there are. */
function folded<T>(page: TextOptions, items: readonly T[]): readonly (T | string)[] {
  if (page.all || items.length <= SHOWN + 1) return items
  return [...items.slice(0, SHOWN), say(D.andMore, { n: items.length - SHOWN })[page.lang]]
}

const labelledRows = (label: string, texts: readonly string[]): Section['rows'] =>
  texts.map((text, index) => ({ label: index === 0 ? label : '', text }))

const sectionOf = (title: string, rows: Section['rows']): readonly Section[] =>
  rows.length === 0 ? [] : [{ title, rows }]
