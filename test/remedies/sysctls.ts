/** Names that this machine's kernel does not have, and where they are. */
export const SYSCTLS_NOT_HERE: ReadonlyMap<string, string> = new Map([
  ['net.ipv4.tcp_tw_recycle', 'Linux up to 4.11: removed in 4.12'],
  ['net.ipv4.vs.expire_nodest_conn', 'with the module ip_vs'],
  ['net.ipv4.vs.conn_reuse_mode', 'with the module ip_vs'],
  ['net.ipv4.vs.expire_quiescent_template', 'with the module ip_vs'],
  ['net.bridge.bridge-nf-call-iptables', 'with the module br_netfilter'],
  ['net.bridge.bridge-nf-call-ip6tables', 'with the module br_netfilter'],
])

/** Names of settings in a command or a file, without those whose interface is to be filled in. */
export function sysctlsIn(text: string): readonly string[] {
  const found = text.matchAll(/\b(?:net|fs|kernel|vm)\.[a-z0-9_-]+(?:\.[a-zA-Z0-9_-]+)*\b/g)
  return [...found].map(([name]) => name).filter((name) => !/[A-Z]{2}/.test(name) && !isOfInterface(name))
}

/** `net.ipv4.conf.eth0.rp_filter`: there is one for each interface of the node that the advice is for. */
const isOfInterface = (name: string): boolean => /^net\.ipv[46]\.(?:conf|neigh)\.(?!all\.|default\.)/.test(name)
