import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Block } from '../../src/model/block.ts'
import type { Line } from '../../src/model/line.ts'
import { parseConntrack } from '../../src/parse/conntrack.ts'
import { parseIpsetList } from '../../src/parse/ipset-list.ts'
import { parseIptablesList } from '../../src/parse/iptables-list.ts'
import { parseIptablesSave } from '../../src/parse/iptables-save.ts'
import { parseKubectlDescribe } from '../../src/parse/kubectl-describe.ts'
import { parseKubectlGet } from '../../src/parse/kubectl-get.ts'
import { parseKubeObjects } from '../../src/parse/kubectl-yaml.ts'
import { parseNftJson } from '../../src/parse/nft-json.ts'
import { parseNftRuleset } from '../../src/parse/nft-ruleset.ts'
import { transcript } from './read.ts'

/** Real outputs, read through the transcript reader: what the parser makes of the bare file is what must come out. */

const FIXTURES = join(import.meta.dirname, '../fixtures')
const textOf = (path: string) => readFileSync(join(FIXTURES, path), 'utf8').trimEnd()
const linesOf = (text: string): readonly Line[] =>
  text.split('\n').map((line, index) => ({ number: index + 1, text: line, cut: false }))

type Counts = Readonly<Record<string, number>>

const sizes = (lists: Readonly<Record<string, unknown>>): Counts =>
  Object.fromEntries(
    Object.entries(lists).flatMap(([key, list]) =>
      Array.isArray(list) && list.length > 0 ? [[key, list.length]] : [],
    ),
  )

function countsOf(blocks: readonly Block[]): Counts {
  const total: Record<string, number> = {}
  const add = (counts: Counts) => {
    for (const [key, n] of Object.entries(counts)) total[key] = (total[key] ?? 0) + n
  }
  for (const content of blocks.flatMap((block) => block.content)) {
    if (content.question === 'nat') add(sizes({ ...content.nat, elided: [] }))
    if (content.question === 'cluster') add(sizes({ ...content.cluster }))
    if (content.question === 'flows')
      add({ flows: content.flows.listings.reduce((sum, one) => sum + one.flows.length, 0) })
  }
  return total
}

const saved = (text: string) => sizes({ ...parseIptablesSave(linesOf(text)).value })
const listed = (text: string) => sizes({ ...parseIptablesList(linesOf(text)).value })
const nft = (text: string) => sizes({ ...parseNftRuleset(linesOf(text)).value })
const nftJson = (text: string) => sizes({ ...parseNftJson(linesOf(text)).value })
const flows = (text: string) => sizes({ flows: parseConntrack(linesOf(text)).value.flows })
const sets = (text: string) => sizes({ sets: parseIpsetList(linesOf(text)).value })
const described = (text: string) => sizes({ ...parseKubectlDescribe(linesOf(text)).value })
const tables = (text: string) => sizes({ ...parseKubectlGet(linesOf(text)).value })
const objects = (text: string) => sizes({ ...parseKubeObjects(linesOf(text)).value })

/** File, command, parser. */
type Case = readonly [string, string, (text: string) => Counts]

/** What they are shows without their command. */
const BY_SHAPE: readonly Case[] = [
  ['forwarding/iptables-1.9-S.txt', 'iptables -t nat -S', saved],
  ['forwarding/iptables-1.9-save.txt', 'sudo iptables-save', saved],
  ['forwarding/iptables-legacy-S-v.txt', 'iptables -t nat -S -v', saved],
  ['forwarding/iptables-legacy-save-c.txt', 'iptables-legacy-save -c', saved],
  ['forwarding/iptables-nft-save.txt', 'iptables-nft-save', saved],
  ['forwarding/ip6tables-legacy-save.txt', 'ip6tables-save -t nat', saved],
  ['forwarding/iptables-legacy-L.txt', 'iptables -t nat -L', listed],
  ['forwarding/iptables-legacy-L-n.txt', 'iptables -t nat -nL', listed],
  ['forwarding/iptables-nft-L-nvx.txt', 'iptables -t nat -L -nvx --line-numbers', listed],
  ['forwarding/iptables-nft-L-filter.txt', 'iptables -L', listed],
  ['forwarding/ip6tables-legacy-L-nv.txt', 'ip6tables -t nat -L -nv', listed],
  ['forwarding/ip6tables-nft-L-nv.txt', 'ip6tables -t nat -L -nv', listed],
  ['forwarding/nft-kube-proxy.txt', 'nft list ruleset', nft],
  ['forwarding/nft-kube-proxy-a.txt', 'nft -a list ruleset', nft],
  ['forwarding/nft-of-iptables.txt', 'nft list ruleset', nft],
  ['forwarding/nft-kube-proxy.json', 'nft -j list ruleset', nftJson],
  ['forwarding/nft-of-iptables.json', 'nft -j list ruleset', nftJson],
  ['forwarding/conntrack-L.txt', 'conntrack -L', flows],
  ['forwarding/conntrack-L-extended.txt', 'conntrack -L -o extended', flows],
  ['forwarding/conntrack-L-ipv6.txt', 'conntrack -L -f ipv6', flows],
  ['forwarding/proc-net-nf_conntrack.txt', 'cat /proc/net/nf_conntrack', flows],
  ['forwarding/ipset-list.txt', 'ipset list', sets],
  ['forwarding/ipset-save.txt', 'ipset save', sets],
  ['kubectl/describe-nodes-1.20.txt', 'kubectl describe nodes', described],
  ['kubectl/describe-nodes-1.33.txt', 'kubectl describe nodes', described],
  ['kubectl/describe-pods-1.20.txt', 'kubectl describe pods -A', described],
  ['kubectl/describe-pods-1.33.txt', 'kubectl describe pods -A', described],
  ['kubectl/describe-svc-1.27.txt', 'kubectl -n shop describe svc', described],
  ['kubectl/describe-svc-1.33.txt', 'kubectl -n shop describe svc', described],
  ['kubectl/describe-ep-1.20.txt', 'kubectl describe ep', described],
  ['kubectl/describe-endpointslices-1.33.txt', 'kubectl describe endpointslices', described],
  ['kubectl/seed-get-nodes.txt', 'kubectl get nodes', tables],
]

const BY_COMMAND: readonly Case[] = [
  ['kubectl/seed-get-pods-wide-grep.txt', 'kubectl -n backend get pods -o wide | grep 100.97', tables],
  ['kubectl/custom-columns.txt', 'kubectl get pods -A -o custom-columns=NAMESPACE:.metadata.namespace', tables],
  ['kubectl/nodes.yaml', 'kubectl get nodes -o yaml', objects],
  ['kubectl/pods.yaml', 'kubectl get pods -A -o yaml', objects],
  ['kubectl/endpointslices.yaml', 'kubectl get endpointslices -A -oyaml', objects],
  ['kubectl/objects.json', 'kubectl get svc,ep -o json', objects],
]

const CASES = [...BY_SHAPE, ...BY_COMMAND]

const PROMPT = 'root@node-1:~# '

describe('outputs of forwarding and kubectl, under their command', () => {
  it.each(CASES)('%s in a fence', async (path, command, expected) => {
    const text = textOf(path)
    const read = await transcript(`\`\`\`\n${PROMPT}${command}\n${text}\n${PROMPT}\n\`\`\``)
    expect(countsOf(read.blocks)).toEqual(expected(text))
    expect(read.unread).toEqual([])
  })

  it.each(CASES)('%s in a terminal log', async (path, command, expected) => {
    const text = textOf(path)
    const read = await transcript(`${PROMPT}uname -r\n4.4.41\n${PROMPT}${command}\n${text}\n${PROMPT}uptime\n`)
    expect(countsOf(read.blocks)).toEqual(expected(text))
    expect(read.unread).toEqual([])
  })
})

describe('the same without any command', () => {
  it.each(BY_SHAPE)('%s in a fence', async (path, _, expected) => {
    const text = textOf(path)
    const read = await transcript(`Seen on the node:\n\n\`\`\`\n${text}\n\`\`\``)
    expect(countsOf(read.blocks)).toEqual(expected(text))
    expect(read.blocks.every((block) => block.coverage.length === 0 && block.cuts.length > 0)).toBe(true)
  })
})
