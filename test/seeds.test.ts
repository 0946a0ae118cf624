import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { collectTranscript } from '../src/collect/transcript.ts'
import type { Part } from '../src/model/part.ts'
import type { Netns, Series, Snapshot } from '../src/model/snapshot.ts'
import type { Listener } from '../src/model/socket.ts'

/** Four investigations of real nodes lie beside the repository where this project is developed; they are not part of it. */
const SEEDS = join(import.meta.dirname, '../../shared/seeds')
const described = existsSync(SEEDS) ? describe : describe.skip
const why = existsSync(SEEDS) ? '' : ` (skipped: ${SEEDS} is not here; test/transcripts.test.ts has the same commands)`

const read = async (name: string) => await collectTranscript(join(SEEDS, name))

function data<T>(part: Part<T> | undefined): T {
  if (!part?.ok) throw new Error(part ? `${part.reason}: ${part.detail}` : 'no such part')
  return part.data
}

function at(series: readonly Series[], node: string | null, reading: number): Snapshot {
  const snapshot = series.find((one) => one.node === node)?.snapshots[reading]
  if (!snapshot) throw new Error(`no reading ${reading} of ${node}`)
  return snapshot
}

const netnsOf = (snapshot: Snapshot, key: string): Netns | undefined => snapshot.netns.find((one) => one.key === key)
const queued = (listeners: readonly Listener[]) => listeners.filter(({ acceptQueue }) => (acceptQueue.length ?? 0) > 0)
const sum = (numbers: readonly (number | null)[]) => numbers.reduce<number>((total, one) => total + (one ?? 0), 0)
const lengths = (listeners: readonly Listener[]) => listeners.map(({ acceptQueue }) => acceptQueue.length)

described(`nodeport-overflow.md${why}`, () => {
  let all: Awaited<ReturnType<typeof collectTranscript>>
  let later: Netns | undefined
  let older: Netns | undefined
  let days: Netns | undefined
  const node = 'ip-172-1-57-200'
  beforeAll(async () => {
    all = await read('nodeport-overflow.md')
    later = netnsOf(at(all.series, node, 0), 'host')
    older = netnsOf(at(all.series, node, 1), 'host')
    days = netnsOf(at(all.series, node, 2), 'host')
  })

  it('is one node with three readings; hosts that only ran kubectl are none', () => {
    expect(all.series.map((one) => [one.node, one.snapshots.length])).toEqual([[node, 3]])
    const facts = at(all.series, node, 1).node
    expect([facts.kernel?.value, facts.os?.value]).toEqual(['4.4.41-k8s', 'Debian GNU/Linux 8.7 (jessie)'])
    expect(facts.kernel?.origin).toMatchObject({ line: 161 })
  })

  it('keeps the three censuses apart, with their lines', () => {
    const censuses = [later, older, days].map((one) => data(one?.census))
    expect(censuses.map((one) => one.counts)).toEqual([
      { CLOSE_WAIT: 3068, ESTABLISHED: 18, TIME_WAIT: 17, LISTEN: 74 },
      { CLOSE_WAIT: 2996, TIME_WAIT: 13, ESTABLISHED: 16 },
      { CLOSE_WAIT: 3083, TIME_WAIT: 9, ESTABLISHED: 19 },
    ])
    expect(censuses.map((one) => ('line' in one.origin ? one.origin.line : null))).toEqual([27, 261, 269])
  })

  it('knows of the order only what people said: 3083 after 2996', () => {
    const [series] = all.series
    expect(series?.order).toEqual([{ before: 1, after: 2, by: 'hint', because: expect.stringContaining('266') }])
    expect(at(all.series, node, 0).hints).toContainEqual(expect.objectContaining({ kind: 'date', value: '2018-03-06' }))
  })

  it('reads the counters in the words of Debian jessie', () => {
    const { values, origins, absentIsZero, kind } = data(later?.counters)
    expect(values).toMatchObject({
      TcpExtListenOverflows: 30833253,
      TcpExtListenDrops: 30833253,
      TcpExtTCPSynRetrans: 9574616,
      TcpExtTCPTimeouts: 11487582,
      TcpRetransSegs: 9687019,
      TcpPassiveOpens: 1032824,
      TcpExtTCPTimeWaitOverflow: 26,
      TcpExtTCPBacklogDrop: 23,
      TcpExtPruneCalled: 897,
      TcpExtTCPRcvCollapsed: 491138,
      TcpExtTCPAbortOnData: 448950,
      TcpExtTCPKeepAlive: 4396714,
      TcpExtPAWSEstab: 55,
      IcmpMsgOutType5: 978210,
      IpExtInOctets: 8801171598456,
      TcpExtDelayedACKLost: 1233,
    })
    expect([absentIsZero, kind]).toEqual([true, 'total'])
    expect(origins.TcpExtListenOverflows).toMatchObject({ line: 60, command: 'netstat -st' })
    expect(Object.keys(values)).toHaveLength(66)
  })

  it('reads the older listing: 58 of kube-proxy, 33 queued, 19 over their limit, 3146 in all', () => {
    const listeners = data(older?.listeners)
    expect(listeners).toHaveLength(58)
    expect(listeners.every((one) => one.owners?.[0]?.comm === 'kube-proxy' && one.owners[0].pid === 1448)).toBe(true)
    expect(listeners.filter((one) => one.local.address === '::')).toHaveLength(57)
    expect(listeners.find((one) => one.local.port === 10249)?.local.address).toBe('127.0.0.1')
    expect(queued(listeners)).toHaveLength(33)
    expect(listeners.filter(({ acceptQueue: { length, max } }) => (length ?? 0) > (max ?? 0))).toHaveLength(19)
    expect(sum(lengths(listeners))).toBe(3146)
    expect(listeners.find((one) => one.local.port === 30720)?.origin).toMatchObject({ line: 280 })
  })

  it('reads the table by hand: 32 ports, 21 at 129, 3218 in all, by namespace', () => {
    const part = later?.listeners
    const listeners = data(part)
    expect(part?.ok && part.via).toBe('typed by hand')
    expect(listeners).toHaveLength(32)
    expect(listeners.filter((one) => one.acceptQueue.length === 129)).toHaveLength(21)
    expect(sum(lengths(listeners))).toBe(3218)
    expect(listeners.every((one) => one.acceptQueue.max === null && one.owners === null)).toBe(true)
    const names = listeners.map((one) => one.service?.split('/')[0])
    const counted = ['backend', 'frontend', 'algorithm', 'platform'].map(
      (name) => names.filter((one) => one === name).length,
    )
    expect(counted).toEqual([19, 6, 4, 3])
    expect(listeners.find((one) => one.local.port === 31425)?.service).toBe('backend/llspay-prod-rpc-lb:grpc')
  })

  it.each([
    [30720, 129, 100, { '172.31.3.170': 75, '172.31.12.249': 24, '172.1.51.65': 1 }, 1, 99, 447219],
    [31425, 129, 129, { '172.1.41.207': 65, '172.1.41.234': 64 }, 127, 2, 1139],
    [
      32426,
      82,
      80,
      { '172.31.12.249': 20, '172.31.6.140': 18, '172.31.3.170': 17, '172.1.62.3': 14, '172.1.44.188': 11 },
      30,
      50,
      28439,
    ],
  ])('counts what waits at %i', (port, length, visible, peers, one, more, bytes) => {
    const listener = data(older?.listeners).find((each) => each.local.port === port)
    const groups = data(older?.connections).filter((each) => each.local.port === port)
    expect(listener?.acceptQueue).toEqual({ length, max: 128 })
    expect(sum(groups.map((each) => each.count))).toBe(visible)
    expect(Object.fromEntries(groups.map((each) => [each.peer.address, each.count]))).toEqual(peers)
    expect(sum(groups.map((each) => each.recvQueue?.one ?? 0))).toBe(one)
    expect(sum(groups.map((each) => each.recvQueue?.more ?? 0))).toBe(more)
    expect(sum(groups.map((each) => each.recvQueueBytes))).toBe(bytes)
    expect(new Set(groups.map((each) => `${each.state} ${each.holding}`))).toEqual(new Set(['CLOSE_WAIT unowned']))
  })

  it('says how much of the listeners was seen: all with a queue, all of kube-proxy', () => {
    const part = older?.listeners
    const listening = { of: 'state', state: 'LISTEN' }
    expect(part?.ok && part.coverage).toEqual(
      expect.arrayContaining([
        { of: 'and', sets: [listening, { of: 'recv-queue-above', value: 0 }] },
        { of: 'and', sets: [listening, { of: 'process', name: 'kube-proxy' }] },
      ]),
    )
  })

  it('reads the settings that stand without a command, and carries them to the other readings', () => {
    const settings = {
      'net.core.somaxconn': '128',
      'net.ipv4.tcp_max_syn_backlog': '256',
      'net.ipv4.tcp_abort_on_overflow': '0',
      'net.ipv4.tcp_synack_retries': '5',
      'net.ipv4.tcp_syncookies': '1',
      'net.ipv4.tcp_tw_reuse': '0',
      'net.ipv4.tcp_tw_recycle': '0',
      'fs.file-max': '762200',
    }
    expect([older, later, days].map((one) => data(one?.sysctls).values)).toEqual([settings, settings, settings])
    expect([older, later].map((one) => one?.sysctls.ok && one.sysctls.via)).toEqual(['sysctl', 'carried'])
    expect([later?.connections.ok, days?.listeners.ok, days?.counters.ok]).toEqual([false, false, false])
  })

  it('leaves no output unread', () => {
    expect(all.unread.map((one) => `${one.lines[0]} ${one.why}`)).toEqual([])
  })
})

described(`pod-overflow.md${why}`, () => {
  let all: Awaited<ReturnType<typeof collectTranscript>>
  const pod = 'pod tcpbench-6484d4b457-847gl'
  beforeAll(async () => {
    all = await read('pod-overflow.md')
  })

  it('places by nsenter, by value and by the words around', () => {
    const first = netnsOf(at(all.series, null, 0), pod)
    expect(data(first?.sysctls).values).toEqual({ 'net.core.somaxconn': '128', 'net.ipv4.tcp_syncookies': '1' })
    expect(data(netnsOf(at(all.series, null, 0), 'host')?.sysctls).values).toEqual({ 'net.core.somaxconn': '32768' })
    expect(data(first?.counters).values).toEqual({ TcpExtListenOverflows: 12178939, TcpExtListenDrops: 12247395 })
    expect(data(first?.counters).absentIsZero).toBe(false)
    expect(first?.pod).toMatchObject({
      name: 'tcpbench-6484d4b457-847gl',
      containerId: expect.stringMatching(/^49b4135534da/),
    })
  })

  it('takes 512/511 for a later reading, to which the old somaxconn is not carried', () => {
    const queues = [0, 1].map((reading) => data(netnsOf(at(all.series, null, reading), pod)?.listeners))
    expect(queues.map((one) => one.map((each) => each.acceptQueue))).toEqual([
      [{ length: 129, max: 128 }],
      [{ length: 512, max: 511 }],
    ])
    expect(data(netnsOf(at(all.series, null, 1), pod)?.sysctls).values).not.toHaveProperty('net.core.somaxconn')
    expect(all.series[0]?.order).toEqual([
      { before: 0, after: 1, by: 'hint', because: expect.stringContaining('8096') },
    ])
    const said = at(all.series, null, 1).hints.map((hint) => `${hint.kind} ${hint.value}`)
    expect(said).toEqual(expect.arrayContaining(['program nginx', 'sysctl net.core.somaxconn=8096']))
    expect(at(all.series, null, 0).hints).toContainEqual(expect.objectContaining({ kind: 'topic', value: 'nfs' }))
  })

  it('takes code, YAML and configuration for examples', () => {
    const values = all.series.flatMap((one) =>
      one.snapshots.flatMap((snapshot) => snapshot.netns.map((netns) => netns.sysctls)),
    )
    expect(JSON.stringify(values)).not.toMatch(/1024|8096/)
    expect(all.unread.filter((one) => one.why.startsWith('an example')).map((one) => one.lines)).toEqual([
      [104, 118],
      [126, 126],
      [140, 140],
      [146, 146],
      [158, 168],
      [174, 178],
      [199, 207],
      [294, 295],
      [311, 319],
      [331, 347],
      [359, 365],
      [383, 384],
      [390, 390],
    ])
  })
})

described(`tw-recycle.md${why}`, () => {
  it('reads nothing but hints: the only setting there is the fix', async () => {
    const { series, notes } = await read('tw-recycle.md')
    const snapshot = at(series, null, 0)
    expect(
      snapshot.netns.flatMap((one) =>
        [one.listeners, one.connections, one.census, one.counters, one.sysctls].filter((part) => part.ok),
      ),
    ).toEqual([])
    const said = snapshot.hints.map((hint) => `${hint.kind} ${hint.value}`)
    expect(said).toEqual(
      expect.arrayContaining([
        'sysctl net.ipv4.tcp_tw_recycle',
        'sysctl net.ipv4.tcp_tw_recycle=0',
        'counter TcpExtListenDrops',
        'topic nat',
      ]),
    )
    expect(notes).toHaveLength(1)
  })
})

described(`dev0-cluster.md${why}`, () => {
  let all: Awaited<ReturnType<typeof collectTranscript>>
  beforeAll(async () => {
    all = await read('dev0-cluster.md')
  })

  it('tells the two nodes apart, and the table that names none', () => {
    expect(all.series.map((one) => one.node)).toEqual([null, 'ip-10-3-32-171', 'ip-10-3-33-109'])
    const listeners = data(netnsOf(at(all.series, null, 0), 'host')?.listeners)
    expect(listeners).toHaveLength(15)
    expect(listeners.find((one) => one.local.port === 179)).toMatchObject({
      acceptQueue: { length: null, max: 8 },
      service: 'bird',
    })
  })

  it('.109 was seen whole as far as queues go, .171 was cut', () => {
    const whole = netnsOf(at(all.series, 'ip-10-3-33-109', 0), 'host')?.listeners
    const cut = netnsOf(at(all.series, 'ip-10-3-32-171', 0), 'host')?.listeners
    expect(data(whole)).toEqual([])
    expect(whole?.ok && whole.coverage).toEqual([
      {
        of: 'and',
        sets: [
          { of: 'state', state: 'LISTEN' },
          { of: 'recv-queue-above', value: 0 },
        ],
      },
    ])
    expect(cut?.ok && [cut.data.length, cut.coverage, cut.cuts]).toEqual([
      11,
      [],
      ['... at line 126', '... at line 130'],
    ])
  })

  it('reads the censuses, the stuck peers and the owned CLOSE_WAIT', () => {
    const [bird, master] = ['ip-10-3-32-171', 'ip-10-3-33-109'].map((name) => netnsOf(at(all.series, name, 0), 'host'))
    expect(data(bird?.census).counts).toEqual({ ESTABLISHED: 128, TIME_WAIT: 2, LISTEN: 111, SYN_SENT: 145 })
    expect(data(master?.census).counts).toEqual({
      CLOSE_WAIT: 46,
      ESTABLISHED: 705,
      TIME_WAIT: 39,
      LISTEN: 120,
      SYN_SENT: 239,
    })
    const groups = data(master?.connections)
    const owned = groups.filter((one) => one.state === 'CLOSE_WAIT')
    expect(sum(owned.map((one) => one.count))).toBe(7)
    expect(owned.every((one) => one.holding === 'process' && one.peer.port === 10250)).toBe(true)
    expect(groups.filter((one) => one.state === 'SYN_SENT').every((one) => one.peer.port === 3999)).toBe(true)
    expect(sum(data(bird?.connections).map((one) => one.count))).toBe(6)
    expect(at(all.series, 'ip-10-3-33-109', 0).node.cores).toBe(1)
  })

  it('tells 59 samples of the CPU from the average since boot', () => {
    const { cpu } = data(at(all.series, 'ip-10-3-33-109', 0).machine)
    expect([cpu.length, cpu[0]?.span, cpu[0]?.steal]).toEqual([60, 'since-boot', 12])
    const samples = cpu.slice(1)
    const mean = (numbers: readonly (number | null)[]) => sum(numbers) / numbers.length
    expect(samples.every((one) => one.span === 'interval' && one.cpu === 'all')).toBe(true)
    expect(mean(samples.map((one) => one.steal))).toBeCloseTo(4.915, 3)
    expect(mean(samples.map((one) => one.idle))).toBeCloseTo(81.24, 2)
    expect(Math.max(...samples.map((one) => one.steal ?? 0))).toBe(41)
    expect(Math.max(...samples.map((one) => one.runQueue ?? 0))).toBe(13)
    expect(cpu.map(({ origin }) => ('line' in origin ? origin.line : 0))).toEqual(cpu.map((_, index) => 271 + index))
  })

  it('knows the processes that a grep left, and no more', () => {
    const { processes } = at(all.series, 'ip-10-3-32-171', 0)
    expect(data(processes).map(({ pid, comm, state }) => `${pid} ${comm} ${state}`)).toEqual([
      '2431 runsv S',
      '2432 runsv S',
      '2435 bird6 S',
      '2437 bird S',
      '2471 grep S',
    ])
    expect(processes).toMatchObject({ coverage: [], cuts: ['grep bird'] })
  })
})
