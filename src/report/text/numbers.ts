import type { ReportNetns, ReportSnapshot } from '../../model/report.ts'
import { groupDigits } from '../../words/say.ts'
import type { TextOptions } from './page.ts'

/**
 * The numbers of a reading that people know by heart and search for: how many sockets stand in each state, the counters that
 * are not 0, the settings. One line each, a namespace's name before it where there are several.
 */
export function numbersOf({ verbose }: TextOptions, { way, netns }: ReportSnapshot): readonly string[] {
  // A live node has hundreds of namespaces; what matters of them stands in the findings.
  if (way === 'live' && !verbose) return []
  return netns.flatMap((one) => {
    const name = netns.length > 1 ? `${one.key}: ` : ''
    return [statesOf(one), countersOf(one), settingsOf(one)].filter((line) => line !== '').map((line) => name + line)
  })
}

const joined = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([name, value]) => `${name} ${value}`).join(' · ')

const statesOf = ({ census }: ReportNetns): string =>
  joined(Object.entries(census?.counts ?? {}).map(([state, count]) => [state, groupDigits(count)]))

/** nstat's section is left out where the name alone says it: `ListenOverflows`, but `TcpPassiveOpens`. */
const countersOf = ({ counters }: ReportNetns): string =>
  joined(Object.entries(counters ?? {}).map(([name, value]) => [name.replace(/^TcpExt/, ''), groupDigits(value)]))

const settingsOf = ({ sysctls }: ReportNetns): string =>
  joined(Object.entries(sysctls ?? {}).map(([key, value]) => [key.replace(/^net\.(?:ipv4|core)\./, ''), value]))
