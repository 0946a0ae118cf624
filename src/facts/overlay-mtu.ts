import type { Link } from '../model/network.ts'
import type { View } from './need.ts'
import { routeTable } from './route-table.ts'

/** An interface that wraps packets, and leaves no room for that. */
export interface TightOverlay {
  readonly overlay: Link
  readonly mtu: number
  readonly underlay: Link
  readonly underlayMtu: number
  /** Bytes that wrapping adds over IPv4. */
  readonly overhead: number
  /** underlayMtu − overhead */
  readonly fits: number
}

/**
 * What wrapping adds, by the names that network plugins give: VXLAN and Geneve 50 (Ethernet 14, IP 20, UDP 8, head 8), WireGuard
 * 60, GRE 24, IP in IP 20. Over IPv6 it is 20 more. Devices of Open vSwitch (`vxlan_sys_4789`) and Cilium are left out: their
 * routes or bridges carry the size, and the device says 1500 or 65000 in health.
 */
const WRAPPERS: readonly (readonly [RegExp, number])[] = [
  [/^(?:vxlan(?!_sys)|flannel\.\d|geneve(?!_sys))/, 50],
  [/^(?:wg\d|flannel-wg|wireguard\.|kilo\d|tailscale\d)/, 60],
  [/^(?:tunl|ipip)\d?/, 20],
  [/^gre\d/, 24],
]

/** Overlays of a namespace whose packets, once wrapped, are larger than what carries them. Null sizes tell nothing. */
export function tightOverlays({ netns: { network } }: View): readonly TightOverlay[] {
  if (!network.ok) return []
  const { links, routes } = network.data
  const up = (links ?? []).filter((one) => one.state !== 'DOWN')
  const table = routeTable(routes ?? [])
  const outward = table.lookup('192.0.2.1')?.link ?? null
  return up.flatMap((overlay): readonly TightOverlay[] => {
    const overhead = WRAPPERS.find(([name]) => name.test(overlay.name))?.[1]
    if (overhead === undefined || overlay.mtu === null) return []
    const parent = up.find((one) => one.name === overlay.peer) ?? up.find((one) => one.name === outward)
    if (!parent || parent === overlay || parent.mtu === null) return []
    const fits = parent.mtu - overhead
    if (overlay.mtu <= fits) return []
    // Routes may carry a smaller size than the device.
    const own = (routes ?? []).filter((one) => one.link === overlay.name && one.type === 'unicast')
    if (own.length > 0 && own.every((one) => one.mtu !== null && one.mtu <= fits)) return []
    return [{ overlay, mtu: overlay.mtu, underlay: parent, underlayMtu: parent.mtu, overhead, fits }]
  })
}
