/** What tells sockets apart: of a group of connections, or of all that wait in one queue. */
export interface Marked {
  readonly oldestCookie: string | null
  readonly fingerprint: string | null
}

/**
 * Is the oldest at both readings the same socket? Where all of them are the same ones, it is, whichever is called the oldest:
 * those of one burst are equally old. null: the readings do not tell sockets apart.
 */
export function sameOldest(then: Marked, now: Marked): boolean | null {
  if (then.fingerprint !== null && then.fingerprint === now.fingerprint) return true
  if (then.oldestCookie === null || now.oldestCookie === null) return null
  return then.oldestCookie === now.oldestCookie
}

/** The fingerprint of several groups taken together; null where one is not known. */
export function uniteFingerprints(groups: readonly Marked[]): string | null {
  let united = 0n
  for (const { fingerprint } of groups) {
    if (fingerprint === null) return null
    united ^= BigInt(`0x${fingerprint}`)
  }
  return groups.length === 0 ? null : united.toString(16).padStart(16, '0')
}
