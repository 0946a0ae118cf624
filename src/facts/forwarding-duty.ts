import type { NatListing } from '../model/nat.ts'
import type { Origin } from '../model/part.ts'
import type { Text } from '../model/text.ts'
import { forwardingSettings } from './forwarding-settings.ts'
import { got, missing, type Need, need } from './need.ts'
import { isLoopback, ownAddresses } from './own-addresses.ts'

/** What a namespace sends on for others: without forwarding it is lost. */
export interface ForwardingDuty {
  /** Addresses elsewhere that NAT or IPVS sends connections to. */
  readonly targets: readonly string[]
  /** Interfaces behind which pods or containers live. */
  readonly links: readonly string[]
  readonly origin: Origin
}

export interface ForwardingDuties {
  readonly v4: ForwardingDuty | null
  readonly v6: ForwardingDuty | null
}

/**
 * Whom this namespace forwards for, by family; null: for nobody that was seen.
 * Gaps: missing where neither rules nor interfaces were seen; incomplete unless the rules were
 */
const forwardingDuties: Need<ForwardingDuties> = need('forwarding-duties', (view) => {
  const { nat, network } = view.netns
  const listings = nat.ok ? nat.data.listings : []
  const links = network.ok ? network.data.links : null
  if (!nat.ok && links === null) return missing(NOTHING_SEEN)
  const podLinks = (links ?? []).filter((one) => POD_LINK.test(one.name))
  const own = ownAddresses(view)
  const of = (family: 4 | 6): ForwardingDuty | null => {
    const targets = targetsOf(listings, family, own)
    // One place alone may be this very machine where its own addresses were not seen.
    const isElsewhere = targets.length > (own.size === 0 ? 1 : 0)
    const [link] = family === 4 ? podLinks : []
    if (!isElsewhere && !link) return null
    return {
      targets: isElsewhere ? targets : [],
      links: family === 4 ? podLinks.map((one) => one.name) : [],
      origin: (isElsewhere ? listings[0]?.origin : null) ?? link?.origin ?? { via: 'rules' },
    }
  }
  return got({ v4: of(4), v6: of(6) }, nat.ok ? null : RULES_NOT_SEEN)
})

/**
 * Made by network plugins and container engines for what lives on this machine, and routed, not bridged to the outside: calico,
 * the bridges of flannel, kubenet, kube-router, weave and docker, flannel's tunnel. Cilium forwards by itself (lxc…): not asked.
 */
const POD_LINK = /^(?:cali[\da-f]{11}|cni0|cbr0|kube-bridge|weave|flannel\.\d{1,4}|vxlan\.calico|tunl0@?)$/

function targetsOf(listings: readonly NatListing[], family: 4 | 6, own: ReadonlySet<string>): readonly string[] {
  const targets = new Set<string>()
  const add = (address: string) => {
    if (address.includes(':') === (family === 6) && !own.has(address) && !isLoopback(address)) targets.add(address)
  }
  for (const { rules, ipvs } of listings) {
    for (const { dnat } of rules) if (dnat) add(dnat.address)
    for (const { servers } of ipvs) for (const { address, forward } of servers) if (forward === 'Masq') add(address)
  }
  return [...targets]
}

/** The same, asked only where something is not forwarded: a node may have 250 000 rules. */
export const neglectedDuties: Need<ForwardingDuties> = need('neglected-duties', (view) => {
  const settings = forwardingSettings.get(view)
  if (!settings.ok) return settings
  const { isOff, v6, links } = settings.value
  const isNeglected = isOff || v6?.number === 0 || links.some((one) => one.number === 0)
  return isNeglected ? forwardingDuties.get(view) : got({ v4: null, v6: null })
})

const NOTHING_SEEN: Text = {
  en: 'whether this machine forwards for anybody was not captured (iptables-save, ip link)',
  zh: '没有采集到本机是否需要为他人转发（iptables-save、ip link）',
}
const RULES_NOT_SEEN: Text = {
  en: 'forwarding rules were not captured (iptables-save, ipvsadm -Ln)',
  zh: '没有采集到转发规则（iptables-save、ipvsadm -Ln）',
}
