import { describe, expect, it } from 'vitest'
import { hostOfFolder, hostOfSosFolder, readMemberName } from './bundle-names.ts'

const told = (path: string) => {
  const { command, sure, root, stamp, text } = readMemberName(path)
  return [command ?? (text ? 'text' : 'nothing'), sure, root, stamp]
}

describe('readMemberName', () => {
  it.each([
    // sosreport
    ['sos/sos_commands/networking/ss_-peaonmi', 'ss -peaonmi', true, 'sos', ''],
    ['sos/sos_commands/networking/netstat_-W_-neopa', 'netstat -W -neopa', true, 'sos', ''],
    [
      'sos/sos_commands/networking/namespaces/cni-1/ip_netns_exec_cni-1_ss_-peaonmi',
      'ip netns exec cni-1 ss -peaonmi',
      true,
      'sos',
      '',
    ],
    ['sos/sos_commands/kernel/sysctl_-a', 'sysctl -a', true, 'sos', ''],
    ['sos/sos_commands/networking/nstat_-zas', 'nstat -zas', true, 'sos', ''],
    ['sos/sos_commands/boot/ls_-lanR_.boot', 'nothing', false, 'sos/sos_commands/boot', ''],
    ['sos/proc/net/netstat', 'cat /proc/net/netstat', true, 'sos', ''],
    ['sos/proc/sys/net/core/somaxconn', 'cat /proc/sys/net/core/somaxconn', true, 'sos', ''],
    ['sos/var/log/messages', 'nothing', false, 'sos/var', ''],
    ['sos/hostname', 'hostname', true, 'sos', ''],
    // collectors of clouds
    ['networking/iptables-save.txt', 'iptables-save', true, '', ''],
    ['sysctls/sysctl_all.txt', 'sysctl -a', true, '', ''],
    ['system/netstat.txt', 'netstat', false, '', ''],
    ['kernel/uname.txt', 'uname', true, '', ''],
    // clusters
    ['dump/nodes.json', 'kubectl get nodes -o json', true, '', ''],
    ['dump/kube-system/pods.json', 'kubectl get pods -n kube-system -o json', true, '', ''],
    ['bundle/cluster-resources/services/prod.json', 'kubectl get services -n prod -o json', true, '', ''],
    // folders that people make
    ['ss-antp.log', 'ss -antp', true, '', ''],
    ['ss_antp.txt', 'ss -antp', true, '', ''],
    ['node-7/ss -antp.txt', 'ss -antp', true, 'node-7', ''],
    ['netstat-s.txt', 'netstat -s', true, '', ''],
    ['ss.txt', 'ss', false, '', ''],
    ['ss-state.txt', 'ss', false, '', ''],
    ['ip-addr.txt', 'ip addr', true, '', ''],
    ['ss_antp_20240501-1000.txt', 'ss -antp', true, '', '20240501-1000'],
    ['ss-lnt-before.txt', 'ss -lnt', true, '', 'before'],
    ['incident.md', 'text', false, '', ''],
    ['sshd.log', 'text', false, '', ''],
    ['ss-notes.md', 'text', false, '', ''],
    ['photo.png', 'nothing', false, '', ''],
    ['README.md', 'nothing', false, '', ''],
  ])('%s', (path, ...rest) => {
    expect(told(path)).toEqual(rest)
  })

  it('never throws, whatever the name', () => {
    for (const path of ['', '/', 'constructor', '__proto__/ss', 'ss-', `ss${'-a'.repeat(5000)}`, `${'_'.repeat(9000)}`])
      expect(typeof readMemberName(path).sure).toBe('boolean')
  })
})

it('takes a machine’s name from a folder only where one may stand', () => {
  expect(hostOfSosFolder('x/sosreport-web-7-2024-05-01-abcdefg')).toBe('web-7')
  expect(hostOfSosFolder('sosreport-web-7-01234567-2024-05-01-abcdefg')).toBe('web-7')
  expect(hostOfSosFolder('web-7')).toBeNull()
  expect(['before', 'after', 'run-1', '2', '2024-05-01', 'x/tmp'].map(hostOfFolder)).toEqual(Array(6).fill(null))
  expect(hostOfFolder('nodes/wrk-17')).toBe('wrk-17')
})
