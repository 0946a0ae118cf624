import type { Report, ReportNetns, ReportSnapshot } from '../../model/report.ts'
import { REPORT_WORDS as W } from '../../words/report.ts'
import { groupDigits } from '../../words/say.ts'
import { glued } from '../wrap.ts'
import { forwardingRows } from './forwarding.ts'
import { netnsName } from './names.ts'
import { aside, colon, type TextOptions } from './page.ts'

/** Settings that bear on accept queues and lost handshakes: of a live machine only these, unless --verbose. */
const SETTINGS: ReadonlySet<string> = new Set([
  'net.core.somaxconn',
  'net.ipv4.tcp_abort_on_overflow',
  'net.ipv4.tcp_max_syn_backlog',
  'net.ipv4.tcp_synack_retries',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_timestamps',
  'net.ipv4.tcp_tw_recycle',
  'net.ipv4.tcp_tw_reuse',
])

/**
 * The numbers of one reading: sockets by state, counters worth a look, settings; a row each where they were read.
 * Of many namespaces only the host's and those with findings are worth the room, and settings only where they differ from
 * those of an earlier reading or of the host; --verbose gives all.
 */
export function numberRows(page: TextOptions, report: Report, index: number): readonly string[] {
  const snapshot = report.snapshots[index]
  if (!snapshot) return []
  const withFindings = new Set(report.findings.map(({ netns }) => netns))
  return snapshot.netns
    .filter(({ key }) => page.verbose || key === 'host' || snapshot.netns.length === 1 || withFindings.has(key))
    .flatMap((netns) => {
      const earlier = report.snapshots
        .slice(0, index)
        .filter(({ node, way }) => way !== 'live' && node.name === snapshot.node.name)
      const host = netns.key === 'host' ? [] : snapshot.netns.filter(({ key }) => key === 'host')
      const same = earlier.flatMap((one) => one.netns.filter(({ key }) => key === netns.key))
      return rowsOf(page, netns, snapshot.way, page.verbose ? [] : [...same, ...host])
    })
}

function rowsOf(
  page: TextOptions,
  netns: ReportNetns,
  way: ReportSnapshot['way'],
  toldBefore: readonly ReportNetns[],
): readonly string[] {
  const { key, census, counters, sysctls } = netns
  const name = netnsName(page, key)
  const before = name === null ? '' : name + (page.lang === 'zh' ? '，' : ', ')
  const row = (label: string, items: readonly string[]) =>
    items.length === 0 ? [] : [before + label + colon(page) + aside(items.map(glued))]
  const told = new Set(toldBefore.flatMap((netns) => settings(netns.sysctls ?? {})))
  const chosen = Object.entries(sysctls ?? {}).filter(
    ([one]) => page.verbose || way === 'transcript' || SETTINGS.has(one),
  )
  return [
    ...row(W.states[page.lang], numbers(census?.counts ?? {})),
    ...row(W.counters[page.lang], numbers(counters ?? {})),
    ...row(
      W.settings[page.lang],
      settings(Object.fromEntries(chosen)).filter((one) => !told.has(one)),
    ),
    ...forwardingRows(page, netns).map((text) => before + text),
  ]
}

const settings = (values: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(values).map(([name, value]) => `${name} = ${value}`)

const numbers = (values: Readonly<Record<string, number>>): readonly string[] =>
  Object.entries(values).map(([name, value]) => `${name.replace(/^TcpExt/, '')} ${groupDigits(value)}`)
