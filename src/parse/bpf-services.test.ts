import { describe, expect, it } from 'vitest'
import { readWith } from '../../test/text/read.ts'
import { ciliumServices } from './bpf-services.ts'
import { replacedBy } from './service-replacement.ts'

const status = (replacement: string) => `KVStore:                 Ok   Disabled
Kubernetes:              Ok   1.29 (v1.29.2) [linux/amd64]
KubeProxyReplacement:    ${replacement}
Host firewall:           Disabled
IPAM:                    IPv4: 5/254 allocated from 10.244.1.0/24,
Controller Status:       30/30 healthy
Proxy Status:            OK, ip 10.244.1.17, 0 redirects active on ports 10000-20000
  Name                   IP
Cluster health:          3/3 reachable   (2026-11-21T08:00:00Z)`

const replacementIn = (text: string) => {
  const { content, refused } = readWith(ciliumServices, text)
  expect(refused).toEqual([])
  return content.map((one) => (one.question === 'nat' ? one.nat.replacedBy : one.question))
}

describe('who forwards Services instead of kube-proxy', () => {
  it.each(['True   [eth0    172.18.0.2 fc00::2 (Direct Routing)]', 'Strict', 'Partial   [eth0 10.0.0.1]', 'Probe'])(
    'cilium status: %s',
    (told) => expect(replacementIn(status(told))).toEqual(['cilium']),
  )

  it.each(['False', 'Disabled'])('cilium status: %s: kube-proxy does', (told) => {
    expect(replacementIn(status(told))).toEqual([])
  })

  it('cilium service list', () => {
    const text = `ID   Frontend               Service Type   Backend
1    10.96.0.1:443          ClusterIP      1 => 172.18.0.3:6443 (active)
2    10.96.0.10:53          ClusterIP      1 => 10.244.1.171:53 (active)
                                           2 => 10.244.0.206:53 (active)
3    0.0.0.0:31940          NodePort       1 => 10.244.1.9:80 (active)
4    10.96.0.99:80          ClusterIP`
    expect(replacementIn(text)).toEqual(['cilium'])
  })

  it.each(['ID Frontend', 'KubeProxyReplacement is set', 'KVStore: what is that?', 'KubeProxyReplacement=strict'])(
    'does not take for it: %s',
    (text) => expect(ciliumServices.opens(text)).toBe(false),
  )

  it.each([
    [['cilium_lb4_services_v2', 'cilium_calls_00123'], 'cilium'],
    [['cilium_lb6_services'], 'cilium'],
    [['cali_v4_nat_fe3', 'cali_v4_ct3'], 'calico-ebpf'],
    // Without service load balancing Cilium pins maps all the same, and so do others.
    [['cilium_ipcache', 'cilium_policy_v2_00123'], null],
    [['cali_v4_ip_sets', 'cali_v4_nat_affinity'], null],
    [['xdp_lb4_services', 'ip', 'xdp'], null],
    [[], null],
  ])('pinned maps %j: %s', (pinned, by) => expect(replacedBy(pinned)).toBe(by))
})
