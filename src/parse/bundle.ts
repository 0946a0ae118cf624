import type { Block, NamedNetns, Reading } from '../model/block.ts'
import type { Unread } from '../model/report.ts'
import type { Hint, Precedence } from '../model/snapshot.ts'
import { hostOfFolder, hostOfSosFolder, type MemberName } from './bundle-names.ts'
import { factsOf } from './transcript/answers.ts'
import type { NodeText, Transcript } from './transcript/index.ts'
import { nodeKey, shortName } from './transcript/names.ts'
import { HOST_NETNS } from './transcript/namespaces.ts'

/** One file of a bundle, read. */
export interface MemberText {
  readonly name: MemberName
  readonly file: string
  readonly text: Transcript
  /** It was read as one command's output; else as a log, which may show anything. */
  readonly whole: boolean
  /** What it printed, where it is the output of `date`. */
  readonly clock: string | null
}

export interface BundleText {
  readonly nodes: readonly NodeText[]
  readonly unread: readonly Unread[]
}

/** What one machine's folder shows of one time. */
interface Group {
  readonly root: string
  readonly stamp: string
  host: string | null
  takenAt: string | null
  readonly blocks: Block[]
  readonly hints: Hint[]
  readonly netns: Map<string, NamedNetns>
  /** Namespace and fact → value. */
  readonly facts: Map<string, string>
}

/**
 * The files of a bundle as readings of machines.
 * Shape:  the files of one folder (folders by subject taken together) are one reading of one machine; folders of the same host, and
 *         files of the same name with different times, are further readings; a transcript among them stands for itself if it names
 *         its machine, or says what the others contradict
 * Gaps:   where two commands of one reading answer the same question differently, the one that tells more counts; the other is unread
 */
export function uniteMembers(members: readonly MemberText[], bundle: string): BundleText {
  const unread = members.flatMap((one) => [...one.text.unread])
  const groups = new Map<string, Group>()
  const apart: NodeText[] = []
  const ranked = members
    .map((member, index) => ({ member, index, rank: rankOf(member) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
  for (const { member } of ranked) {
    for (const node of member.text.nodes) {
      const group = groupFor(groups, member.name)
      group.takenAt ??= member.clock
      if (isOwn(node, member)) for (const reading of node.readings) addReading(group, reading, unread)
      else if (node.readings.some((reading) => reading.blocks.length > 0 || reading.hints.length > 0)) apart.push(node)
    }
  }
  nameHosts(groups)
  const found = [...groups.values()].filter((group) => group.blocks.length > 0 || group.hints.length > 0)
  return { nodes: nodesOf(found, apart, bundle), unread }
}

const groupFor = (groups: Map<string, Group>, { root, stamp }: MemberName): Group => {
  const key = `${root}\0${stamp}`
  const known = groups.get(key)
  if (known) return known
  const group: Group = {
    root,
    stamp,
    host: null,
    takenAt: null,
    blocks: [],
    hints: [],
    netns: new Map(),
    facts: new Map(),
  }
  groups.set(key, group)
  return group
}

/** Which of two answers is asked first: tools that show limits and zeros before those that do not; notes of people last. */
function rankOf({ whole, text }: MemberText): number {
  const formats = text.blocks.map((block) => block.format)
  if (!whole) return 9
  const at = ['ss', 'nstat', 'netstat-s', 'proc-net-tcp', 'netstat', 'proc-net-netstat'].findIndex((one) =>
    formats.includes(one),
  )
  return at < 0 ? 6 : at
}

/** A member is of its folder's machine, unless it is a log of its own: one that names a machine, or shows several times. */
const isOwn = (node: NodeText, { whole }: MemberText): boolean =>
  whole || (node.node === null && node.readings.length === 1)

function addReading(group: Group, reading: Reading, unread: Unread[]): void {
  group.takenAt ??= reading.takenAt
  group.hints.push(...reading.hints)
  for (const block of reading.blocks) {
    const facts = factsOf(block.content, block.command)
    const conflict = facts.find(({ name, value }) => {
      const known = group.facts.get(`${block.netns} ${name}`)
      return known !== undefined && known !== value
    })
    if (conflict) {
      const { file, lines } = block
      const why = `another command of this bundle answers it differently (${conflict.name}), as of another moment: that one was taken`
      unread.push({ file, lines, why, sample: block.command ?? '' })
      continue
    }
    for (const { name, value } of facts) group.facts.set(`${block.netns} ${name}`, value)
    group.blocks.push({ ...block, reading: 0 })
    const named = reading.netns.find((one) => one.key === block.netns)
    if (named) group.netns.set(named.key, named)
  }
}

/** By what its files print, by a sosreport's folder, by its folder where several lie side by side, else as the folder around it. */
function nameHosts(groups: ReadonlyMap<string, Group>): void {
  const all = [...groups.values()]
  const roots = new Set(all.filter((group) => group.blocks.length > 0).map((group) => group.root))
  const printed = new Map<string, string>()
  for (const { root, blocks } of all) {
    const name = nameIn(blocks) ?? hostOfSosFolder(root)
    if (name !== null && !printed.has(root)) printed.set(root, name)
  }
  const named = (root: string): string | null => {
    for (let folder = root; ; folder = folder.slice(0, folder.lastIndexOf('/'))) {
      const name = printed.get(folder)
      if (name !== undefined) return name
      const beside = folder === root && [...roots].some((one) => one !== root && parentOf(one) === parentOf(root))
      if (beside && hostOfFolder(root) !== null) return hostOfFolder(root)
      if (!folder.includes('/')) return folder === '' ? null : (printed.get('') ?? null)
    }
  }
  for (const group of all) {
    const name = named(group.root)
    group.host = name === null ? null : shortName(name)
  }
}

const parentOf = (root: string) => root.slice(0, Math.max(0, root.lastIndexOf('/')))

/** `hostname` before `uname`, whose nodename may be a container's. */
function nameIn(blocks: readonly Block[]): string | null {
  const names = [...blocks]
    .sort((a, b) => Number(b.command === 'hostname') - Number(a.command === 'hostname'))
    .flatMap((block) =>
      block.content.flatMap((one) => (one.question === 'node' && one.facts.name ? [one.facts.name] : [])),
    )
  return names[0] ?? null
}

function nodesOf(groups: readonly Group[], apart: readonly NodeText[], bundle: string): readonly NodeText[] {
  const byHost = Map.groupBy(groups, ({ host }) => (host === null ? '' : nodeKey(host)))
  let number = 0
  const nodes = [...byHost.values()].map((those): NodeText => {
    const sorted = those.toSorted((a, b) => (a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : 0))
    const readings = sorted.map((group) => readingOf(group, bundle, ++number))
    return { node: sorted[0]?.host ?? null, readings, order: orderOf(sorted) }
  })
  return [...nodes, ...apart]
}

function readingOf({ host, takenAt, hints, netns, blocks }: Group, bundle: string, number: number): Reading {
  return {
    node: host,
    source: number === 1 ? bundle : `${bundle}#${number}`,
    lines: [1, 1],
    takenAt,
    hints,
    netns: [HOST_NETNS, ...[...netns.values()].filter((one) => one.kind !== 'host')],
    blocks: blocks.map((block) => ({ ...block, node: host })),
    carried: [],
  }
}

/** By the clocks that were printed, by times in the files' names, by folders named before and after. */
function orderOf(groups: readonly Group[]): readonly Precedence[] {
  return groups.flatMap((a, i) =>
    groups.flatMap((b, j): readonly Precedence[] => {
      const why = i === j ? null : earlier(a, b)
      return why === null ? [] : [{ before: i, after: j, ...why }]
    }),
  )
}

const DATED = /^20\d{6}/

function earlier(a: Group, b: Group): Pick<Precedence, 'by' | 'because'> | null {
  if (a.takenAt !== null && b.takenAt !== null)
    return Date.parse(a.takenAt) < Date.parse(b.takenAt)
      ? { by: 'clock', because: `date printed ${a.takenAt} and ${b.takenAt}` }
      : null
  const [x, y] = [a.stamp, b.stamp]
    .map((stamp) => stamp.replace(/\D/g, ''))
    .map((digits) => (DATED.test(digits) ? digits : ''))
  if (x && y && x.length === y.length)
    return x < y ? { by: 'clock', because: `files are named ${a.stamp} and ${b.stamp}` } : null
  const [was, is] = [a, b].map((group) =>
    /(?:^|\/)(before|pre|after|post)$/i.exec(group.stamp || group.root)?.[1]?.toLowerCase(),
  )
  return (was === 'before' || was === 'pre') && (is === 'after' || is === 'post')
    ? { by: 'hint', because: `files are named ${was} and ${is}` }
    : null
}
