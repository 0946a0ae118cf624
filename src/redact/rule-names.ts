/**
 * Chains, maps and sets that Kubernetes, networks of pods and container engines have everywhere under these names. They name
 * nobody, and what reads the rules goes by them. Chains with a hash in their names are dealt with as such (`chains.ts`).
 * Source: kubernetes pkg/proxy/iptables/proxier.go, pkg/proxy/nftables/proxier.go, pkg/proxy/ipvs/ipset.go
 */
const OF_NFTABLES = new Set(
  `filter-prerouting filter-prerouting-pre-dnat filter-input filter-forward filter-output filter-output-pre-dnat
filter-output-post-dnat nat-prerouting nat-output nat-postrouting services cluster-ips cluster-ips-check nodeport-ips service-ips
service-nodeports nodeport-endpoints-check service-endpoints-check no-endpoint-services no-endpoint-nodeports reject-chain
firewall-ips firewall-check masquerading mark-for-masquerade hairpin-connections kube-proxy`.split(/\s+/),
)

/** Upper case by habit: `KUBE-EXTERNAL-SERVICES`, `KUBE-NODE-PORT-TCP`, `DOCKER-ISOLATION-STAGE-1`, `CILIUM_POST_nat`. */
const OF_IPTABLES =
  /^(?:KUBE|KUBELET|CNI|DOCKER|CILIUM|FLANNEL|WEAVE|ISTIO|CALI|NETAVARK|LIBVIRT|LOG|INPUT|OUTPUT|FORWARD|PREROUTING|POSTROUTING)(?:[-_][A-Z]{2,20}|[-_]\d|_(?:pre|post)?_?(?:nat|raw|filter|mangle)){0,6}$/

export const isRuleName = (name: string): boolean => OF_IPTABLES.test(name) || OF_NFTABLES.has(name)
