import { describe, expect, it } from 'vitest'
import { parseCommandLine } from './command-line.ts'
import { planOf } from './plan.ts'

function plan(command: string) {
  const [pipeline] = parseCommandLine(command).pipelines
  if (!pipeline) throw new Error(`no pipeline in ${command}`)
  return planOf(pipeline)
}

/** Formats, and how much of what there is: `whole`, `part` (cut by what was asked), `some` (never all there is). */
function outline(command: string): string {
  const { formats, shown } = plan(command)
  const much = shown.cuts.length > 0 ? 'part' : shown.coverage.some((set) => set.of === 'all') ? 'whole' : 'some'
  return `${formats.map((one) => one.name).join(' ')}: ${much}`
}

describe('tools of the network', () => {
  it.each([
    ['ip addr', 'ip-link: whole'],
    ['ip -s link show', 'ip-link: whole'],
    ['ip a show eth0', 'ip-link: part'],
    ['ip -4 a', 'ip-link: part'],
    ['ip link eth0', 'ip-link: part'],
    ['ip -j addr', 'ip-json: whole'],
    ['ip r', 'ip-route: whole'],
    ['ip route get 10.0.0.1', 'ip-route: part'],
    ['ip route show table all', 'ip-route: whole'],
    ['ip neigh', 'ip-route: whole'],
    ['ifconfig -a', 'ifconfig: whole'],
    ['ifconfig eth0', 'ifconfig: part'],
    ['ifconfig -s', 'interface-table: whole'],
    ['route -n', 'route-table: whole'],
    ['arp -an', 'arp: whole'],
    ['arp -n 10.0.0.1', 'arp: part'],
    ['ethtool eth0', 'ethtool: whole'],
    ['ethtool -S eth0', 'ethtool: whole'],
    ['ethtool -k eth0', 'ethtool: whole'],
    ['tc -s qdisc', 'tc-qdisc: whole'],
    ['tc -s qdisc show dev eth0', 'tc-qdisc: part'],
    ['tc -j qdisc', 'ip-json: whole'],
    ['brctl show', 'bridge: whole'],
    ['bridge link', 'ip-link: part'],
    ['bridge fdb show', 'bridge: part'],
    ['bridge -j fdb', 'ip-json: part'],
    ['lsof -nPi :80', 'lsof: part'],
    ['ss -s', 'ss-summary: whole'],
    ['ss -xa', 'ss-other: whole'],
    ['ss -xl', 'ss-other: some'],
    ['ss -ua sport = :53', 'ss-other: part'],
    ['docker ps', 'container-table: some'],
    ['docker container ls -a', 'container-table: some'],
    ['crictl ps -o json', 'container-inspect: some'],
    ['docker inspect web', 'container-inspect: some'],
    ['tcpdump -nr a.pcap', 'tcpdump: some'],
    ['tshark -r a.pcap', 'tshark wireshark-details: some'],
    ['tshark -r a.pcap -T fields -e ip.src', 'tshark-fields: some'],
    ['curl -v http://10.0.0.1', 'curl: some'],
    ['nc -vz 10.0.0.1 80', 'connect: some'],
    ['ping -c1 10.0.0.1', 'ping: some'],
    ['ab -n 10 http://10.0.0.1/', 'ab: some'],
    ['wrk2 http://10.0.0.1/', 'wrk: some'],
  ])('%s', (command, expected) => {
    expect(plan(command).role).toBe('reading')
    expect(outline(command)).toBe(expected)
  })

  it.each([
    'ip link set eth0 down',
    'ip route add default via 10.0.0.1',
    'ip neigh flush all',
    'ifconfig eth0 up',
    'route add default gw 10.0.0.1',
    'arp -d 10.0.0.1',
    'ethtool -K eth0 gro off',
    'tc qdisc add dev eth0 root fq',
    'brctl addif br0 eth0',
    'bridge fdb add 00:00:00:00:00:00 dev vxlan0',
    'ss -K dst 10.0.0.1',
  ])('%s changes something', (command) => {
    expect(plan(command).role).toBe('instruction')
  })

  it.each([
    ['ip netns', 'ip netns'],
    ['ip xfrm state', 'ip xfrm state'],
    ['tc class show', 'tc class show'],
    ['brctl showmacs br0', 'brctl showmacs'],
    ['bridge vlan', 'bridge vlan'],
    ['ethtool -l eth0', 'ethtool -l eth0'],
    ['docker stats', 'docker stats'],
    ['docker inspect -f {{.State.Pid}} web', 'docker inspect'],
  ])('%s is not read', (command, name) => {
    const { role, name: said } = plan(command)
    expect([role, said]).toEqual(['foreign', name])
  })
})
