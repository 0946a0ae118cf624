import { describe, expect, it } from 'vitest'
import { parseCommandLine } from './command-line.ts'
import { planOf } from './plan.ts'

function plan(command: string) {
  const [pipeline] = parseCommandLine(command).pipelines
  if (!pipeline) throw new Error(`no pipeline in ${command}`)
  const { role, formats, shown } = planOf(pipeline)
  const keys = shown.coverage.flatMap((set) => (set.of === 'keys' ? set.keys : [set.of]))
  return { role, formats: formats.map((one) => one.name), keys, cut: shown.cuts.length > 0 }
}

const reading = (format: string, ...keys: readonly string[]) => ({
  role: 'reading',
  formats: [format],
  keys,
  cut: false,
})
const partOf = (format: string) => ({ role: 'reading', formats: [format], keys: [], cut: true })

describe('forwarding', () => {
  it.each([
    ['iptables -t nat -S', reading('iptables-save', 'iptables 4 nat')],
    ['sudo iptables -S', reading('iptables-save', 'iptables 4 filter')],
    ['iptables -tnat -nvL', reading('iptables-list', 'iptables 4 nat')],
    ['iptables --table=nat --list-rules KUBE-NODEPORTS', reading('iptables-save', 'iptables 4 nat KUBE-NODEPORTS')],
    ['ip6tables-legacy -t nat -L -n', reading('iptables-list', 'iptables 6 nat')],
    ['iptables-nft-save -t nat', reading('iptables-save', 'iptables 4 nat')],
    ['nft list ruleset', reading('nft-ruleset', 'nftables')],
    ['nft -j list ruleset', reading('nft-json', 'nftables')],
    ['nft list table ip kube-proxy', partOf('nft-ruleset')],
    ['ipvsadm -Ln', reading('ipvsadm', 'ipvs')],
    ['ipvsadm -lnc', reading('ipvsadm', 'ipvs connections')],
    ['cat /proc/net/ip_vs', reading('ipvsadm', 'all')],
    ['ipset list', reading('ipset-list', 'ipset')],
    ['ipset list KUBE-CLUSTER-IP', partOf('ipset-list')],
    ['conntrack -L', reading('conntrack', 'all')],
    ['conntrack -L -o extended', reading('conntrack', 'all')],
    ['conntrack -L -p tcp --dport 30080', partOf('conntrack')],
    ['conntrack -S', reading('conntrack-stats', 'all')],
    ['conntrack -C', reading('conntrack-count', 'all')],
    ['cat /proc/net/nf_conntrack', reading('conntrack', 'all')],
    ['cat /proc/net/stat/nf_conntrack', reading('conntrack-stats', 'all')],
    ['iptables -t nat -S | grep 30720', partOf('iptables-save')],
    ['cat /proc/net/ip_conntrack|grep "31425"', partOf('conntrack')],
    ['grep 31425 /proc/net/nf_conntrack', partOf('conntrack')],
    ['conntrack -L | head -5', { ...partOf('conntrack'), keys: ['all'] }],
  ])('%s', (command, expected) => {
    expect(plan(command)).toEqual(expected)
  })

  it.each([
    'iptables -t nat -A PREROUTING -j DNAT',
    'iptables -F',
    'nft add rule ip nat x',
    'ipvsadm -A -t 10.0.0.1:80',
    'ipset add x 10.0.0.1',
    'conntrack -D -p tcp',
  ])('%s changes something', (command) => {
    expect(plan(command).role).toBe('instruction')
  })

  it('a mere count of rules is no reading', () => {
    expect(plan('iptables -t nat -S | wc -l').formats).toEqual(['count'])
  })
})

const cluster = (format: string | null, ...keys: readonly string[]) => ({
  role: 'cluster',
  formats: format === null ? [] : [format],
  keys,
})

describe('kubectl', () => {
  it.each([
    ['kubectl get nodes', cluster('kubectl-get', 'nodes')],
    ['k get no -owide', cluster('kubectl-get', 'nodes')],
    ['kubectl get pods', cluster('kubectl-get')],
    ['kubectl get pods -A -o wide', cluster('kubectl-get', 'pods')],
    ['kubectl -n shop get po,svc', cluster('kubectl-get', 'pods in shop', 'services in shop')],
    ['kubectl get svc --namespace=shop', cluster('kubectl-get', 'services in shop')],
    ['kubectl get nodes -o yaml', cluster('kubectl-objects', 'nodes')],
    ['kubectl get ep -n shop -ojson', cluster('kubectl-objects', 'endpoints in shop')],
    ['kubectl get node a', cluster('kubectl-get')],
    ['kubectl get node/a', cluster('kubectl-get')],
    ['kubectl get nodes -l zone=a', cluster('kubectl-get')],
    ['kubectl get nodes --field-selector=metadata.name=a', cluster('kubectl-get')],
    ['kubectl get nodes -w', cluster('kubectl-get')],
    ['kubectl --context prod get nodes', cluster('kubectl-get', 'nodes')],
    ['kubectl -n shop describe svc web', cluster('kubectl-describe')],
    ['kubectl describe nodes', cluster('kubectl-describe', 'nodes')],
    ['kubectl get nodes | grep Ready', cluster('kubectl-get')],
    ['kubectl get nodes -o name', cluster(null, 'nodes')],
    ["kubectl get pods -o jsonpath='{.items}'", cluster(null)],
    ['kubectl get deploy', cluster(null, 'all')],
    ['kubectl logs web-0', cluster(null, 'all')],
  ])('%s', (command, expected) => {
    const { role, formats, keys } = plan(command)
    expect({ role, formats, keys }).toEqual(expected)
  })
})
