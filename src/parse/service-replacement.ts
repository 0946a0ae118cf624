import type { NatListing } from '../model/nat.ts'

/**
 * Who forwards Services by BPF programs instead of kube-proxy's rules, by the maps that it has pinned; null: nobody that is known.
 * Source: Cilium pkg/maps/lbmap (`cilium_lb4_services_v2`); Calico felix/bpf/nat (`cali_v4_nat_fe3`)
 */
export function replacedBy(pinned: readonly string[]): NatListing['replacedBy'] {
  if (pinned.some((name) => /^cilium_lb[46]_services(?:_v\d{1,2})?$/.test(name))) return 'cilium'
  if (pinned.some((name) => /^cali_v[46]_nat_fe\d{0,2}$/.test(name))) return 'calico-ebpf'
  return null
}
