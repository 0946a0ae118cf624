import { describe, expect, test } from 'vitest'
import { diagnose } from './diagnose.ts'
import { got, maybe, missing, need } from './facts/need.ts'
import type { Draft } from './model/finding.ts'
import type { Gap, Ok } from './model/part.ts'
import type { Precedence, Series, Snapshot, Sysctls } from './model/snapshot.ts'
import { defineRule, type Page, type Rule } from './rules/define-rule.ts'

const text = (words: string) => ({ en: words, zh: words })
const nothing: Gap = { ok: false, reason: 'absent', detail: 'not captured' }
const page: Page = {
  what: text(''),
  why: text(''),
  confirm: text(''),
  fix: text(''),
  notToConfuse: text(''),
  sources: [],
}

function sysctls(values: Record<string, string>, cuts: string[] = []): Ok<Sysctls> {
  const coverage = cuts.length === 0 ? [{ of: 'all' as const }] : []
  return { ok: true, data: { values, origins: {} }, via: 'test', coverage, cuts, warnings: [] }
}

function reading(part: Snapshot['netns'][number]['sysctls'], over: Partial<Snapshot> = {}): Snapshot {
  return {
    apiVersion: 'recvq/v1',
    kind: 'Snapshot',
    source: 'test',
    way: 'transcript',
    takenAt: null,
    lines: null,
    node: { name: 'n', kernel: null, os: null, bootId: null, cores: null, uptimeSeconds: null },
    processes: nothing,
    machine: nothing,
    containers: nothing,
    captures: nothing,
    hints: [],
    netns: [
      {
        key: 'host',
        kind: 'host',
        inode: null,
        pod: null,
        listeners: nothing,
        connections: nothing,
        census: nothing,
        counters: nothing,
        sockstat: nothing,
        sysctls: part,
        network: nothing,
        nat: nothing,
        flows: nothing,
      },
    ],
    ...over,
  }
}

/** A fact of the test's own: the sysctl `level` as a number. */
const level = need('level', ({ netns }) => {
  if (!netns.sysctls.ok) return missing(text('no sysctls'))
  const whole = netns.sysctls.coverage.some((one) => one.of === 'all')
  return got(Number(netns.sysctls.data.values.level ?? 0), whole ? null : text('only part was seen'))
})

const draft = (key: string, words: string, over: Partial<Draft> = {}): Draft => ({
  subject: { kind: 'netns', key },
  severity: 'warning',
  confidence: 'certain',
  when: 'now',
  summary: text(words),
  evidence: [{ label: text('level'), value: words, unit: null, limit: null, source: { via: 'test' }, command: null }],
  remedies: [],
  notHelpful: [],
  unknowns: [],
  ...over,
})

const highLevel = defineRule({
  id: 'high-level',
  title: text('high'),
  severity: 'warning',
  scope: 'netns',
  needs: { level },
  words: {},
  page,
  effects: [{ rule: 'wet-floor', shared: 'netns', why: text('water runs over') }],
  check: ({ level }) => (level > 10 ? [draft('level', String(level))] : []),
})

const wetFloor = defineRule({
  id: 'wet-floor',
  title: text('wet'),
  severity: 'critical',
  scope: 'netns',
  needs: { level: maybe(level) },
  words: {},
  page,
  effects: [],
  check: ({ level }) => (level !== null && level > 20 ? [draft('floor', 'wet', { severity: 'critical' })] : []),
})

const brokenRule = defineRule({
  ...highLevel,
  id: 'broken-rule',
  effects: [],
  check: () => {
    throw new Error('a bug')
  },
})

const RULES = [highLevel, wetFloor] satisfies Rule[]

function series(snapshots: Snapshot[], order: Precedence[] = []): Series {
  return { node: 'n', snapshots, order }
}
const then = (before: number, after: number): Precedence => ({ before, after, by: 'clock', because: 'dated' })
const run = (one: Series, rules: readonly Rule[] = RULES) => diagnose({ series: [one], rules, version: '0' })

describe('outcomes', () => {
  const outcomeOf = (snapshot: Snapshot, rules: readonly Rule[] = RULES) =>
    run(series([snapshot]), rules).outcomes.map((o) => [o.rule, o.outcome])

  test('found and clear', () => {
    expect(outcomeOf(reading(sysctls({ level: '11' })))).toEqual([
      ['high-level', 'found'],
      ['wet-floor', 'clear'],
    ])
  })
  test('a need that is not there skips the rule, an optional one does not', () => {
    const report = run(series([reading(nothing)]))
    expect(report.outcomes[0]).toMatchObject({ rule: 'high-level', outcome: 'skipped', why: { en: 'no sysctls' } })
    expect(report.outcomes[1]).toMatchObject({ rule: 'wet-floor', outcome: 'clear' })
  })
  test('a cut part can be found in, but never cleared', () => {
    expect(outcomeOf(reading(sysctls({ level: '1' }, ['...'])))[0]).toEqual(['high-level', 'skipped'])
    expect(outcomeOf(reading(sysctls({ level: '11' }, ['...'])))[0]).toEqual(['high-level', 'found'])
  })
  test('a rule that throws is broken, said, and alone', () => {
    const report = run(series([reading(sysctls({ level: '11' }))]), [brokenRule, ...RULES])
    expect(report.outcomes[0]).toMatchObject({ outcome: 'broken', why: { en: 'a bug' } })
    expect(report.findings).toHaveLength(1)
  })
})

describe('several readings', () => {
  const low = reading(sysctls({ level: '1' }))
  const high = reading(sysctls({ level: '11' }))
  const higher = reading(sysctls({ level: '12' }))

  test('found twice is one finding, the later reading speaks, whatever the order in the file', () => {
    const [finding, ...others] = run(series([higher, high], [then(1, 0)])).findings
    expect(others).toEqual([])
    expect(finding?.summary.en).toBe('12')
    expect(finding?.snapshots).toEqual([1, 0])
    expect(finding?.evidence.map((e) => e.label.en)).toContain('reading 2: 11')
  })
  test('what a later whole reading does not show is told as past', () => {
    const { findings } = run(series([high, low], [then(0, 1)]))
    expect(findings).toMatchObject([{ rule: 'high-level', when: 'past', severity: 'info', snapshots: [0] }])
    expect(findings[0]?.summary.en).toBe('No longer so at the latest reading: 11')
  })
  test('of a live run only the present is told', () => {
    const live = (one: Snapshot): Snapshot => ({ ...one, way: 'live' })
    expect(run(series([live(high), live(low)], [then(0, 1)])).findings).toEqual([])
  })
  test('but not when the order is unknown, nor when the later one could not judge, nor a proof of the past', () => {
    const severity = (one: Series) => run(one).findings.map((finding) => [finding.severity, finding.when])
    expect(severity(series([high, low]))).toEqual([['warning', 'now']])
    expect(severity(series([high, reading(nothing)], [then(0, 1)]))).toEqual([['warning', 'now']])
    const past = { ...highLevel, check: () => [draft('x', 'was', { when: 'past' })] }
    const onlyFirst = { ...past, check: (values: { level: number }) => (values.level > 10 ? past.check() : []) }
    expect(run(series([high, low], [then(0, 1)]), [onlyFirst]).findings).toMatchObject([{ severity: 'warning' }])
  })
  test('a rule sees the reading before only where order, boot and namespace allow it', () => {
    const seen: (string | null)[] = []
    const spy = defineRule({
      ...highLevel,
      check: (_, view) => {
        seen.push(view.before?.snapshot.source ?? null)
        return []
      },
    })
    const named = (source: string, bootId: string | null = null) =>
      reading(sysctls({ level: '1' }), { source, node: { ...low.node, bootId } })
    run(series([named('a'), named('b'), named('c')], [then(0, 1), then(1, 2), then(0, 2)]), [spy])
    expect(seen.splice(0)).toEqual([null, 'a', 'b'])
    run(series([named('a', 'boot 1'), named('b', 'boot 2')], [then(0, 1)]), [spy])
    expect(seen.splice(0)).toEqual([null, null])
    run(series([named('a'), named('b')], [then(0, 1), then(1, 0)]), [spy])
    expect(seen.splice(0).filter((source) => source !== null).length).toBeLessThan(2)
  })
})

describe('causes', () => {
  const flooded = reading(sysctls({ level: '21' }))
  test('a link on shared ground; the root stands first although its effect is graver', () => {
    const { findings } = run(series([flooded]))
    expect(findings.map((f) => f.rule)).toEqual(['high-level', 'wet-floor'])
    expect(findings[1]?.causes).toEqual([{ id: findings[0]?.id, why: text('water runs over') }])
  })
  test('the root of the gravest harm comes first, even if another root is called graver than it', () => {
    const other = defineRule({ ...highLevel, id: 'another', effects: [] })
    const mild = defineRule({ ...highLevel, check: () => [draft('level', 'mild', { severity: 'info' })] })
    const { findings } = run(series([flooded]), [other, mild, wetFloor])
    expect(findings.map((f) => f.rule)).toEqual(['high-level', 'wet-floor', 'another'])
  })
  test('no link between two nodes', () => {
    const other = { ...series([flooded]), node: 'm' }
    const onlyHigh = {
      ...highLevel,
      check: (v: { level: number }) => (v.level === 21 ? highLevel.check(v, {} as never) : []),
    }
    const report = diagnose({
      series: [series([flooded]), other],
      rules: [onlyHigh, wetFloor],
      version: '0',
    })
    for (const finding of report.findings.filter((f) => f.rule === 'wet-floor')) {
      expect(finding.causes.map((c) => report.findings.find((f) => f.id === c.id)?.node)).toEqual([finding.node])
    }
  })
})

test('ids do not depend on counts or order', () => {
  const a = run(series([reading(sysctls({ level: '11' }))])).findings[0]?.id
  const b = run(series([reading(sysctls({ level: '99' })), reading(nothing)])).findings[0]?.id
  expect(a).toMatch(/^high-level:[0-9a-f]{8}$/)
  expect(a).toBe(b)
})

test('what was not read or cut is a gap in the report', () => {
  const { gaps } = run(series([reading(sysctls({}, ['grep level']))]))
  expect(gaps).toContainEqual({ snapshot: 0, netns: 'host', part: 'sysctls', reason: 'partial', detail: 'grep level' })
  expect(gaps).toContainEqual({
    snapshot: 0,
    netns: 'host',
    part: 'listeners',
    reason: 'absent',
    detail: 'not captured',
  })
})
