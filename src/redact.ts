import type { Series } from './model/snapshot.ts'
import { hostOfFolder, hostOfSosFolder, readMemberName } from './parse/bundle-names.ts'
import { serviceOfComment } from './parse/service-name.ts'
import { cleanLine } from './parse/transcript/clean-line.ts'
import { createAddresses } from './redact/addresses.ts'
import { createChains } from './redact/chains.ts'
import { keepColumns } from './redact/columns.ts'
import { createFinder } from './redact/learn.ts'
import { createSecrets } from './redact/secrets.ts'
import { createTokens, type Kind } from './redact/token.ts'
import { createWords } from './redact/words.ts'

export type { Kind } from './redact/token.ts'

/**
 * Replaces in texts what tells whose they are: the same thing by the same token everywhere, in every text with the same salt.
 * What diagnosis needs stays: lines and their numbers, columns, counters, settings, ports, states, private addresses, well-known
 * programs; addresses stay addresses of their family, kube-proxy's chains the hashes of their services.
 *
 * A name is known by places where names stand, and then replaced wherever it stands: so everything is looked at (`learn`) before
 * anything is written (`redact`).
 */
export interface Redactor {
  /** First, for every line of every text. */
  learn(line: string): void
  /** Then every line in its order: keys go over several. Line ends and colours are taken off. */
  redact(line: string): string
  /** The same for the path of a file in a bundle, which names machines and namespaces too. */
  learnPath(path: string): void
  redactPath(path: string): string
  /** How many different things of each kind were replaced so far. */
  counts(): Readonly<Partial<Record<Kind, number>>>
}

/** Longer lines are dealt with piece by piece. */
const PIECE = 32_768

export function createRedactor(salt: string): Redactor {
  const tokens = createTokens(salt)
  const replaced = new Map<Kind, Set<string>>()
  const count = (kind: Kind, original: string) => {
    const those = replaced.get(kind)
    if (those) those.add(original)
    else replaced.set(kind, new Set([original]))
  }
  const secrets = createSecrets(tokens, count)
  const addresses = createAddresses(tokens, count)
  const words = createWords(tokens, count)
  const chains = createChains(tokens, count)
  const finder = createFinder(words)
  let sealed = false

  const rename = (name: string) => words.redact(addresses.redact(name))
  const redactPiece = (text: string): string => {
    const open = secrets.redact(text)
    const named = words.redact(addresses.redact(chains.redact(open, rename)))
    return keepColumns(text, named)
  }
  const learn = (line: string) => {
    finder.line(line)
    addresses.learn(line)
    chains.learn(line)
  }
  return {
    learn,
    learnPath(path) {
      const { command, root } = readMemberName(path)
      const host = hostOfSosFolder(root) ?? hostOfFolder(root)
      if (host !== null) words.learn('host', host)
      if (command !== null) learn(`$ ${command}`)
    },
    redactPath: (path) => path.split('/').map(rename).join('/'),
    redact(line) {
      if (!sealed) {
        words.seal()
        chains.seal(rename)
        sealed = true
      }
      const text = cleanLine(line)
      return text.length <= PIECE ? redactPiece(text) : pieces(text).map(redactPiece).join('')
    },
    counts: () => Object.fromEntries([...replaced].map(([kind, those]) => [kind, those.size])),
  }
}

/** Cut at spaces and commas where there are any. */
function pieces(text: string): readonly string[] {
  const out: string[] = []
  for (let at = 0; at < text.length; ) {
    const end = Math.min(text.length, at + PIECE)
    const border = end === text.length ? end : Math.max(text.lastIndexOf(' ', end), text.lastIndexOf(',', end)) + 1
    const to = border > at ? border : end
    out.push(text.slice(at, to))
    at = to
  }
  return out
}

/**
 * A value of the model (a Snapshot, a Series, a Report) with every text in it redacted. Names of fields stay.
 * Gaps: what stands in the key of a map (an interface, a cgroup) stays as it is
 */
export function redactValue<T>(value: T, redactor: Redactor): T {
  return JSON.parse(JSON.stringify(value), (_, one: unknown) => (typeof one === 'string' ? redactor.redact(one) : one))
}

/** Every name that stands in readings, where it is told what it is. */
export function learnSeries(all: readonly Series[], redactor: Redactor): void {
  for (const { node, snapshots } of all) {
    if (node !== null) redactor.learn(`hostname: ${node}`)
    for (const { name } of snapshots.map((one) => one.node)) if (name !== null) redactor.learn(`hostname: ${name}`)
    learnValue(snapshots, redactor)
  }
}

/** The names in any value: field by field as JSON shows it, which the finder of names knows; lines of text as they are. */
export function learnValue(value: unknown, redactor: Redactor): void {
  if (typeof value !== 'object' || value === null) return
  const rule = ruleLine(new Map<string, unknown>(Object.entries(value)))
  if (rule !== null) redactor.learn(rule)
  for (const [key, one] of Object.entries(value)) {
    if (typeof one !== 'string') learnValue(one, redactor)
    else if (rule === null || !OF_RULES.has(key)) redactor.learn(asLine(key, one))
  }
}

function asLine(key: string, text: string): string {
  if (key === 'comm') return `("${text}",pid=1`
  if (key === 'service' && text.includes('/')) return `--comment "${text}"`
  return NAMING.has(key) ? `"${key}": "${text}"` : text
}

const NAMING = new Set(['name', 'namespace', 'node', 'pod', 'service', 'host'])

/** A forwarding rule in one line as iptables has it: whose chain it is shows only in what stands together. */
function ruleLine(value: ReadonlyMap<string, unknown>): string | null {
  const { chain, target, comment, service, dnat } = Object.fromEntries(value)
  if (typeof chain !== 'string' || !value.has('target')) return null
  const told = typeof comment === 'string' && serviceOfComment(comment) !== null ? comment : service
  const to = dnat !== null && typeof dnat === 'object' ? new Map<string, unknown>(Object.entries(dnat)) : null
  const [address, port] = [to?.get('address'), to?.get('port')]
  const end = typeof address === 'string' && address.includes(':') ? `[${address}]` : address
  return [
    `-A ${chain}`,
    ...(typeof told === 'string' ? [`--comment "${told}"`] : []),
    ...(typeof target === 'string' ? [`-j ${target}`] : []),
    ...(typeof end === 'string' && typeof port === 'number' ? [`--to-destination ${end}:${port}`] : []),
  ].join(' ')
}

const OF_RULES = new Set(['chain', 'target', 'comment', 'service'])
