import type { Content } from '../model/block.ts'
import type { NatListing } from '../model/nat.ts'
import type { Coverage, Gap } from '../model/part.ts'
import type { Format } from '../parse/format.ts'
import { iptablesSave, ipvsadm, nftRuleset } from '../parse/forwarding-formats.ts'
import { isIptablesTable, type NftTable, parseNftTable, TABLES_ASKED } from '../parse/netlink-nftables.ts'
import { replacedBy } from '../parse/service-replacement.ts'
import type { CommandOutput, ForwardingDoor, WantedProgram } from '../sys/host.ts'
import { asGap } from '../sys/host-error.ts'
import { type ContentAnswer, gap } from './answers.ts'
import type { Budget } from './budget.ts'
import { askDump } from './netlink.ts'
import { readWith } from './texts.ts'

type NatAnswer = ContentAnswer & { readonly content: Extract<Content, { question: 'nat' }> }

/** What one way told, the keys of what it showed whole, or why it told nothing. */
interface Step {
  readonly listings: readonly NatListing[]
  readonly via: readonly string[]
  readonly keys: readonly string[]
  readonly gaps: readonly Gap[]
  readonly cuts: readonly string[]
}

const NOTHING: Step = { listings: [], via: [], keys: [], gaps: [], cuts: [] }
const TABLES = ['nat', 'filter', 'mangle', 'raw']
const FAMILIES = [4, 6] as const
/** No program may take longer, however much is left. */
const PROGRAM_MS = 4000
/** A ruleset in more tables is listed at once. */
const MAX_TABLES = 16

/**
 * Forwarding rules of a live namespace: iptables-legacy, iptables-nft, nft, IPVS, each only where the kernel has tables of it.
 * Shape:  one answer, its listings output by output; `via` names the programs. Without any table: an empty listing, whole
 * Gaps:   what could not be read is a gap beside the answer, and nothing but gaps where no rule was read at all; the coverage
 *         names only what was read whole
 */
export function readForwarding(door: ForwardingDoor, budget: Budget): readonly (NatAnswer | Gap)[] {
  const nft = nftTables(door)
  const steps = [
    ...FAMILIES.map((family) => readIptables(door, family, nft, budget)),
    readNftables(door, nft, budget),
    readIpvs(door, budget),
  ]
  const gaps = steps.flatMap((one) => one.gaps)
  const keys = steps.flatMap((one) => one.keys)
  const listings = steps.flatMap((one) => one.listings)
  const by = replacedBy(door.pinned)
  // No rules of a namespace whose rules nobody may see are not "no rules": what else is known of it does not help.
  if (listings.length === 0 && gaps.length > 0 && by === null) return gaps
  const via = [...new Set(steps.flatMap((one) => one.via))].join(', ') || 'no tables'
  const none = { ...EMPTY, origin: { via } }
  const seen = listings.length > 0 ? listings : [none]
  const coverage: readonly Coverage[] = [{ of: 'keys', keys }]
  const cuts = steps.flatMap((one) => one.cuts)
  const answers = seen.map(
    (nat, index): NatAnswer => ({
      ok: true,
      via: 'via' in nat.origin ? nat.origin.via : via,
      content: { question: 'nat', nat: index === 0 && by !== null ? { ...nat, replacedBy: by } : nat },
      place: null,
      coverage: index === 0 ? coverage : [],
      cuts: index === 0 ? cuts : [],
      warnings: [],
    }),
  )
  return [...answers, ...gaps]
}

const EMPTY: Omit<NatListing, 'origin'> = {
  rules: [],
  chains: [],
  ipvs: [],
  ipvsConnections: [],
  sets: [],
  elided: [],
  replacedBy: null,
}

/** Tables of nf_tables in this namespace, or why that is not known. */
function nftTables(door: ForwardingDoor): readonly NftTable[] | Gap {
  if (door.nftables === null) return []
  if (!('talk' in door.nftables)) return door.nftables
  const tables: NftTable[] = []
  try {
    door.nftables.talk((run) => {
      askDump(run, {
        ...TABLES_ASKED,
        take: (message) => {
          const table = parseNftTable(message)
          if (table) tables.push(table)
        },
      })
    })
    return tables
  } catch (error) {
    const met = asGap(error)
    // nfnetlink without nf_tables behind it: there are none.
    return met.reason === 'unsupported' || met.detail.includes('EINVAL') ? [] : met
  }
}

const isGap = (tables: readonly NftTable[] | Gap): tables is Gap => 'reason' in tables

function readIptables(door: ForwardingDoor, family: 4 | 6, nft: readonly NftTable[] | Gap, budget: Budget): Step {
  const prefix = family === 4 ? 'ip' : 'ip6'
  const program = `${prefix}tables`
  return attempt(() => {
    const legacy = (door.file(`${prefix}_tables_names`) ?? '').trim() !== ''
    const byNft = !isGap(nft) && nft.some((table) => isIptablesTable(table, family))
    const steps: Step[] = []
    if (legacy) steps.push(save(door, family, budget, variants(program, 'legacy')))
    if (byNft) {
      const tables = isGap(nft) ? [] : nft.filter((table) => isIptablesTable(table, family))
      steps.push(...saveNft(door, family, budget, variants(program, 'nf_tables'), tables))
    }
    const whole = steps.every((one) => one.gaps.length === 0 && one.cuts.length === 0)
    const keys = whole && !isGap(nft) ? TABLES.map((table) => `iptables ${family} ${table}`) : []
    return { ...unite(steps), keys, via: steps.length > 0 ? steps.flatMap((one) => one.via) : ['no tables'] }
  })
}

const variants = (program: string, backend: 'legacy' | 'nf_tables'): readonly WantedProgram[] => [
  { name: `${program}-${backend === 'legacy' ? 'legacy' : 'nft'}-save`, args: ['-c'] },
  { name: `${program}-save`, args: ['-c'], backend },
]

const save = (door: ForwardingDoor, family: 4 | 6, budget: Budget, programs: readonly WantedProgram[]): Step =>
  attempt(() => listingOf(iptablesSave({ table: null, family }), runWithin(door, programs, budget), budget))

/** Tables that somebody made by nft under iptables' names are passed over by iptables-nft-save, with a comment: nft lists them. */
function saveNft(
  door: ForwardingDoor,
  family: 4 | 6,
  budget: Budget,
  programs: readonly WantedProgram[],
  tables: readonly NftTable[],
): readonly Step[] {
  const foreign = new Set<string>()
  const saved = attempt(() => {
    const output = runWithin(door, programs, budget)
    for (const name of incompatibleIn(output.bytes)) foreign.add(name)
    return listingOf(iptablesSave({ table: null, family }), output, budget)
  })
  // Without iptables-nft-save nft prints its tables too.
  const byNft = saved.gaps.length > 0 ? tables : tables.filter(({ name }) => foreign.has(name))
  const listed = byNft.map((table) => listTable(door, table, budget))
  return saved.gaps.length > 0 && listed.every((one) => one.gaps.length === 0) ? listed : [saved, ...listed]
}

/** It says so instead of the table, in an output that holds little else. */
function incompatibleIn(bytes: Uint8Array): readonly string[] {
  const text = new TextDecoder().decode(bytes.subarray(0, 4096))
  return [...text.matchAll(/^# Table `(\w{1,32})' is incompatible/gm)].map(([, name]) => name ?? '')
}

const listTable = (door: ForwardingDoor, { family, name }: NftTable, budget: Budget): Step =>
  attempt(() =>
    listingOf(nftRuleset, runWithin(door, [{ name: 'nft', args: ['list', 'table', family, name] }], budget), budget),
  )

/** iptables-nft's tables are printed by iptables-nft-save; all others by nft, table by table. */
function readNftables(door: ForwardingDoor, nft: readonly NftTable[] | Gap, budget: Budget): Step {
  if (isGap(nft)) return { ...NOTHING, gaps: [nft] }
  const others = nft.filter((table) => !FAMILIES.some((family) => isIptablesTable(table, family)))
  const keys = ['nftables']
  if (others.length === 0) return { ...NOTHING, keys, via: ['nf_tables'] }
  const ruleset = [{ name: 'nft', args: ['list', 'ruleset'] }]
  const steps =
    others.length > MAX_TABLES
      ? [attempt(() => listingOf(nftRuleset, runWithin(door, ruleset, budget), budget))]
      : others.map((table) => listTable(door, table, budget))
  const whole = steps.every((one) => one.gaps.length === 0 && one.cuts.length === 0)
  return { ...unite(steps), keys: whole ? keys : [] }
}

/** A namespace without virtual services has the file too, where the module is loaded. */
function readIpvs(door: ForwardingDoor, budget: Budget): Step {
  return attempt(() => {
    const services = door.file('ip_vs')
    const keys = ['ipvs', 'ipvs connections']
    if (services === null || services.trim().split('\n').length <= 3)
      return { ...NOTHING, keys, via: ['/proc/net/ip_vs'] }
    const steps = [listingOf(ipvsadm, textAs('/proc/net/ip_vs', services), budget)]
    const connections = door.file('ip_vs_conn')
    if (connections !== null) steps.push(listingOf(ipvsadm, textAs('/proc/net/ip_vs_conn', connections), budget))
    return { ...unite(steps), keys: connections === null ? ['ipvs'] : keys }
  })
}

const textAs = (via: string, text: string): CommandOutput => ({
  via,
  name: via,
  bytes: new TextEncoder().encode(text),
  cuts: [],
})

function runWithin(door: ForwardingDoor, programs: readonly WantedProgram[], budget: Budget): CommandOutput {
  return door.run(programs, Math.min(PROGRAM_MS, budget.left()))
}

function listingOf(format: Format, output: CommandOutput, budget: Budget): Step {
  const spent = () => budget.spent()
  const { content, cuts = [], lost, warnings } = readWith(format, output.bytes, { file: output.via }, spent)
  const listings = content.flatMap((one) =>
    one.question === 'nat' ? [{ ...one.nat, origin: { via: output.via } }] : [],
  )
  const notRead = lost > 0 ? [`${output.via}: ${lost} lines not understood, first: ${warnings[0]?.message ?? ''}`] : []
  return { ...NOTHING, listings, via: [output.via], cuts: [...output.cuts, ...cuts, ...notRead] }
}

function attempt(act: () => Step): Step {
  try {
    return act()
  } catch (error) {
    const { reason, detail } = asGap(error)
    return { ...NOTHING, gaps: [gap(reason, detail)] }
  }
}

const unite = (steps: readonly Step[]): Step => ({
  listings: steps.flatMap((one) => one.listings),
  via: steps.flatMap((one) => one.via),
  keys: steps.flatMap((one) => one.keys),
  gaps: steps.flatMap((one) => one.gaps),
  cuts: steps.flatMap((one) => one.cuts),
})
