import { REPORT_WORDS as W } from '../../words/report.ts'
import { type TextOptions, tell } from './page.ts'

/** `node ip-172-1-57-200`, `this machine (x)`; words where nothing names it. */
export function nodeName(page: TextOptions, name: string | null, live: boolean): string {
  if (name === null) return (live ? W.thisMachine : W.unnamedNode)[page.lang]
  return live ? `${W.thisMachine[page.lang]} (${name})` : tell(page, W.node, { name })
}

/** The namespace of a finding by its key (`pod …`, `named …`, `net:…`); null for the host's, which goes without saying. */
export function netnsName(page: TextOptions, key: string | null): string | null {
  if (key === null || key === 'host') return null
  if (key === 'unplaced') return W.unplaced[page.lang]
  if (key.startsWith('pod ')) return tell(page, W.pod, { name: key.slice(4) })
  return tell(page, W.namespace, { name: key.replace(/^named /, '') })
}
