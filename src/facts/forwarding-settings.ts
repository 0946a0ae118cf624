import type { Text } from '../model/text.ts'
import { type Counter, readCounter } from './counters.ts'
import { interfaceSysctls } from './interface-sysctls.ts'
import { got, missing, type Need, need } from './need.ts'
import { type Sysctl, sysctl } from './sysctls.ts'

/** Whether a namespace forwards, as its settings say. */
export interface ForwardingSettings {
  /** net.ipv4.ip_forward; null: not read. */
  readonly v4: Sysctl | null
  /** net.ipv6.conf.all.forwarding; null: not read. */
  readonly v6: Sysctl | null
  /** net.ipv4.conf.NAME.forwarding: what counts is that of the interface at which a packet comes in. */
  readonly links: readonly Sysctl[]
  /** `Forwarding` of /proc/net/snmp: 1 on, 2 off (RFC 4293); null: not captured. */
  readonly statement: Counter | null
  /** IPv4 forwarding is off for the namespace. */
  readonly isOff: boolean
}

/** Gaps: missing where neither setting nor statement was read. */
export const forwardingSettings: Need<ForwardingSettings> = need('forwarding-settings', (view) => {
  const [v4, v6] = ['net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding'].map((key) => {
    const read = sysctl(key).get(view)
    return read.ok ? read.value : null
  })
  const { counters } = view.netns
  const told = counters.ok && 'IpForwarding' in counters.data.values ? readCounter(counters.data, 'IpForwarding') : null
  const links = interfaceSysctls(view, 'forwarding')
  if (!v4 && !told && links.length === 0 && !v6) return missing(NOT_READ)
  const isOff = v4 ? v4.number === 0 : told?.value === 2
  return got({ v4: v4 ?? null, v6: v6 ?? null, links, statement: told, isOff })
})

const NOT_READ: Text = {
  en: 'net.ipv4.ip_forward of this namespace was not captured',
  zh: '没有采集到这个网络命名空间的 net.ipv4.ip_forward',
}
