import { ciliumServices } from './bpf-services.ts'
import { conntrack, conntrackStats } from './flow-formats.ts'
import type { Format } from './format.ts'
import { ipsetList, iptablesList, iptablesSave, ipvsadm, nftJson, nftRuleset } from './forwarding-formats.ts'
import { kubectlDescribe, kubectlGet } from './kube-formats.ts'

/** Outputs that show by their first line what they are, no command above them. */
export const FORWARDING_BY_SHAPE: readonly Format[] = [
  conntrack,
  iptablesSave(),
  iptablesList(),
  nftRuleset,
  nftJson,
  ipvsadm,
  ipsetList,
  conntrackStats,
  ciliumServices,
  kubectlGet(),
  kubectlDescribe(),
]
