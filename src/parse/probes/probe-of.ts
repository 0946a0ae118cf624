import type { Probe } from '../../model/network.ts'
import type { Origin } from '../../model/part.ts'

/** A probe of which only the tool is known yet. */
export type ProbeDraft = { -readonly [K in keyof Probe]: Probe[K] }

export const probeOf = (tool: Probe['tool'], target: Probe['target'], origin: Origin): ProbeDraft => ({
  tool,
  target,
  outcome: 'unknown',
  bytes: null,
  mtu: null,
  status: null,
  ms: null,
  load: null,
  said: '',
  origin,
})

export const NO_LOAD: NonNullable<Probe['load']> = {
  sent: null,
  ok: null,
  failed: null,
  errors: {},
  perSecond: null,
  latency: { mean: null, max: null },
}

/** What the words of an error mean; null for words that say nothing of reaching. */
export function outcomeOf(text: string): Probe['outcome'] | null {
  if (/Connection refused|actively refused/i.test(text)) return 'refused'
  if (/Connection reset|Recv failure|Empty reply/i.test(text)) return 'reset'
  if (/timed? ?out|Timeout was reached|timeout specified has expired|Operation timed/i.test(text)) return 'timed-out'
  if (
    /No route to host|Network is unreachable|Host is unreachable|Destination (?:Host|Net|Port) Unreachable|Invalid argument/i.test(
      text,
    )
  )
    return 'unreachable'
  if (
    /Could not resolve|Name or service not known|Temporary failure in name resolution|bad address|Unknown host|nodename nor servname|Name does not resolve/i.test(
      text,
    )
  )
    return 'unresolved'
  return null
}

/** `http://10.0.0.1:80/x`, `10.0.0.1:80`, `[::1]:80/`, `name`. */
export function targetOf(word: string): Probe['target'] | null {
  const bare = word.replace(/^[a-z]{2,6}:\/\//i, '').split(/[/?#]/, 1)[0] ?? ''
  const found = /^(?:\[([\da-f:.%\w]{2,60})\]|([\w.-]{1,253}))(?::(\d{1,5}))?$/i.exec(
    bare.slice(bare.lastIndexOf('@') + 1),
  )
  if (!found) return null
  const usual = /^https:/i.test(word) ? 443 : /^http:/i.test(word) ? 80 : null
  const port = found[3] === undefined ? usual : Number(found[3])
  return port !== null && port > 65_535 ? null : { address: found[1] ?? found[2] ?? '', port }
}

/** Milliseconds of `7.72ms`, `1.16s`, `0.00us`, `1.00m`. */
export function millisecondsOf(text: string | undefined): number | null {
  const found = /^(\d{1,9}(?:\.\d{1,6})?)(us|ms|s|m|h)$/.exec(text ?? '')
  if (!found) return null
  const factor = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[found[2] ?? 'ms'] ?? 1
  return Math.round(Number(found[1]) * factor * 1e6) / 1e6
}
