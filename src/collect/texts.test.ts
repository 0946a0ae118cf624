import { expect, it } from 'vitest'
import { iptablesSave } from '../parse/forwarding-formats.ts'
import { procNetUdp } from '../parse/network/proc-net-udp.ts'
import { readWith } from './texts.ts'

const rule = (i: number) =>
  `[${i}:${60 * i}] -A KUBE-SERVICES -d 10.96.${i >> 8}.${i & 255}/32 -p tcp -m tcp --dport 80 -j KUBE-SVC-ABCDEFGH234567AB`
const text = (count: number, last = 'COMMIT\n') =>
  `*nat\n${Array.from({ length: count }, (_, i) => rule(i)).join('\n')}\n${last}`
const rulesIn = (read: ReturnType<typeof readWith>) =>
  read.content.flatMap((one) => (one.question === 'nat' ? one.nat.rules : []))

it('bytes and text come to the same, whatever the size of a part', () => {
  const whole = text(9000)
  const fromBytes = rulesIn(readWith(iptablesSave(), Buffer.from(whole)))
  expect(fromBytes).toHaveLength(9000)
  expect(fromBytes.at(-1)).toMatchObject({ destination: '10.96.35.39', packets: 8999, line: 9001, table: 'nat' })
  const byLine = iptablesSave().read({ file: '', command: null, args: [], filtered: false })
  for (const [index, line] of whole.split('\n').entries()) if (line !== '') byLine.take(line, index + 1)
  expect(fromBytes).toEqual(rulesIn(byLine.finish()))
})

it('a last line without its end, lines that are not ASCII, and empty ones', () => {
  const odd = `*nat\n\n-A A -m comment --comment "店铺" -j B\n${rule(7)}`
  expect(rulesIn(readWith(iptablesSave(), Buffer.from(odd)))).toMatchObject([
    { comment: '店铺', line: 3 },
    { packets: 7, line: 4 },
  ])
  expect(readWith(procNetUdp, '').content).toEqual([{ question: 'network', network: expect.anything() }])
})

it('stops between parts when there is no time, and says how far it came', () => {
  let asked = 0
  const read = readWith(iptablesSave(), Buffer.from(text(9000)), {}, () => (++asked < 2 ? null : 'budget spent'))
  const seen = rulesIn(read).length
  expect(seen).toBeGreaterThan(1000)
  expect(seen).toBeLessThan(9000)
  expect(read.cuts).toEqual([`budget spent; ${seen + 1} lines read`])
})
