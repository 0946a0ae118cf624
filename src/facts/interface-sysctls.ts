import type { View } from './need.ts'
import { type Sysctl, sysctl } from './sysctls.ts'

/** One IPv4 setting of every interface for which it was read, `all` and `default` among them: net.ipv4.conf.NAME.WHAT. */
export function interfaceSysctls(view: View, what: string): readonly Sysctl[] {
  const { sysctls } = view.netns
  if (!sysctls.ok) return []
  return Object.keys(sysctls.data.values).flatMap((key) => {
    if (!key.startsWith('net.ipv4.conf.') || !key.endsWith(`.${what}`)) return []
    const read = sysctl(key).get(view)
    return read.ok ? [read.value] : []
  })
}

/** `net.ipv4.conf.eth0.rp_filter` → `eth0`. */
export const interfaceOf = (key: string): string => key.split('.').slice(3, -1).join('.')
