import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { both, evidence, finding, netns, outcome, reading, remedy, report } from '../../test/report/report-builder.ts'
import type { Report } from '../model/report.ts'
import { renderText, type TextOptions } from './text.ts'
import { widthOf } from './wrap.ts'

const print = (one: Report, options: Partial<TextOptions> = {}): string =>
  renderText(one, { lang: 'en', width: 80, color: false, all: false, verbose: false, ...options })

const root = finding('listener-never-accepts', {
  severity: 'critical',
  confidence: 'likely',
  summary: both('kube-proxy never accepts on 33 ports', 'kube-proxy 从不 accept'),
  evidence: Array.from({ length: 33 }, (_, i) =>
    evidence(`port ${30000 + i}`, { source: { file: 'incident.md', line: 300 + i, command: null } }),
  ),
  remedies: [remedy('Restart kube-proxy')],
  notHelpful: [both('A larger backlog')],
  unknowns: [both('The version of kube-proxy')],
})
const effect = finding('accept-queue-full', {
  severity: 'critical',
  evidence: [evidence('queue')],
  causes: [{ id: root.id, why: both('nobody takes from it', '没有人取走') }],
  remedies: [remedy('Raise it')],
})
const incident = report({
  findings: [root, effect],
  outcomes: [outcome('accept-queue-full', 'found'), outcome('syn-sent-stuck', 'skipped', 'no sockets')],
  unread: [{ file: 'incident.md', lines: [10, 19], why: 'no parser', sample: 'blah' }],
})

describe('the head', () => {
  it('tells the verdict and of what in the first two lines', () => {
    const [first, second] = print(incident).split('\n')
    expect(first).toBe('CRITICAL  kube-proxy never accepts on 33 ports')
    expect(second).toBe('node n1 · likely · 1 root cause · 1 effect · 2 critical')
    expect(print(incident, { lang: 'zh' }).split('\n')[0]).toBe('严重  kube-proxy 从不 accept')
  })

  it('says nothing found, and what was looked at', () => {
    const text = print(report())
    expect(text).toMatch(/^NOTHING FOUND {2}/)
    expect(text).toMatch(/2 listeners \(1 of them\n +with a queue\)/)
    expect(text).toContain('no accept queue is full')
  })

  it('does not call it healthy when accept queues could not be judged', () => {
    expect(print(report({ outcomes: [outcome('accept-queue-full', 'skipped', 'no sockets')] }))).toMatch(
      /^NOT JUDGED {2}[^\n]*this is not the\n +same as healthy/,
    )
    expect(print(report({ snapshots: [], outcomes: [] }))).toMatch(/^NOT JUDGED {2}Nothing was read/)
  })

  it('calls what is only possible a suspicion', () => {
    const text = print(
      report({ findings: [finding('tw-recycle-nat', { confidence: 'possible', severity: 'critical' })] }),
    )
    expect(text).toMatch(/^SUSPECTED {2}Nothing proven. Suspected only: Summary of tw-recycle-nat/)
  })

  it('says first when a rule broke and nothing was found', () => {
    const broken = report({ outcomes: [outcome('accept-queue-full', 'clear'), outcome('x', 'broken', 'boom')] })
    expect(print(broken)).toMatch(/^BROKEN {2}Rule x broke, so its silence means nothing: boom/)
  })
})

describe('findings', () => {
  it('folds long evidence, and unfolds it', () => {
    expect(print(incident)).toContain('… and 30 more; --all shows them')
    expect(print(incident)).not.toContain('port 30005')
    expect(print(incident, { all: true })).toContain('port 30032')
    expect(print(incident, { all: true })).not.toContain('more;')
  })

  it('never folds away what is said only once behind a long list', () => {
    const ports = Array.from({ length: 33 }, (_, i) =>
      evidence(`[::]:${30000 + i} shop/web-${i}:http (limit as printed)`),
    )
    const peers = [evidence('30720: 10.0.0.1 ×75, 10.0.0.2 ×24'), evidence('31425: peers 10.0.0.7 ×64')]
    const last = evidence('reset while queued: 129 − 100')
    const text = print(report({ findings: [finding('x', { evidence: [...ports, ...peers, last] })] }), { width: 120 })
    expect(text).toContain('[::]:30002')
    expect(text).not.toContain('[::]:30003')
    for (const shown of ['10.0.0.2 ×24', '10.0.0.7 ×64', 'reset while queued']) expect(text).toContain(shown)
    expect(text).toContain('… and 30 more')
  })

  it('shows value, limit, unit, place and the command by hand', () => {
    const text = print(incident)
    expect(text).toMatch(/port 30000 +129 \/ 128 connections +incident\.md:300/)
    expect(text).toMatch(/By hand\n +\$ ss -lnt\n/)
  })

  it('counts one in the singular', () => {
    const proofs = [evidence('a', { value: 1, limit: null }), evidence('b', { value: 1, limit: 5 })]
    const text = print(report({ findings: [finding('x', { evidence: proofs })] }))
    expect(text).toMatch(/a +1 connection +incident/)
    expect(text).toMatch(/b +1 \/ 5 connections/)
  })

  it('puts effects under their cause, with why, and leaves their remedies to the root', () => {
    const text = print(incident)
    expect(text.indexOf('Leads to')).toBeGreaterThan(text.indexOf('Restart kube-proxy'))
    expect(text).toContain('Why: nobody takes from it')
    expect(text).not.toContain('Raise it')
    expect(text).toContain('1 remedy of its own; --all shows it')
    expect(print(incident, { all: true })).toContain('Raise it')
  })

  it('shows the remedies of an effect whose cause has none', () => {
    const findings = [{ ...root, remedies: [] }, effect]
    expect(print(report({ findings }))).toContain('Raise it')
  })

  it('folds findings that are alike, naming what they are about', () => {
    const findings = Array.from({ length: 9 }, (_, i) =>
      finding('accept-queue-full', {
        id: `accept-queue-full:${i}`,
        subject: { kind: 'listener', key: `*:${8000 + i}` },
      }),
    )
    const text = print(report({ findings }))
    expect(text).toContain('… and 6 more like these: *:8003, *:8004')
    expect(print(report({ findings }), { all: true })).not.toContain('more like these')
  })

  it('prints every finding once, those whose causes run in a circle too', () => {
    const a = finding('a', { causes: [{ id: 'b:00000001', why: both('x') }] })
    const b = finding('b', { causes: [{ id: 'a:00000001', why: both('y') }] })
    const text = print(report({ findings: [a, b] }))
    expect(text.match(/Title of a/g)).toHaveLength(1)
    expect(text.match(/Title of b/g)).toHaveLength(1)
  })

  it('never wraps a command, and marks only its beginning', () => {
    const action = `kubectl -n kube-system get pods -l k8s-app=kube-proxy -o name ${'x'.repeat(60)} \\\n  | xargs kubectl delete`
    const text = print(report({ findings: [finding('a', { remedies: [remedy('Restart', { action })] })] }))
    expect(text).toContain(`$ ${action.split('\n')[0]}\n`)
    expect(text).toMatch(/\n +\| xargs kubectl delete\n/)
  })

  it('names the nodes where there are several, and the readings', () => {
    const snapshots = [reading(), reading({ node: { ...reading().node, name: 'n2' }, lines: [50, 60] })]
    const text = print(report({ snapshots, findings: [finding('a'), finding('b', { node: 'n2', snapshots: [1] })] }))
    expect(text).toMatch(/── node n1 ─+/)
    expect(text).toMatch(/── node n2 ─+/)
    expect(text).toMatch(/b · certain · now · reading 2/)
    expect(text).toContain('2 findings on 2 nodes: 2 warnings')
  })
})

describe('what was looked at', () => {
  it('tells the order of readings and how it is known', () => {
    const order = [{ before: 1, after: 0, by: 'inferred', because: 'queues cannot shrink' }] as const
    const text = print(report({ snapshots: [reading(), reading()], order }))
    expect(text).toContain('reading 2 before reading 1, inferred: queues cannot shrink')
    expect(print(report({ snapshots: [reading(), reading()] }))).toContain('is not known')
  })

  it('shows a live pair as one look', () => {
    const live = reading({ way: 'live', source: 'live', lines: null })
    const text = print(report({ snapshots: [live, live], order: [{ before: 0, after: 1, by: 'clock', because: '' }] }))
    expect(text.match(/this machine \(n1\) ·/g)).toHaveLength(1)
    expect(text).not.toContain('Reading')
  })

  it('groups skipped rules by reason, counts unread lines, lists them on request', () => {
    expect(print(incident)).toContain('no sockets: syn-sent-stuck')
    expect(print(incident)).toContain('10 lines in 1 place')
    expect(print(incident, { verbose: true })).toContain('incident.md:10–19 — no parser — blah')
  })

  it('does not take what a filter shows for all there is', () => {
    const gaps = [{ snapshot: 0, netns: 'host', part: 'listeners', reason: 'partial', detail: 'awk' }] as const
    expect(print(report({ gaps }), { width: 120 })).toContain('2 listeners in what is shown')
    expect(print(report(), { width: 120 })).not.toContain('in what is shown')
  })

  it('tells what silence does not promise, once, and where', () => {
    const hidden = { ...outcome('accept-queue-full', 'clear'), remark: both('hidden by a long queue, not cured') }
    const one = report({ snapshots: [reading(), reading()], outcomes: [hidden, { ...hidden, snapshot: 1 }] })
    expect(print(one, { width: 120 })).toContain('Reading 1, Reading 2: hidden by a long queue, not cured')
    expect(print(report({ outcomes: [hidden] }))).toMatch(/Beware +hidden by a long queue/)
  })

  it('shows states, counters and settings that were read', () => {
    const seen = netns({
      census: { counts: { CLOSE_WAIT: 3068 }, origin: { via: 'x' } },
      counters: { TcpExtListenOverflows: 30833253 },
      sysctls: { 'net.core.somaxconn': '128' },
    })
    const text = print(report({ snapshots: [reading({ netns: [seen] })] }))
    expect(text).toContain('states: CLOSE_WAIT 3068')
    expect(text).toContain('counters: ListenOverflows 30 833 253')
    expect(text).toContain('settings: net.core.somaxconn = 128')
  })
})

describe('the page', () => {
  const hostile = '\u001b[2J\u001b]0;owned\u0007\u202eevil\u0000\r\nNOTHING FOUND\u009b31m'
  const poisoned = JSON.parse(
    JSON.stringify(incident).replaceAll('kube-proxy', JSON.stringify(hostile).slice(1, -1)),
  ) as Report

  it('lets nothing through that a terminal obeys, in any mode', () => {
    for (const lang of ['en', 'zh'] as const) {
      for (const all of [true, false]) {
        const text = print(poisoned, { lang, all, verbose: true })
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
        expect(text).toContain('\\x1b[2J')
        expect(text).not.toMatch(/^NOTHING FOUND/m)
      }
    }
  })

  it('uses colours of its own only, and only when asked', () => {
    const plain = print(incident)
    const colored = print(incident, { color: true })
    expect(plain).not.toContain('\u001b')
    expect(colored).toContain('\u001b[31mCRITICAL')
    expect(stripVTControlCharacters(colored)).toBe(plain)
    const own = print(poisoned, { color: true }).replaceAll(/\p{Cc}\[(1|2|22|3[1236]|39)m/gu, '')
    expect(own).not.toContain('\u001b')
  })

  it.each([40, 60, 80, 120])('keeps to %i columns', (width) => {
    for (const lang of ['en', 'zh'] as const) {
      const long = print(incident, { lang, width })
        .split('\n')
        .filter((line) => widthOf(line) > width && !line.trim().startsWith('$') && !/:\d+$/.test(line))
      expect(long).toEqual([])
    }
  })

  it('shortens long paths to their name, unless two files share it', () => {
    const path = '/srv/incidents/2026-11-21/node-a/incident.md'
    const other = '/srv/incidents/2026-11-21/node-b/incident.md'
    expect(print(report({ snapshots: [reading({ source: path })] }))).toContain('lines 3–40 of incident.md')
    const both = print(report({ snapshots: [reading({ source: path }), reading({ source: other })] }), { width: 140 })
    expect(both).toContain(path)
    expect(both).toContain(other)
  })
})
