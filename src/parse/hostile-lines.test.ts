import { expect, test } from 'vitest'
import { linesOf } from '../../test/fixture-lines.ts'
import type { Line } from '../model/line.ts'
import { parseConntrack } from './conntrack.ts'
import { parseConntrackStats } from './conntrack-stats.ts'
import { parseHexBytes } from './hex-bytes.ts'
import { parseIpsetList } from './ipset-list.ts'
import { parseIptablesList } from './iptables-list.ts'
import { parseIptablesSave } from './iptables-save.ts'
import { parseIpvs } from './ipvsadm.ts'
import { parseKubectlDescribe } from './kubectl-describe.ts'
import { parseKubectlGet } from './kubectl-get.ts'
import { parseKubeObjects } from './kubectl-yaml.ts'
import { parseNftJson } from './nft-json.ts'
import { parseNftRuleset } from './nft-ruleset.ts'
import { isElision } from './reading.ts'

const PARSERS: Readonly<Record<string, (lines: readonly Line[]) => unknown>> = {
  'iptables -S': parseIptablesSave,
  'iptables -L': parseIptablesList,
  nft: parseNftRuleset,
  'nft -j': parseNftJson,
  ipvsadm: parseIpvs,
  ipset: parseIpsetList,
  conntrack: parseConntrack,
  'conntrack -S': parseConntrackStats,
  'kubectl get': parseKubectlGet,
  'kubectl describe': parseKubectlDescribe,
  'kubectl -o yaml': parseKubeObjects,
  hex: parseHexBytes,
}

const LONG = 200_000
const repeated = (unit: string) => unit.repeat(Math.ceil(LONG / unit.length))
/** What makes a pattern go back and forth: long runs of what several of its parts accept. */
const HOSTILE = [
  ...[
    ' ',
    '\t',
    '-',
    '- ',
    '. ',
    ':',
    '00:',
    '0 ',
    'a',
    'a ',
    'A ',
    'NAME ',
    '"',
    '\\"',
    '(',
    '{',
    '...',
    ',',
    '1',
    '1.',
    'x/',
    '= ',
    '__',
    '+ 1 more',
  ].map(repeated),
  `-A X -m comment --comment "${repeated('a/')}" -j Y`,
  `-A X ${repeated('! ')}`,
  `Chain X (policy\n1 ACCEPT tcp -- ${repeated('0.0.0.0/0 ')}`,
  `table ip x {\nchain y {\n${repeated('numgen random mod 2 vmap { ')}`,
  `table ip x {\nmap y {\nelements = { ${repeated('tcp . 80 : goto x, ')}`,
  `Name: x\nEvents:\n ${repeated('---- ')}\n ${repeated('a  ')}`,
  `NAME READY STATUS RESTARTS AGE\n${repeated('a (1 ago) ')}`,
  `NAME   ENDPOINTS   AGE\nx   ${repeated('1.2.3.4:80,')} + 3 more...   5d`,
  `tcp 6 66 TIME_WAIT ${repeated('src=1.2.3.4 dst=1.2.3.4 ')}`,
  `0x0000:  ${repeated('0000 ')}`,
  `${repeated('[')}`,
  `{"nftables": ${repeated('[')}`,
  `endpoint-AAAAAAAA-${repeated('__1.2.3.4/')}`,
]

test.each(Object.entries(PARSERS))('%s: lines of 200 000 characters take no time', (_, parse) => {
  for (const text of HOSTILE) {
    const started = performance.now()
    parse(linesOf(text))
    isElision(text)
    expect(performance.now() - started, text.slice(0, 60)).toBeLessThan(1000)
  }
})
