import { expect, it } from 'vitest'
import { stuckSegments } from '../src/facts/stuck-segments.ts'
import { tcpdump } from '../src/parse/capture/tcpdump.ts'
import { readWith } from './text/read.ts'

function stuckIn(text: string) {
  const [found] = readWith(tcpdump, text).content
  if (found?.question !== 'capture') throw new Error('no capture was read')
  return stuckSegments(found.capture)
}

const CLIENT = '10.77.0.1.55366 > 10.78.0.2.9000:'
const SERVER = '10.78.0.2.9000 > 10.77.0.1.55366:'
const BEGIN = `09:27:16.925730 IP ${CLIENT} Flags [S], seq 2179001889, win 64240, options [mss 1460], length 0
09:27:16.925778 IP ${SERVER} Flags [S.], seq 648633700, ack 2179001890, win 65160, options [mss 1460], length 0
09:27:16.925790 IP ${CLIENT} Flags [.], ack 1, win 63, length 0
09:27:16.925928 IP ${CLIENT} Flags [P.], seq 1:101, ack 1, win 63, length 100
09:27:16.925938 IP ${SERVER} Flags [.], ack 101, win 64, length 0`
const LARGE = `IP ${CLIENT} Flags [.], seq 101:1549, ack 3, win 63, length 1448`
const SMALL = `IP ${CLIENT} Flags [P.], seq 1549:2101, ack 3, win 63, length 552`
const SHORT = `IP ${CLIENT} Flags [P.], seq 101:201, ack 3, win 63, length 100`
const HEARD = `09:27:17.126238 IP ${SERVER} Flags [.], ack 101, win 64, options [nop,nop,sack 1 {1549:2101}], length 0`
const times = ['17.126192', '17.130646', '17.338642', '17.762614', '18.590633', '20.254626']
const again = (packet: string, most = times.length) => times.slice(0, most).map((time) => `09:27:${time} ${packet}`)
const text = (...lines: readonly (string | readonly string[])[]) => lines.flat().join('\n')

// tcpdump 4.99 at the sender; a veth on the way carries 1300 bytes and tells nobody (Linux 6.18, 2026).
const ON_THE_WIRE = text(BEGIN, again(LARGE, 1), `09:27:17.126196 ${SMALL}`, HEARD, again(LARGE).slice(1))

it('finds the segment that never arrives while smaller ones do', () => {
  expect(stuckIn(ON_THE_WIRE)).toMatchObject([
    { from: { address: '10.77.0.1' }, to: { address: '10.78.0.2', port: 9000 }, length: 1448, times: 6, told: null },
  ])
})

it('keeps what a router said that the sender did not heed', () => {
  const told = `09:27:17.126200 IP 10.77.0.2 > 10.77.0.1: ICMP 10.78.0.2 unreachable - need to frag (mtu 1300), length 556`
  expect(stuckIn(`${ON_THE_WIRE}\n${told}`)[0]?.told).toContain('need to frag (mtu 1300)')
})

it.each([
  ['a chance loss that is repaired', text(BEGIN, again(LARGE, 3), HEARD)],
  ['the other end died', text(BEGIN, again(LARGE))],
  [
    'small ones are lost as well',
    text(BEGIN, again(SHORT, 1), `09:27:17.126196 ${SMALL}`, HEARD, again(SHORT).slice(1)),
  ],
  ['it arrived in the end', text(ON_THE_WIRE, `09:27:23.000000 IP ${SERVER} Flags [.], ack 2101, win 64, length 0`)],
  ['a reset', text(BEGIN, again(LARGE), `09:27:23.000000 IP ${SERVER} Flags [R.], seq 3, ack 101, win 0, length 0`)],
])('leaves alone: %s', (_, capture) => {
  expect(stuckIn(capture)).toEqual([])
})
