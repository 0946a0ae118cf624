import { expect, it } from 'vitest'
import { judge } from './judge.ts'

/** Faults of forwarding that a lab cannot make, told by what the tools print of them; each beside what only looks alike. */

const terminal = (...commands: readonly (readonly [command: string, output: string])[]) =>
  `\`\`\`\n${commands.map(([command, output]) => `root@node-7:~# ${command}\n${output.trim()}`).join('\n')}\nroot@node-7:~#\n\`\`\`\n`

async function found(text: string): Promise<readonly string[]> {
  const { findings } = await judge(text)
  return findings.map((one) => `${one.rule} ${one.severity} ${one.confidence} ${one.when}`)
}

const statRow = (values: Readonly<Record<string, number>>, cpu = 0) =>
  `cpu=${cpu}   \tfound=13 invalid=440 insert=0 insert_failed=${values.failed ?? 0} drop=${values.drop ?? 0} early_drop=${values.early ?? 0} error=0 search_restart=51 clash_resolve=0 chaintoolong=0 `

it('a full table of connection tracking', async () => {
  const count = ['conntrack -C', '131071'] as const
  const max = ['sysctl net.netfilter.nf_conntrack_max', 'net.netfilter.nf_conntrack_max = 131072'] as const
  expect(await found(terminal(count, max))).toEqual(['conntrack-table-full critical likely now'])
  expect(await found(terminal(['conntrack -C', '99000'], max))).toEqual([])
})

it('was full an hour ago, by the log, and is not now', async () => {
  const log =
    '[86000.120000] nf_conntrack: table full, dropping packet\n[86000.130000] nf_conntrack: table full, dropping packet'
  const named = '[86000.120000] nf_conntrack: nf_conntrack: table full in netns 4026532008, dropping packet'
  const now = [
    ['conntrack -C', '2100'],
    ['cat /proc/sys/net/netfilter/nf_conntrack_max', '131072'],
  ] as const
  expect(await found(terminal(['dmesg | tail -2', log], ...now))).toEqual(['conntrack-table-full warning certain past'])
  expect(await found(terminal(['dmesg | tail -1', named], ...now))).toEqual([])
})

it('clashes in connection tracking, by old and new counters', async () => {
  const since = ['uptime', ' 10:00:00 up 1 day,  0:00,  1 user,  load average: 0.10, 0.10, 0.10'] as const
  const many = [statRow({ failed: 40_000, drop: 40_000 }), statRow({ failed: 2000, drop: 2000 }, 1)].join('\n')
  expect(await found(terminal(since, ['conntrack -S', many]))).toEqual(['conntrack-insert-failed warning certain past'])
  expect(await found(terminal(since, ['conntrack -S', statRow({ failed: 3, drop: 3 })]))).toEqual([
    'conntrack-insert-failed info certain past',
  ])
  expect(await found(terminal(since, ['conntrack -S', statRow({})]))).toEqual([])
})

const IPVS = `
IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.96.0.50:80 rr
  -> 10.244.1.7:8080              Masq    1      2          0
  -> 10.244.2.8:8080              Masq    0      1          0`

const entries = (...rows: readonly string[]) => `
IPVS connection entries
pro expire state       source             virtual            destination
${rows.join('\n')}`

it('IPVS keeps connections of a server that is gone', async () => {
  const expire = ['sysctl net.ipv4.vs.expire_nodest_conn', 'net.ipv4.vs.expire_nodest_conn = 0'] as const
  const alive = 'TCP 14:58  ESTABLISHED 10.244.0.9:40001   10.96.0.50:80      10.244.1.7:8080'
  const gone = 'TCP 14:31  ESTABLISHED 10.244.0.9:40002   10.96.0.50:80      10.244.3.3:8080'
  const drained = 'TCP 14:31  ESTABLISHED 10.244.0.9:40003   10.96.0.50:80      10.244.2.8:8080'
  const closed = 'TCP 01:31  TIME_WAIT   10.244.0.9:40004   10.96.0.50:80      10.244.3.3:8080'
  const of = (...rows: readonly string[]) =>
    found(terminal(['ipvsadm -Ln', IPVS], ['ipvsadm -Lnc', entries(...rows)], expire))
  expect(await of(alive, gone)).toEqual(['ipvs-stale-connection warning likely now'])
  expect(await of(alive, drained)).toEqual(['ipvs-stale-connection info likely now'])
  expect(await of(alive, closed)).toEqual([])
})

const LISTENING = `
State  Recv-Q Send-Q Local Address:Port Peer Address:Port
LISTEN 0      128          0.0.0.0:22        0.0.0.0:*
LISTEN 0      511        127.0.0.1:9000      0.0.0.0:*`

it('a port that nobody listens on, or only at the loopback', async () => {
  const address = [
    'ip -4 addr show eth0',
    '2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP\n    inet 10.0.0.7/24 scope global eth0',
  ] as const
  const of = (port: number, said: string) =>
    found(terminal(['ss -ltn', LISTENING], address, [`nc -vz 10.0.0.7 ${port}`, said]))
  expect(await of(8080, 'nc: connect to 10.0.0.7 port 8080 (tcp) failed: Connection refused')).toEqual([
    'port-not-listening warning certain now',
  ])
  expect(await of(9000, 'nc: connect to 10.0.0.7 port 9000 (tcp) failed: Connection refused')).toEqual([
    'port-not-listening warning certain now',
  ])
  expect(await of(8080, 'nc: connect to 10.0.0.7 port 8080 (tcp) failed: Connection timed out')).toEqual([])
  expect(await of(22, 'nc: connect to 10.0.0.7 port 22 (tcp) failed: Connection refused')).toEqual([])
})

const FILTER = (packets: number) => `
Chain INPUT (policy ACCEPT 0 packets, 0 bytes)
    pkts      bytes target     prot opt in     out     source               destination
  918273 99999999 ACCEPT     all  --  *      *       0.0.0.0/0            0.0.0.0/0            ctstate RELATED,ESTABLISHED
   ${packets}     2520 DROP       tcp  --  *      *       0.0.0.0/0            0.0.0.0/0            tcp dpt:8080`

it('a rule that drops what a probe asks for', async () => {
  const listening = `${LISTENING}\nLISTEN 0      511          0.0.0.0:8080      0.0.0.0:*`
  const of = (packets: number, said: string) =>
    found(
      terminal(
        ['ss -ltn', listening],
        ['iptables -L INPUT -nvx', FILTER(packets)],
        ['nc -vz -w 3 127.0.0.1 8080', said],
      ),
    )
  const timedOut = 'nc: connect to 127.0.0.1 port 8080 (tcp) timed out: Operation now in progress'
  expect(await of(42, timedOut)).toEqual(['firewall-drop critical likely now'])
  expect(await of(0, timedOut)).toEqual([])
  expect(await of(42, 'Connection to 127.0.0.1 8080 port [tcp/http-alt] succeeded!')).toEqual([])
})

it('links a full table to connections that wait now, and one of the past to none', async () => {
  const waiting = Array.from(
    { length: 6 },
    (_, i) => `0 1 10.0.0.7:4000${i} 10.9.0.${i}:5432 users:(("app",pid=24,fd=${i}))`,
  ).join('\n')
  const sockets = [
    'ss -tanp state syn-sent',
    `Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n${waiting}`,
  ] as const
  const of = async (...commands: readonly (readonly [string, string])[]) => {
    const { findings } = await judge(terminal(sockets, ...commands))
    return findings.map((one) => `${one.rule} ${one.causes.length}`)
  }
  const max = ['sysctl net.netfilter.nf_conntrack_max', 'net.netfilter.nf_conntrack_max = 131072'] as const
  expect(await of(['conntrack -C', '131070'], max)).toEqual(['conntrack-table-full 0', 'syn-sent-stuck 1'])
  const log = '[86000.120000] nf_conntrack: table full, dropping packet'
  expect((await of(['conntrack -C', '2000'], max, ['dmesg | tail -1', log])).toSorted()).toEqual([
    'conntrack-table-full 0',
    'syn-sent-stuck 0',
  ])
})
