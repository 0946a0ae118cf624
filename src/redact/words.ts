import { isChainName } from './chains.ts'
import { isWellKnown, isWellKnownProgram, isWellKnownUser } from './keep.ts'
import { isRuleName } from './rule-names.ts'
import { isToken, type Kind, type Tokens } from './token.ts'

/** The names that were found in a text, and the text without them. */
export interface Words {
  /** A name that stands in a place where names of this kind stand. */
  learn(kind: Kind, name: string): void
  /** A part of a name, as people grep for it: replaced if it is one. */
  learnPart(part: string): void
  /** Everything was looked at. */
  seal(): void
  redact(line: string): string
  /** One name or path of names. */
  one(name: string): string
}

/** More names than this are no node's. */
const MAX_NAMES = 200_000
const MAX_CACHE = 100_000
const WORD = /[A-Za-z\d](?:[\w.-]{0,400}[A-Za-z\d])?/g
const EMAIL = /(?<![\w.+-])([\w.+-]{1,64})@((?:[A-Za-z\d-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![\w-])/g
/** A domain is known by its end; ends that files and settings have too (`.sh`, `.md`, `.conf`) are left out. */
const TOP_LEVEL =
  /^(?:com|net|org|edu|gov|io|cn|de|fr|uk|jp|ru|in|br|eu|us|ca|au|nl|it|es|ch|se|no|kr|hk|tw|sg|info|biz|dev|app|cloud|tech|online|site|xyz|top|vip|shop|ai|co|me|tv|local|lan|internal|intranet|corp|home|private|localdomain|amazonaws|aliyuncs)$/
const CLOUD =
  /(?:^|\.)((?:[a-z]{2}-[a-z]+-\d\.)?compute\.(?:internal|amazonaws\.com(?:\.cn)?)|ec2\.internal|cluster\.local|google\.internal|internal\.cloudapp\.net)$/
/** Public places that everybody's cluster knows, and names of kubernetes' own. */
const PUBLIC =
  /(?:^|\.)(?:k8s\.io|kubernetes\.io|docker\.io|docker\.com|gcr\.io|ghcr\.io|quay\.io|github\.com|githubusercontent\.com|amazonaws\.com(?:\.cn)?|googleapis\.com|kernel\.org|debian\.org|ubuntu\.com|redhat\.com|nginx\.org|cncf\.io|istio\.io|coreos\.com|projectcalico\.org|example|example\.(?:com|org|net)|in-addr\.arpa|ip6\.arpa|cluster\.local|compute\.internal)$/

export function createWords(tokens: Tokens, count: (kind: Kind, original: string) => void): Words {
  const known = new Map<string, { readonly token: string; readonly kind: Kind }>()
  const parts = new Set<string>()
  const cache = new Map<string, string>()
  let longest = 1

  const put = (kind: Kind, name: string): void => {
    const key = name.toLowerCase()
    if (known.has(key) || known.size >= MAX_NAMES) return
    known.set(key, { token: tokens.name(kind, key), kind })
    longest = Math.max(longest, key.split('-').length)
    cache.clear()
  }
  const learn = (kind: Kind, raw: string): void => {
    const name = raw.replace(/^[^A-Za-z\d]+|[^A-Za-z\d]+$/g, '')
    if (name.length < 2 || name.length > 253 || /^[\d.:x-]+$/.test(name) || isToken(name.toLowerCase())) return
    if (isChainName(name) || isRuleName(name)) return
    if (
      kind === 'user'
        ? isWellKnownUser(name) || isWellKnown(name)
        : kind === 'process'
          ? isWellKnownProgram(name) || isWellKnown(name)
          : isWellKnown(name)
    )
      return
    if (isAddressName(name) || SETTING.test(name)) return
    if (name.includes('.')) {
      if (PUBLIC.test(name.toLowerCase())) return
      if (kind === 'host') {
        learn('host', name.split('.', 1)[0] ?? name)
        return
      }
      if (isDomain(name)) return
    }
    if (/^[\w.-]+$/.test(name)) put(kind, name)
  }

  const use = (word: string): string | null => {
    const found = known.get(word.toLowerCase())
    if (!found) return null
    count(found.kind, word.toLowerCase())
    return found.token
  }
  /** Runs of its parts between `-` that are names, the longest first. */
  const dashed = (word: string): string => {
    const segments = word.split('-')
    const out: string[] = []
    for (let at = 0; at < segments.length; ) {
      let taken = 0
      for (let length = Math.min(longest, segments.length - at); length > 0 && taken === 0; length--) {
        const run = segments.slice(at, at + length).join('-')
        // A short name by itself (`web`) may be a part of any word.
        if (length === 1 && segments.length > 1 && run.length < 4) continue
        const token = use(run)
        if (token === null) continue
        out.push(token)
        taken = length
      }
      if (taken === 0) out.push(segments[at] ?? '')
      at += Math.max(taken, 1)
    }
    return out.join('-')
  }
  const byParts = (word: string): string => {
    if (isToken(word)) return word
    const whole = use(word)
    if (whole !== null) return whole
    if (word.includes('_')) return word.split('_').map(byParts).join('_')
    return word.includes('-') ? dashed(word) : word
  }
  /** `web-7.example.com`: the machine as it is called elsewhere, and a zone. */
  const domain = (word: string): string => {
    const lower = word.toLowerCase()
    const cloud = CLOUD.exec(lower)?.[1]
    if (cloud !== undefined)
      return `${lower
        .slice(0, -cloud.length - 1)
        .split('.')
        .map(byParts)
        .join('.')}.${word.slice(-cloud.length)}`
    if (PUBLIC.test(lower) || /^zone-x[a-z]{7}\.example$/.test(lower.split('.').slice(-2).join('.')))
      return word.split('.').map(byParts).join('.')
    const [first = '', ...zone] = word.split('.')
    const kept = isToken(first) || isAddressName(first) || isWellKnown(first)
    const machine = kept ? first : (use(first) ?? tokens.name('host', first))
    count('host', lower)
    return zone.length < 2 ? tokens.zone(lower) : `${machine}.${tokens.zone(zone.join('.'))}`
  }
  const one = (word: string): string => {
    const cached = cache.get(word)
    // What is counted is counted the first time: kinds are told by how many names there were.
    if (cached !== undefined) return cached
    const out = isToken(word)
      ? word
      : (use(word) ??
        (word.includes('.') ? (isDomain(word) ? domain(word) : word.split('.').map(byParts).join('.')) : byParts(word)))
    if (cache.size < MAX_CACHE) cache.set(word, out)
    return out
  }
  return {
    learn,
    learnPart: (part) => {
      if (part.length > 2 && /^[a-z][\w-]*$/i.test(part) && !isWellKnown(part)) parts.add(part.toLowerCase())
    },
    seal() {
      const names = [...known.keys()]
      for (const part of parts) if (!known.has(part) && names.some((name) => isPartOf(part, name))) put('name', part)
    },
    redact: (line) =>
      line
        .replace(EMAIL, (found, user: string, host: string) => {
          if (isToken(user) || isWellKnownUser(user)) return found
          count('user', user)
          return `${tokens.name('user', user)}@${host}`
        })
        .replace(WORD, one),
    one,
  }
}

/** From one border between its words on. */
const isPartOf = (part: string, name: string) => {
  const at = name.indexOf(part)
  return at === 0 || (at > 0 && !/[a-z\d]/.test(name[at - 1] ?? ''))
}

/** `net.core.somaxconn` is a name in YAML, and nobody's. */
const SETTING = /^(?:net|fs|kernel|vm|dev|abi|debug)\.[a-z]/

/** `ip-10-3-32-171`: an address, which is dealt with as one. */
const isAddressName = (name: string) => /^(?:ip|ec2|host|node|vm)-\d{1,3}-\d{1,3}-\d{1,3}-\d{1,3}(?:\.|$)/.test(name)

/** Does a word with dots name a machine? Settings (`net.ipv4.tcp_syncookies`), files and versions do not. */
function isDomain(word: string): boolean {
  if (!word.includes('.') || word.includes('_') || word.length > 253) return false
  const labels = word.toLowerCase().split('.')
  const last = labels.at(-1) ?? ''
  if (CLOUD.test(word.toLowerCase())) return true
  if (!TOP_LEVEL.test(last) || labels.some((label) => label === '')) return false
  // settings and Java packages begin where domains end
  return (
    !/^(?:net|fs|kernel|vm|dev|abi|user|com|org|io|sun|java|javax|debug)$/.test(labels[0] ?? '') || labels.length === 2
  )
}
