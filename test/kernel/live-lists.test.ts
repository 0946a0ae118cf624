import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NO_LIMIT } from '../../src/collect/budget.ts'
import { collectSnapshot } from '../../src/collect/collect.ts'
import { collectNetwork } from '../../src/collect/network.ts'
import { collectTranscript } from '../../src/collect/transcript.ts'
import { call } from '../../src/lab/command.ts'
import { end, findWay, type LabNetns, makeNetns } from '../../src/lab/namespace.ts'
import { type Program, startProgram } from '../../src/lab/program.ts'
import type { Flow } from '../../src/model/flow.ts'
import type { Nat } from '../../src/model/nat.ts'
import type { Network } from '../../src/model/network.ts'
import type { Part } from '../../src/model/part.ts'
import type { Netns, Snapshot } from '../../src/model/snapshot.ts'
import { parsePodCgroup } from '../../src/parse/proc-pid.ts'
import { createLiveHost } from '../../src/sys/live-host.ts'

/** What is read of a live namespace, held against what the tools themselves print of it, pasted as a person would. */
const { way, ...refusal } = await findWay()
const why = 'why' in refusal ? refusal.why : ''
const folder = mkdtempSync(join(tmpdir(), 'recvq-lists-'))
const programs: Program[] = []
let netns: LabNetns

const SCENE = `
ip link add br0 type bridge && ip link set br0 up && ip addr add 10.97.0.1/24 dev br0
ip link add va type veth peer name vb && ip link set va master br0 && ip link set va up && ip link set vb up
ip addr add 10.99.0.1/24 dev vb && ip -6 addr add fd99::1/64 dev vb nodad
ip route add blackhole 10.98.0.0/16
ip route add 10.96.0.0/12 dev lo
ip route add 10.1.0.0/16 via 10.99.0.7 dev vb metric 5 mtu 1400
ip route add 172.16.0.0/12 nexthop via 10.99.0.2 dev vb nexthop via 10.97.0.3 dev br0
ip route add 192.0.2.4 dev vb table 100
ip -6 route add unreachable fd98::/64
ip rule add fwmark 0x1/0x3 table 100 priority 100
ip rule add from 203.0.113.0/24 to 198.51.100.0/24 iif lo unreachable priority 200
ip rule add not from 10.0.0.0/8 prohibit priority 40000
ip neigh add 10.99.0.2 lladdr 96:81:b8:95:45:b4 dev vb
ip -6 neigh add fd99::2 lladdr 96:81:b8:95:45:b5 dev vb
iptables-legacy -t nat -N KUBE-SERVICES
iptables-legacy -t nat -N KUBE-SVC-NPX46M4PTMTKRN6Y
iptables-legacy -t nat -A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
iptables-legacy -t nat -A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y
iptables-legacy -t nat -A KUBE-SVC-NPX46M4PTMTKRN6Y -m statistic --mode random --probability 0.5 -p tcp -j DNAT --to-destination 127.0.0.1:8443
iptables-legacy -t nat -A KUBE-SVC-NPX46M4PTMTKRN6Y -p tcp -j DNAT --to-destination 127.0.0.1:8443
ip6tables-nft -t nat -A OUTPUT -d fd00::1/128 -p tcp -m tcp --dport 80 -j DNAT --to-destination [::1]:8443
iptables-nft -A INPUT -p tcp -m tcp --dport 9999 -m comment --comment "a word" -j DROP
nft add table inet own
nft 'add chain inet own services { type filter hook output priority 0; }'
nft add rule inet own services ip daddr 10.96.0.9 tcp dport 80 counter drop
`

async function arrange(): Promise<void> {
  netns = await makeNetns('named')
  await call(netns.inside(['sh', '-ec', SCENE]))
  const start = async (...args: Parameters<typeof startProgram> extends [unknown, ...infer R] ? R : never) => {
    programs.push(await startProgram(netns, ...args))
  }
  await start('serve', { name: 'server', host: '::', port: 8443, backlog: 64, workMs: 0, leak: true })
  await start('hold-connections', { name: 'service', hosts: ['10.96.0.1'], port: 443, count: 5 })
  await start('hold-connections', { name: 'service6', hosts: ['::1'], port: 8443, count: 2 })
  await sockets()
}

/** Binds a datagram and a unix socket, then neither receives nor accepts ever. */
const DEAF = `
const udp = require('node:dgram').createSocket({ type: 'udp4', recvBufferSize: 4096 })
udp.bind(5353, '127.0.0.1', () => require('node:net').createServer().listen({ path: process.argv[1], backlog: 1 }, () => {
  require('node:fs').writeSync(1, 'x')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}))`
const CALLERS = `
const udp = require('node:dgram').createSocket('udp4')
let left = 40
for (let i = left; i > 0; i--) udp.send(Buffer.alloc(1000), 5353, '127.0.0.1', () => { if (--left === 0) process.stdout.write('x') })
for (let i = 0; i < 2; i++) require('node:net').connect(process.argv[1])
process.stdin.resume().on('end', () => process.exit())`
const children: ChildProcess[] = []

async function sockets(): Promise<void> {
  for (const program of [DEAF, CALLERS]) {
    const [command = '', ...args] = netns.inside([process.execPath, '-e', program, join(folder, 'deaf.sock')])
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    children.push(child)
    await once(child.stdout, 'data')
  }
}

const data = <T>(part: Part<T>): T => {
  if (!part.ok) throw new Error(part.detail)
  return part.data
}

const live = (): Netns => {
  const host = createLiveHost({ podOf: parsePodCgroup, netns: netns.name ?? '' })
  const [only] = collectSnapshot(host, NO_LIMIT).netns
  if (!only) throw new Error('no namespace')
  return only
}

let pastes = 0
async function pasted(...commands: readonly string[]): Promise<Netns> {
  const path = join(folder, `${++pastes}.txt`)
  const outputs: string[] = []
  for (const command of commands)
    outputs.push(`root@n1:~# ${command}\n${await call(netns.inside(['sh', '-c', `${command} 2>/dev/null`]))}`)
  writeFileSync(path, `${outputs.join('')}root@n1:~# \n`)
  const { series, unread } = await collectTranscript(path)
  expect(unread).toEqual([])
  const host = series[0]?.snapshots[0]?.netns[0]
  if (!host) throw new Error('nothing was read')
  return host
}

/** Without where it stood, in an order of its own. */
const bare = (one: object): unknown =>
  Object.fromEntries(
    Object.entries(one)
      .filter(([key]) => key !== 'origin' && key !== 'line')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
const rows = (list: readonly object[] | null): readonly unknown[] =>
  (list ?? []).map(bare).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

/** The kernel's own packets (IGMP, MLD) come at any time, and are counted: then both are read again. */
async function agree(known: () => readonly unknown[], printed: () => Promise<readonly unknown[]>) {
  for (let left = 10; ; left--) {
    const [ours, theirs] = [known(), await printed()]
    if (left > 0 && JSON.stringify(ours) !== JSON.stringify(theirs)) continue
    expect(ours).toEqual(theirs)
    return ours
  }
}

describe.skipIf(way !== 'named')(`lists of a live namespace (${why || 'root'})`, () => {
  let seen: Netns
  beforeAll(async () => {
    await arrange()
    seen = live()
  })
  afterAll(async () => {
    for (const program of programs) await program.stop()
    for (const child of children) await end(child)
    await netns?.remove()
    rmSync(folder, { recursive: true })
  })

  describe('forwarding', () => {
    const rulesOf = ({ listings }: Nat, back: string) =>
      rows(listings.filter((one) => 'via' in one.origin && one.origin.via.startsWith(back)).flatMap((one) => one.rules))
    const textRules = async (command: string) =>
      rows(data((await pasted(command)).nat).listings.flatMap((one) => one.rules))

    it.each([
      ['iptables-legacy-save', 'iptables-legacy-save -c', 4],
      ['iptables-nft-save', 'iptables-nft-save -c', 1],
      ['ip6tables-nft-save', 'ip6tables-nft-save -c', 1],
      ['nft ', 'nft list table inet own', 1],
    ])('%s', async (back, command, count) => {
      const agreed = await agree(
        () => rulesOf(data(live().nat), back),
        () => textRules(command),
      )
      expect(agreed).toHaveLength(count)
    })

    it('with how often each rule was met', () => {
      const rules = data(seen.nat).listings.flatMap((one) => one.rules)
      const met = rules.filter(({ chain }) => chain.startsWith('KUBE-SVC-')).map(({ packets }) => packets ?? 0)
      expect(met.reduce((sum, one) => sum + one, 0)).toBe(5)
    })

    it('says by which ways, and that all tables were seen', () => {
      expect(seen.nat).toMatchObject({
        via: expect.stringMatching(
          /^iptables-legacy-save v[\d.]+ \(legacy\), iptables-nft-save v.* \(nf_tables\), ip6tables.*, nft v/,
        ),
        cuts: [],
      })
      const keys = seen.nat.ok ? seen.nat.coverage.flatMap((one) => (one.of === 'keys' ? one.keys : [])) : []
      expect(keys).toEqual(expect.arrayContaining(['iptables 4 nat', 'iptables 6 nat', 'nftables', 'ipvs']))
    })
  })

  describe('a second reading', () => {
    const accepts = (chain: string, count: number) =>
      Array.from({ length: count }, (_, i) => `-A ${chain} -d 10.200.${i >> 8}.${i & 255}/32 -j ACCEPT`).join('\n')

    it('reads few rules again, and carries many over', async () => {
      const host = createLiveHost({ podOf: parsePodCgroup, netns: netns.name ?? '' })
      const read = (before: Snapshot | null): Snapshot => collectSnapshot(host, NO_LIMIT, before)
      const ruleset = ({ netns: [one] }: Snapshot) => {
        if (!one?.nat.ok) throw new Error('no rules')
        return one.nat
      }
      expect(ruleset(read(read(null))).via).not.toContain('before')
      const path = join(folder, 'many.rules')
      writeFileSync(path, `*filter\n${accepts('OUTPUT', 6000)}\nCOMMIT\n`)
      await call(netns.inside(['sh', '-c', `iptables-legacy-restore -n < ${path}`]))
      const many = read(null)
      const carried = ruleset(read(many))
      expect(carried.via).toMatch(/ \(at the reading before\)$/)
      expect(carried.data).toBe(ruleset(many).data)
      expect(carried.data.listings[0]?.rules.length).toBeGreaterThan(6000)
      await call(netns.inside(['iptables-legacy', '-F', 'OUTPUT']))
    })
  })

  it('connection tracking', async () => {
    const listed = data((await pasted('conntrack -L')).flows).listings.flatMap((one) => one.flows)
    const known = data(live().flows)
    const comparable = (flow: Flow) => ({ ...flow, timeoutSeconds: null, mark: flow.mark ?? 0, line: 0 })
    const flows = known.listings.flatMap((one) => one.flows)
    expect(flows.length).toBeGreaterThanOrEqual(5)
    expect(rows(flows.map(comparable))).toEqual(rows(listed.map(comparable)))
    const translated = flows.filter((one) => one.original.destinationPort === 443)
    expect(translated).toHaveLength(5)
    for (const one of translated)
      expect(one).toMatchObject({
        protocol: 'tcp',
        state: 'ESTABLISHED',
        assured: true,
        original: { destination: '10.96.0.1' },
        reply: { source: '127.0.0.1', sourcePort: 8443 },
      })
    expect(known.count?.value).toBe(flows.length)
    expect(known.stats?.value.values).toMatchObject({ insert_failed: 0, drop: 0 })
  })

  describe('network', () => {
    const network = (): Network => {
      const host = createLiveHost({ podOf: parsePodCgroup, netns: netns.name ?? '' })
      const [ref] = host.netns
      if (!ref) throw new Error('no namespace')
      return data(collectNetwork(host.ask('network', ref), { thorough: true, udp: true }))
    }
    const text = async (...commands: readonly string[]) => data((await pasted(...commands)).network)

    it('interfaces with their counters, and addresses', async () => {
      await agree(
        () => rows(network().links),
        async () => rows((await text('ip -s addr')).links),
      )
      const known = network()
      expect(rows(known.addresses)).toEqual(rows((await text('ip addr')).addresses))
      expect(known.links?.find(({ name }) => name === 'va')).toMatchObject({ peer: 'vb', master: 'br0', state: 'UP' })
      expect(known.bridges).toMatchObject([{ name: 'br0', stp: false, ports: ['va'] }])
    })

    it('routes, rules, neighbours', async () => {
      const printed = await text('ip route show table all', 'ip rule', 'ip neigh')
      const known = network()
      const ofAddresses = new Set(['local', 'broadcast', 'multicast', 'anycast'])
      expect(rows(known.routes)).toEqual(rows((printed.routes ?? []).filter((one) => !ofAddresses.has(one.type))))
      expect(rows(known.rules)).toEqual(rows(printed.rules))
      expect(rows(known.neighbours)).toEqual(rows(printed.neighbours))
    })

    it('queueing disciplines, and where a bridge sends', async () => {
      await call(
        netns.inside([
          'tc',
          'qdisc',
          'replace',
          'dev',
          'vb',
          'root',
          'tbf',
          'rate',
          '1mbit',
          'burst',
          '4kb',
          'latency',
          '50ms',
        ]),
      )
      await agree(
        () => rows(network().qdiscs),
        async () => rows((await text('tc -s qdisc')).qdiscs),
      )
      await agree(
        () => rows(network().fdb),
        async () => rows((await text('bridge fdb')).fdb),
      )
    })
  })

  it('sockets that are not TCP: who holds them, what waits in them, what was dropped', async () => {
    const printed = data((await pasted('ss -xlnp', 'ss -uanpem')).network)
    const known = data(live().network)
    expect(rows(known.unix)).toEqual(rows(printed.unix))
    const holders = [{ comm: expect.any(String), pid: expect.any(Number), fd: expect.any(Number) }]
    expect(known.unix).toMatchObject([
      { path: join(folder, 'deaf.sock'), type: 'stream', acceptQueue: { length: 2, max: 1 }, processes: holders },
    ])
    const udp = known.udp?.filter(({ local }) => local.port === 5353)
    expect(rows(udp ?? null)).toEqual(rows((printed.udp ?? []).filter(({ local }) => local.port === 5353)))
    expect(udp).toMatchObject([{ local: { address: '127.0.0.1' }, peer: null, processes: holders }])
    expect(udp?.[0]?.drops).toBeGreaterThan(0)
    expect(udp?.[0]?.recvQueueBytes).toBeGreaterThan(0)
  })

  it('is back at home, and the namespace can go', () => {
    expect(live().inode).toBe(seen.inode)
  })
})
