import type { Hint } from '../model/snapshot.ts'
import { NETSTAT_S_NAMES } from './netstat-s-names.ts'

/** Words around an output. They name, date or place it; they never prove anything. */
export interface Said {
  readonly kind: Hint['kind']
  readonly value: string
}

/** Longer lines are looked at only here. */
const MAX = 4000

const PROGRAMS =
  /(?<![\w./-])(nginx|tengine|openresty|apache|httpd|redis|node\.?js|haproxy|envoy|istio|kube-proxy|kube-apiserver|kubelet|etcd|bird|calico|protokube|java|tomcat|mysql|php-fpm|gunicorn|uwsgi|traefik|coredns)(?![\w-])/gi

const SYSCTLS =
  /(?<![\w.])(?:(net\.(?:core|ipv4|ipv6|netfilter)\.[a-z_]+(?:\.[a-z_]+)?|fs\.file-max)|(somaxconn|tcp_max_syn_backlog|tcp_abort_on_overflow|tcp_tw_recycle|tcp_tw_reuse|tcp_timestamps|tcp_syncookies|tcp_synack_retries|tcp_syn_retries|tcp_fin_timeout|netdev_max_backlog|ip_local_port_range))(?!\w)/g

const COUNTERS: ReadonlyMap<string, string> = new Map(
  Object.keys(NETSTAT_S_NAMES.TcpExt ?? {})
    .filter((name) => /^[A-Z].*[a-z].*[A-Z]/.test(name) || name.startsWith('PAWS'))
    .map((name) => [name, `TcpExt${name}`]),
)

/** Topics that say where to look next. */
const TOPICS: readonly (readonly [string, RegExp])[] = [
  ['nfs', /(?<![\w/])nfs(?!\w)/i],
  ['nat', /(?<![\w/.])S?NAT(?!\w)/],
  ['io', /(?<!\w)(?:i\/?o ?wait|io ?延时|磁盘 ?io)/i],
]

/** The hints of one line of prose, each once. Linear in the line's length; prose is not understood beyond these words. */
export function readHints(line: string): readonly Said[] {
  const text = withoutLinks(line.slice(0, MAX))
  const said: Said[] = []
  const say = (kind: Hint['kind'], value: string) => {
    if (!said.some((one) => one.kind === kind && one.value === value)) said.push({ kind, value })
  }
  for (const [word] of text.matchAll(PROGRAMS)) say('program', word.toLowerCase())
  for (const match of text.matchAll(SYSCTLS)) {
    const key = match[1] ?? fullKey(match[2] ?? '')
    say('sysctl', key)
    const value = valueAfter(text.slice(match.index + match[0].length))
    if (value !== null) say('sysctl', `${key}=${value}`)
  }
  for (const [word] of text.matchAll(/[A-Z][A-Za-z]{4,30}/g)) {
    const counter = COUNTERS.get(word.replace(/^TcpExt/, ''))
    if (counter !== undefined) say('counter', counter)
  }
  // A command that people typed into a sentence names the counters it asks for; `netstat -s | grep -i listen` is about these two.
  if (/netstat\s+-\w*s\w*\s{0,3}\|\s{0,3}grep[^|]{0,40}(?:listen|overflow)/i.test(text)) {
    say('counter', 'TcpExtListenOverflows')
    say('counter', 'TcpExtListenDrops')
  }
  for (const [topic, pattern] of TOPICS) if (pattern.test(text)) say('topic', topic)
  const place = readPlace(text)
  if (place !== null) say('namespace', place)
  const date = readDate(text)
  if (date !== null) say('date', date)
  return said
}

const withoutLinks = (text: string) => text.replace(/https?:\/\/[^\s)\]]+/g, ' ').replace(/!\[[^\]]{0,200}\]/g, ' ')

const fullKey = (name: string) =>
  name === 'somaxconn' || name === 'netdev_max_backlog' ? `net.core.${name}` : `net.ipv4.${name}`

/** `… = 0`, `… 调高到 8096`, `… to 1024`, `参数为 0`: the number that a sentence gives right behind a name. */
function valueAfter(text: string): string | null {
  return (
    /^[`'"”]?(?:\s{0,3}(?:=|:|参数|的|值|被|改|修|设|置|调|高|整|到|为|成|从|is|was|set|raised|changed|to|now|\d+ ?->)){1,8}\s{0,3}[`'"]?(\d{1,9})(?![\d.])/.exec(
      text.slice(0, 60),
    )?.[1] ?? null
  )
}

/** Which side of a node people say they looked from: `host` or `pod`. Both words: the node that a pod runs on is the host. */
export function readPlace(text: string): 'host' | 'pod' | null {
  const pod = /(?<![\w-])(?:pods?|containers?|netns)(?![\w-])|容器/i.test(text)
  const host = /(?<![\w-])(?:nodes?|host)(?![\w-])|节点|宿主机|主机/i.test(text)
  if (pod && host)
    return /(?:pod|容器)s? ?所在 ?(?:的 ?)?(?:node|节点|宿主机|主机)|(?:node|host)[^.]{0,20} (?:of|where|under|that runs)[^.]{0,10} (?:pod|container)/i.test(
      text,
    )
      ? 'host'
      : null
  return pod ? 'pod' : host ? 'host' : null
}

/** `20180306`, `2018-03-06`, `2018/3/6`, `2018年3月6日` as `2018-03-06`; null where no day stands there. */
export function readDate(text: string): string | null {
  const clean = withoutLinks(text)
  const match =
    /(?<![\d._/-])(20\d\d)[-/年.](\d{1,2})[-/月.](\d{1,2})(?!\d|\.\d)/.exec(clean) ??
    /(?<![\w.:/-])(20\d\d)([01]\d)([0-3]\d)(?![\w.:/-])/.exec(clean)
  const [year, month, day] = [Number(match?.[1]), Number(match?.[2]), Number(match?.[3])]
  if (!match || month < 1 || month > 12 || day < 1 || day > 31) return null
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/** `N 天后`, `3 days later`, `after a week`: time has passed. The words, or null. */
export function readLater(text: string): string | null {
  return (
    /(?:[\dN几数一二两三四五六七八九十]+|若干) ?(?:秒|分钟|个?小时|天|周|个?星期|个?月|年)(?:之|以)?后/.exec(
      text,
    )?.[0] ??
    /(?<!\w)(?:\d+|N|a|an|one|two|three|few|several|some) (?:second|minute|hour|day|week|month|year)s? later(?!\w)/i.exec(
      text,
    )?.[0] ??
    /(?<!\w)after (?:\d+|N|a|an|one|two|three|(?:a )?few|several|some) (?:minute|hour|day|week|month|year)s?(?!\w)/i.exec(
      text,
    )?.[0] ??
    null
  )
}

/** `After raising somaxconn`, `修改后`, `重启 nginx 之后：`: what follows was looked at after a change. The words, or null. */
export function readAfterChange(text: string): string | null {
  const words = text.replace(/^[\s#*\d.)、-]{0,12}/, '').trim()
  if (words.length > 80) return null
  const isTold =
    /^after[:：]?$/i.test(words) ||
    /^after\b.{0,40}\b(?:rais|increas|tun|chang|restart|fix|patch|upgrad|reload|sett|apply|rollout|deploy|adjust|scal|modif|edit)/i.test(
      words,
    ) ||
    /^(?:修改|调整|优化|扩容|重启|升级|变更|修复|改|调优)[^，。,.?？]{0,30}(?:后|之后|以后)[^，。]{0,4}$/.test(words)
  return isTold ? words : null
}

/** Does this sentence tell to set something, rather than show what is set? */
export function isInstruction(text: string): boolean {
  if (/当前|目前|现在的|查看|检查|看下|确认|输出|current|shows?|check|prints?|output/i.test(text)) return false
  return /修改|设置|添加|改为|改成|调整|调高|调大|写入|追加|配置文件|解决办法|优化|\b(?:set|add|edit|change|raise|increase|append|modify|tune|fix|apply|recommended?)\b/i.test(
    text,
  )
}

/** Whoever writes so has looked: an example of many is a reading still. */
const OF_OURS =
  /\b(?:we|our|ours|I|prod|production|customers?|affected|yesterday|today|this morning|incident|(?:on|from) (?:one|the|a|this)? ?(?:node|host|server|machine|pod|worker)s?)\b|线上|生产|现场|我们|节点|机器|服务器|本机|故障|当时/i

/** Does this sentence call what follows an example? Said of a real output it would be odd. */
export function isSaidExample(text: string): boolean {
  const last = text.slice(-160)
  if (OF_OURS.test(last)) return false
  return /(?:\bfor example\b[^.]{0,80}|\be\.g\.[^.]{0,60}|\b(?:sample|example|typical|expected) (?:output|result|session|listing)\b.{0,60}|\blooks? (?:something )?like (?:this|the following)\b.{0,20}|\bmight look like\b.{0,30}|\bExample(?: \d+)?\b.{0,40}|\bBeispiel(?:ausgabe)?\b.{0,60}|\bpor ejemplo\b.{0,60}|\bpor exemplo\b.{0,60}|\bpar exemple\b.{0,60}|например.{0,60}|(?:示例|样例|举例|例如|比如|輸出例|出力例|実行例|範例)[^。]{0,30})[:：]?\s*$/i.test(
    last,
  )
}
