import { describe, expect, test } from 'vitest'
import { allTopics, findTopics, similarTopics } from '../src/cli/topics.ts'
import type { Text } from '../src/model/text.ts'
import type { Topic } from '../src/model/topic.ts'
import { NETSTAT_S_NAMES } from '../src/parse/netstat-s-names.ts'
import { RULES } from '../src/rules/index.ts'
import { placeholders } from '../src/words/say.ts'
import type { Term } from '../src/words/terms/define-term.ts'
import { GLOSSARIES } from '../src/words/terms/index.ts'

/** The pages of `recvq explain`: whole, each saying what no other says, and found by every name people use. */

const topics = allTopics()
const terms = GLOSSARIES.flatMap((glossary) => glossary.terms)
const counters = new Set(
  GLOSSARIES.filter(({ kind }) => kind === 'counter').flatMap((one) => one.terms.map(({ id }) => id)),
)
const rules = new Set(RULES.map(({ id }) => id))

const textsOf = ({ title, what, raisedBy, read, act }: Term): readonly Text[] =>
  [title, what, raisedBy, read, act].filter((text) => text !== null)

/** A value such as “Default 0; per namespace” is the same of several settings: too short to be a sentence. */
const isSentence = (text: string): boolean =>
  /\p{Script=Han}/u.test(text) ? text.length > 12 : text.split(' ').length > 5

/** Without what stands as tools print it: code, and lists in ASCII brackets. */
const withoutCode = (text: string): string => text.replace(/`[^`]*`|\([^)]*\)/g, '')

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[a-z]{3,}/g) ?? []

/** Full stops inside code and of abbreviations end no sentence. */
const sentences = (text: string): readonly string[] =>
  text
    .replace(/`[^`]*`/g, (code) => code.replaceAll(/[.!?;。；]/g, '·'))
    .split(/(?<=[.!?])\s+|(?<=[。！？])|\n+/)
    .map((one) => one.replace(/^\s*(?:- |\d{1,2}\. )/, '').trim())
    .filter(isSentence)

interface Said {
  readonly page: string
  readonly sentence: string
}

/** Sentences that more than one page says, or one page twice. */
function repeated(said: readonly Said[]): readonly string[] {
  const pages = new Map<string, string[]>()
  for (const { page, sentence } of said) pages.set(sentence, [...(pages.get(sentence) ?? []), page])
  return [...pages].filter(([, by]) => by.length > 1).map(([sentence, by]) => `${by.join(', ')}: ${sentence}`)
}

describe('the pages', () => {
  test.each(['TcpExt', 'Tcp', 'Udp', 'Ip', 'IpExt', 'Icmp'])('are there for every counter of %s', (section) => {
    const names = Object.keys(NETSTAT_S_NAMES[section] ?? {}).map((name) => `${section}${name}`)
    expect(names.length).toBeGreaterThan(8)
    expect(names.filter((name) => !counters.has(name))).toEqual([])
  })

  test('are there for every counter that is looked for by name', () => {
    const known = [
      'IcmpMsgOutType5',
      'IpExtInNoRoutes',
      'IpReasmFails',
      'IpInDiscards',
      'IpOutNoRoutes',
      'IpForwarding',
    ]
    expect(known.filter((name) => !counters.has(name))).toEqual([])
  })

  test('have names of their own', () => {
    const ids = topics.map(({ id }) => id)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
  })

  test('are filled in and in both languages', () => {
    for (const term of terms)
      for (const { en, zh } of textsOf(term)) {
        expect([term.id, placeholders(en), placeholders(zh)]).toEqual([term.id, [], []])
        expect([term.id, /\p{Script=Han}/u.test(en), en]).toEqual([term.id, false, en])
        const isQuoted = en === term.title.en && en === zh
        expect([term.id, isQuoted || /[\p{Script=Han}、；（。]/u.test(zh), zh]).toEqual([term.id, true, zh])
        expect([term.id, /\p{Script=Han}[,;!?]/u.exec(withoutCode(zh))?.[0]]).toEqual([term.id, undefined])
        expect([term.id, /\b(?:TODO|TBD|FIXME)\b/.test(`${en}${zh}`)]).toEqual([term.id, false])
      }
  })

  test('have titles of one line without a full stop', () => {
    for (const { id, title } of terms)
      for (const text of [title.en, title.zh]) {
        expect([id, /[.。\n]$|\n/.test(text)]).toEqual([id, false])
        expect([id, text.length <= 90]).toEqual([id, true])
      }
  })

  test('name only rules that exist, and where their words come from', () => {
    expect(
      terms.flatMap(({ id, rules: by }) => by.filter((rule) => !rules.has(rule)).map((rule) => `${id}: ${rule}`)),
    ).toEqual([])
    expect(terms.filter(({ sources }) => sources.length === 0).map(({ id }) => id)).toEqual([])
  })

  test.each(['en', 'zh'] as const)('say in %s what no other page says', (lang) => {
    const said = [
      ...terms.flatMap((term) =>
        textsOf(term).flatMap((text) => sentences(text[lang]).map((sentence) => ({ page: term.id, sentence }))),
      ),
      ...RULES.flatMap((rule) => ruleSentences(rule, lang)),
    ]
    expect(said.length).toBeGreaterThan(1000)
    expect(repeated(said)).toEqual([])
  })

  test('tell more than the name does', () => {
    const thin = terms.filter(({ id, title, what }) => {
      const known = new Set(wordsOf(`${id} ${title.en}`))
      return wordsOf(what.en).filter((word) => !known.has(word)).length < 3
    })
    expect(thin.map(({ id }) => id)).toEqual([])
  })
})

/** What a rule says at length: its page. Its findings repeat names and numbers on purpose. */
function ruleSentences({ id, page }: (typeof RULES)[number], lang: 'en' | 'zh'): readonly Said[] {
  return textsIn(page).flatMap((text) => sentences(text[lang]).map((sentence) => ({ page: id, sentence })))
}

function textsIn(value: unknown): readonly Text[] {
  if (typeof value !== 'object' || value === null) return []
  if ('en' in value && 'zh' in value && typeof value.en === 'string' && typeof value.zh === 'string')
    return [{ en: value.en, zh: value.zh }]
  return Object.values(value).flatMap(textsIn)
}

const found = (asked: string): readonly string[] => findTopics(asked, topics).map(({ id }: Topic) => id)

describe('a counter is found', () => {
  test.each([
    ['TcpExtListenDrops', 'TcpExtListenDrops'],
    ['ListenDrops', 'TcpExtListenDrops'],
    ['listendrops', 'TcpExtListenDrops'],
    ['SYNs to LISTEN sockets dropped', 'TcpExtListenDrops'],
    ['    12247395 SYNs to LISTEN sockets dropped', 'TcpExtListenDrops'],
    ['SYNs to LISTEN sockets ignored', 'TcpExtListenDrops'],
    ['30833253 times the listen queue of a socket overflowed', 'TcpExtListenOverflows'],
    ['times the listen queue of a socket overflowed', 'TcpExtListenOverflows'],
    ['passive connections rejected because of time stamp', 'TcpExtPAWSPassive'],
    ['packets rejects in established connections because of timestamp', 'TcpExtPAWSEstab'],
    ['segments retransmited', 'TcpRetransSegs'],
    ['9694012 segments retransmitted', 'TcpRetransSegs'],
    ['segments send out', 'TcpOutSegs'],
    ['segments sent out', 'TcpOutSegs'],
    ['bad segments received.', 'TcpInErrs'],
    ['TCP ran low on memory 3 times', 'TcpExtTCPMemoryPressures'],
    ['connections reset due to unexpected data', 'TcpExtTCPAbortOnData'],
    ['TCPTimeouts: 11487582', 'TcpExtTCPTimeouts'],
    ['TCPTimeouts', 'TcpExtTCPTimeouts'],
    ['other TCP timeouts', 'TcpExtTCPTimeouts'],
    ['TCPReqQFullDrop', 'TcpExtTCPReqQFullDrop'],
    ['OutType5', 'IcmpMsgOutType5'],
    ['OutType5: 978210', 'IcmpMsgOutType5'],
    ['IcmpMsgOutType5', 'IcmpMsgOutType5'],
    ['TcpExtListenDrops               12247395           0.0', 'TcpExtListenDrops'],
    ['node_netstat_TcpExt_ListenDrops', 'TcpExtListenDrops'],
    ['TcpExt_TCPSynRetrans', 'TcpExtTCPSynRetrans'],
    ['TcpExt: ListenDrops', 'TcpExtListenDrops'],
    ['LINUX_MIB_LISTENOVERFLOWS', 'TcpExtListenOverflows'],
    ['PAWSPassiveRejected', 'TcpExtPAWSPassive'],
    ['IcmpMsg_OutType5', 'IcmpMsgOutType5'],
    ['packet receive errors', 'UdpInErrors'],
    ['IPReversePathFilter: 17', 'TcpExtIPReversePathFilter'],
  ])('%s', (asked, id) => {
    expect(found(asked)).toEqual([id])
  })

  test('by each wording netstat ever printed for it', () => {
    const missed = ['Tcp', 'TcpExt', 'Udp'].flatMap((section) =>
      Object.entries(NETSTAT_S_NAMES[section] ?? {}).flatMap(([name, wordings]) =>
        wordings.filter(
          (wording) => !found(wording.replace('{n}', '7').replace('%s', '1')).includes(`${section}${name}`),
        ),
      ),
    )
    expect(missed).toEqual([])
  })

  test('by a name that several tables have: all of them', () => {
    expect([...found('InCsumErrors')].sort()).toEqual([
      'IcmpInCsumErrors',
      'IpExtInCsumErrors',
      'TcpInCsumErrors',
      'UdpInCsumErrors',
    ])
  })
})

describe('what has no page', () => {
  test.each(['', '   ', 'TcpExtNoSuchCounter', 'SYNs to LISTEN', 'queue', '5', '12: 5'])('“%s” finds none', (asked) => {
    expect(found(asked)).toEqual([])
  })

  test('is told the nearest names', () => {
    expect(similarTopics('ListenOverflow', topics)).toContain('TcpExtListenOverflows')
    expect(similarTopics('TcpExtListenDrop', topics)).toContain('TcpExtListenDrops')
  })
})
