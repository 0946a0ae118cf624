import type { RowEndpoint, RowListener, ServiceRow } from '../../model/service-table.ts'
import { ADDRESS_KIND_WORDS, NAME_SOURCE_WORDS, SERVICE_WORDS as S } from '../../words/services.ts'
import { type Line, span } from '../style.ts'
import { cell, tableLines } from '../table.ts'
import { aside, counted, inParentheses, labelled, listOf, paragraph, type TextOptions, tell } from '../text/page.ts'
import { widthOf } from '../wrap.ts'
import { ageText, countText, percent, placeText } from './cells.ts'

/** Endpoints that are shown before the rest is folded. */
const SHOWN = 20

/** One Service in full: what it is, who holds its NodePort, what its rules do, where it leads. */
export function detailLines(page: TextOptions, row: ServiceRow): readonly Line[] {
  const { service, nodePort, port, protocol } = row
  const title = aside([
    service ?? S.unnamed[page.lang],
    nodePort === null ? null : `NodePort ${nodePort}`,
    protocol !== null && protocol !== 'tcp' ? protocol.toUpperCase() : null,
    port !== null && nodePort === null ? `:${port}` : null,
  ])
  const facts = factsOf(page, row)
  const column = Math.max(...facts.map(([label]) => widthOf(label))) + 2
  return [
    ...paragraph(page, title, { style: 'strong' }),
    ...facts.flatMap(([label, text]) => labelled(page, label, text, { indent: 2, column })),
    ...endpointLines(page, row),
  ]
}

type Fact = readonly [label: string, text: string]

function factsOf(page: TextOptions, row: ServiceRow): readonly Fact[] {
  const { lang } = page
  const { namedBy, namedAt, type, ageSeconds, addresses, listeners, listenersWhole, nodePort, shares, flows } = row
  const facts: Fact[] = []
  if (namedBy !== null)
    facts.push([S.named[lang], aside([NAME_SOURCE_WORDS[namedBy][lang], namedAt ? placeText(namedAt) : null])])
  if (type !== null) facts.push([S.type[lang], aside([type, ageSeconds === null ? null : ageText(ageSeconds)])])
  if (addresses.length > 0)
    facts.push([
      S.address[lang],
      listOf(
        page,
        addresses.map((one) => addressText(page, one)),
      ),
    ])
  if (listeners.length > 0) for (const one of listeners) facts.push([S.listener[lang], listenerText(page, one)])
  else if (nodePort !== null)
    facts.push([S.listener[lang], listenersWhole ? S.noListener[lang] : S.listenerNotSeen[lang]])
  facts.push([S.rules[lang], rulesText(page, row)])
  facts.push([S.endpoints[lang], endpointsText(page, row)])
  if (shares.length > 0) facts.push([S.shares[lang], sharesText(page, row)])
  if (flows) facts.push([S.conntrack[lang], flowsText(page, row)])
  return facts
}

function addressText(page: TextOptions, { address, port, kind }: ServiceRow['addresses'][number]): string {
  const word = ADDRESS_KIND_WORDS[kind]
  const place = `${address.includes(':') ? `[${address}]` : address}${port === null ? '' : `:${port}`}`
  return place + (word ? inParentheses(page, word[page.lang]) : '')
}

function listenerText(page: TextOptions, one: RowListener): string {
  const { address, port, program, length, limit, limitKnown, over, origin } = one
  const queue =
    length === null
      ? null
      : limit === null
        ? tell(page, S.connections, { length })
        : tell(page, S.ofLimit, { length, limit })
  return aside([
    `${address.includes(':') ? `[${address}]` : address}:${port}`,
    program,
    queue,
    over ? S.overLimit[page.lang] : null,
    limitKnown === 'earlier' ? S.limitEarlier[page.lang] : null,
    placeText(origin),
  ])
}

function rulesText(page: TextOptions, { rules }: ServiceRow): string {
  if (rules === null) return S.noRules[page.lang]
  const { backends, chain, chainNotSeen, localOnly, refused, origin } = rules
  const backend = backends.join(', ')
  return aside([
    chain === null ? backend : tell(page, S.chain, { backend, chain }),
    chainNotSeen ? S.chainMissing[page.lang] : null,
    refused === null ? null : tell(page, S.refused, { why: refused }),
    localOnly ? S.localOnly[page.lang] : null,
    origin ? placeText(origin) : null,
  ])
}

function endpointsText(page: TextOptions, row: ServiceRow): string {
  const { endpointCount, kubernetesCount, rulesNotSeen } = row
  if (endpointCount === null) return S.unknownEndpoints[page.lang]
  if (endpointCount === 0 && row.endpoints.length === 0) return S.noEndpoints[page.lang]
  const differs = kubernetesCount !== null && kubernetesCount !== endpointCount
  return aside([
    countText(page, row),
    rulesNotSeen > 0 ? tell(page, S.rulesNotSeen, { n: String(rulesNotSeen) }) : null,
    differs ? tell(page, S.byKubernetes, { n: String(kubernetesCount) }) : null,
  ])
}

function sharesText(page: TextOptions, { shares }: ServiceRow): string {
  const names = listOf(
    page,
    shares.map((one) => one.service),
  )
  return shares.every((one) => one.whole) ? names : names + inParentheses(page, S.sharedShown[page.lang])
}

function flowsText(page: TextOptions, { flows }: ServiceRow): string {
  if (!flows) return ''
  const { entries, translated, past, intervals } = flows
  const template = entries === 1 ? S.entriesOne : S.entries
  const rhythms = new Map<number, string[]>()
  for (const { source, seconds } of intervals) rhythms.set(seconds, [...(rhythms.get(seconds) ?? []), source])
  return aside([
    tell(page, template, { n: entries, translated, past }),
    ...[...rhythms].map(([seconds, clients]) =>
      tell(page, clients.length === 1 ? S.every : S.everyEach, { clients: listOf(page, clients), seconds }),
    ),
  ])
}

function endpointLines(page: TextOptions, row: ServiceRow): readonly Line[] {
  const { endpoints, notSeen } = row
  if (endpoints.length === 0) return []
  const most = page.all || endpoints.length === SHOWN + 1 ? endpoints.length : SHOWN
  const shown = endpoints.slice(0, most)
  const { lang } = page
  const both = endpoints.some((one) => one.inRules) && endpoints.some((one) => one.inKubernetes)
  const columns = [
    { head: S.endpoints[lang] },
    { head: S.share[lang], right: true, spare: 2 },
    { head: S.pod[lang] },
    { head: S.node[lang], spare: 1 },
    { head: S.ready[lang] },
    { head: S.restarts[lang], right: true },
    { head: S.age[lang], right: true },
    { head: S.seenBy[lang], spare: 3 },
  ]
  const { lines } = tableLines(
    columns,
    shown.map((one) => endpointCells(page, one, both)),
    { width: page.width, indent: 4, fold: true },
  )
  const say = (text: string): readonly Line[] => paragraph(page, text, { prefix: [span('    ')], style: 'dim' })
  return [
    ...lines,
    ...(endpoints.length > most ? say(counted(page, endpoints.length - most, S.moreEndpoints, S.moreEndpoints)) : []),
    ...(notSeen > 0 ? say(tell(page, S.restNotSeen, { n: String(notSeen) })) : []),
  ]
}

function endpointCells(page: TextOptions, one: RowEndpoint, both: boolean) {
  const { address, port, share, pod, node, ready, restarts, ageSeconds, inRules, inKubernetes } = one
  const seen = inRules && inKubernetes ? S.inBoth : inRules ? S.inRules : S.inKubernetes
  return [
    cell(`${address.includes(':') ? `[${address}]` : address}${port === null ? '' : `:${port}`}`),
    cell(share === null ? '' : percent(share)),
    cell(pod ?? ''),
    cell(node ?? ''),
    cell(ready === null ? '' : S[ready ? 'yes' : 'no'][page.lang], ready === false ? 'warning' : undefined),
    cell(restarts === null ? '' : String(restarts)),
    cell(ageText(ageSeconds)),
    cell(both ? seen[page.lang] : '', 'dim'),
  ]
}
