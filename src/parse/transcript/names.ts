/** One machine under its short and its long name: the same key. `ip-10-3-32-171.eu.internal`, `ip-10-3-32-171`, `10.3.32.171`. */
export function nodeKey(name: string): string {
  const lower = name.toLowerCase()
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(lower)) return lower
  const short = lower.split('.', 1)[0] ?? lower
  const aws = /^ip-(\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})$/.exec(short)
  return aws ? aws.slice(1).join('.') : short
}

/** The name to call a machine by: the short one, unless all that is known is an address. */
export const shortName = (name: string): string =>
  /^\d{1,3}(?:\.\d{1,3}){3}$/.test(name) ? name : (name.split('.', 1)[0] ?? name)
