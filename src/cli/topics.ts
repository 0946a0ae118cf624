import type { Topic } from '../model/topic.ts'
import { readKernelEvent } from '../parse/kernel-event.ts'
import { NETSTAT_S_NAMES } from '../parse/netstat-s-names.ts'
import { RULES } from '../rules/index.ts'
import { ruleTopic } from '../rules/rule-topic.ts'
import { nearest } from '../words/nearest.ts'
import { GLOSSARIES } from '../words/terms/index.ts'
import { termTopic } from '../words/terms/term-topic.ts'

/** Every page there is: rules first, then what they are judged by. */
export function allTopics(): readonly Topic[] {
  return [
    ...RULES.map((rule) => ruleTopic(rule, RULES)),
    ...GLOSSARIES.flatMap(({ kind, terms }) =>
      terms.map((term) => termTopic(kind, term, kind === 'counter' ? wordingsOf(term.id) : [])),
    ),
  ]
}

/**
 * The pages that a name, a sentence of `netstat -s` or a line of the kernel's log means; several where it means several things.
 * What fits best decides: the very name, then a spelling of it, then its last part.
 */
export function findTopics(asked: string, topics: readonly Topic[]): readonly Topic[] {
  const wanted = withoutValue(asked.trim())
  const ways: readonly ((topic: Topic) => boolean)[] = [
    ({ id }) => id === wanted,
    (topic) => spellingsOf(topic).some((one) => fold(one) === fold(wanted)),
    ({ kind, id }) => kind === 'counter' && wordingsOf(id).some((one) => sentence(one) === sentence(wanted)),
    ({ kind, id }) => kind === 'log' && readKernelEvent(wanted)?.kind === id,
    ({ kind, id }) => kind === 'counter' && fold(bareCounter(id)) === fold(wanted),
    ({ kind, id }) =>
      kind === 'counter' && [id, bareCounter(id)].some((one) => one.toLowerCase() === asCounter(wanted)),
    (topic) => topic.kind === 'sysctl' && spellingsOf(topic).some((one) => fold(one) === fold(asSysctl(wanted))),
    (topic) =>
      topic.kind === 'sysctl' && spellingsOf(topic).some((one) => fold(lastPart(one)) === fold(asSysctl(wanted))),
    (topic) => topic.kind === 'column' && spellingsOf(topic).some((one) => fold(one) === fold(asColumn(wanted))),
  ]
  for (const fits of ways) {
    const found = topics.filter(fits)
    if (found.length > 0) return found
  }
  return []
}

/** Names that are like one that has no page. */
export function similarTopics(asked: string, topics: readonly Topic[]): readonly string[] {
  const names = new Map(topics.flatMap((topic) => topicNames(topic).map((name) => [name, topic.id] as const)))
  return [...new Set(nearest(asked.trim(), names.keys(), 8).map((name) => names.get(name) ?? name))].slice(0, 4)
}

/** By what a page is looked up: its id, and without what stands before it. */
export const topicNames = (topic: Topic): readonly string[] => [
  topic.id,
  ...(topic.kind === 'counter' ? [bareCounter(topic.id)] : []),
  ...(topic.kind === 'sysctl' ? [lastPart(topic.id)] : []),
]

const aliases = new Map(GLOSSARIES.flatMap(({ terms }) => terms.map(({ id, also = [] }) => [id, also] as const)))
const spellingsOf = ({ id }: Topic): readonly string[] => [id, ...(aliases.get(id) ?? [])]

/** Case, dashes and underscores are the tools' taste. */
const fold = (name: string): string => name.toLowerCase().replaceAll('-', '_')

const lastPart = (id: string): string => id.slice(id.lastIndexOf('.') + 1)

/** A line as `netstat -s` and nstat print raw names: `TCPTimeouts: 12`, `TcpExtListenDrops 12 0.0` → the name alone. */
const withoutValue = (line: string): string => /^([\w-]+):?(?:\s+-?\d+(?:\.\d+)?)+$/.exec(line)?.[1] ?? line

/** `node_netstat_TcpExt_ListenDrops` of the node exporter, `TcpExt: ListenDrops`, `LINUX_MIB_LISTENDROPS` of the kernel → one word. */
const asCounter = (name: string): string =>
  name
    .replace(/^(?:node_netstat_|LINUX_MIB_)/i, '')
    .replace(/[_:. ]/g, '')
    .toLowerCase()

/** `/proc/sys/net/core/somaxconn`, `net/core/somaxconn`, `net.core.somaxconn = 128` → `net.core.somaxconn`; any interface → `*`. */
const asSysctl = (name: string): string =>
  (name.split('=', 1)[0] ?? '')
    .trim()
    .replace(/^\/?proc\/sys\//, '')
    .replaceAll('/', '.')
    .replace(/^(net\.ipv[46]\.conf)\..+\.([^.]+)$/, '$1.*.$2')

/** `timer:(on,1sec,3)`, netstat’s `on (1.00/3/0)` → `timer:on`; `rto:204`, `send 12Mbps`, `skmem:(r0,…)`, `users:` → what stands before. */
function asColumn(field: string): string {
  const timer = /^(?:timer:\((\w+)|(\w+) \(\d)/.exec(field)
  if (timer) return `timer:${timer[1] ?? timer[2] ?? ''}`
  return /^([A-Za-z_]+)(?::$|[: ]\(?[\d("rb])/.exec(field)?.[1] ?? field
}

const SECTIONS = Object.keys(NETSTAT_S_NAMES).sort((a, b) => b.length - a.length)

const sectionOf = (id: string): string => SECTIONS.find((section) => id.startsWith(section)) ?? ''

const bareCounter = (id: string): string => id.slice(sectionOf(id).length)

function wordingsOf(id: string): readonly string[] {
  return NETSTAT_S_NAMES[sectionOf(id)]?.[bareCounter(id)] ?? []
}

/** A sentence of `netstat -s` without its number and full stop. */
const sentence = (text: string): string =>
  text
    .toLowerCase()
    .replace(/\{n\}|%s|\b\d+\b/g, ' ')
    .replace(/[.:]\s*$/, '')
    .replace(/\s+/g, ' ')
    .trim()
