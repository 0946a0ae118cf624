import type { NatListing } from '../model/nat.ts'
import { type Format, originAt, startTrouble } from './format.ts'

/**
 * Read `cilium status` and `cilium service list` (`cilium-dbg` since 1.15), as far as they tell who forwards Services.
 * Shape:  no rules: that BPF programs stand in for kube-proxy, or do not
 * Gaps:   which Services they forward is passed over
 * Source: Cilium cilium-dbg/cmd/status.go (`KubeProxyReplacement:  True|Strict|Partial|Probe|Disabled|False`), service_list.go
 */
export const ciliumServices: Format = {
  name: 'cilium',
  opens: (text) => STATUS.test(text) || HEAD.test(text) || FIRST.test(text),
  read(context) {
    let first: number | null = null
    let replaced = false
    let inTable = false
    let inStatus = false
    return {
      take(text, line) {
        const told = STATUS.exec(text)?.[1]
        if (told !== undefined && /^(?:true|strict|partial|probe|hybrid)$/i.test(told)) replaced = true
        if (HEAD.test(text)) {
          inTable = true
          replaced = true
        } else if (told !== undefined || FIRST.test(text)) inStatus = true
        else if (!(inTable && ROW.test(text)) && !(inStatus && OF_STATUS.test(text))) return false
        first ??= line
        return true
      },
      finish() {
        const listing: NatListing = {
          rules: [],
          chains: [],
          ipvs: [],
          ipvsConnections: [],
          sets: [],
          origin: originAt(context, first ?? 1),
          elided: [],
          replacedBy: 'cilium',
        }
        return startTrouble(context).result(replaced ? [{ question: 'nat', nat: listing }] : [])
      },
    }
  },
}

const STATUS = /^KubeProxyReplacement:\s{1,20}([A-Za-z]{4,8})(?:\s|$)/
const FIRST = /^KVStore:\s{1,30}(?:Ok|Disabled|Failure|Warning)\b/
const HEAD = /^ID\s{1,8}Frontend\s{1,60}Service Type\s{1,20}Backend\b/
/** `1    10.96.0.1:443   ClusterIP   1 => 172.18.0.3:6443 (active)`, and further backends below it. */
const ROW = /^(?:\d{1,6}\s{1,8}\S{3,64}\s{1,60}\S{3,20}\s{0,20}|\s{20,120})(?:\d{1,5} => \S{3,64}.{0,40})?$/
/** `Name:   value`, or what goes on below one. */
const OF_STATUS = /^(?:[A-Z][A-Za-z0-9/ ]{1,40}:(?:\s|$)|\s{2,40}\S)/
