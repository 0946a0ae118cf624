import { call } from '../command.ts'
import type { Facts } from '../define-scenario.ts'
import { defineScenario } from '../define-scenario.ts'
import { ABSENT_ADDRESSES, type Lab, SERVER_ADDRESS } from '../lab.ts'

/** So many senders: the kernel tells each of them nine times at most. */
const SENDERS = 200
const PINGS = 10
const FAR = '10.113.0.1'
const SENT = 'IcmpMsgOutType5'
const FORWARDED = 'IpForwDatagrams'

/** Clients send to the server what a router beside it would take; `tells`: the server says so. */
async function arrange(lab: Lab, tells: boolean): Promise<Facts> {
  const inServer = (line: string) => call(lab.server.inside(['ip', ...line.split(' ')]))
  const inClients = (line: string) => call(lab.clients.inside(['ip', ...line.split(' ')]))
  await lab.setSysctl(lab.server, 'net.ipv4.ip_forward', '1')
  for (const link of ['all', 'eth0']) {
    await lab.setSysctl(lab.server, `net.ipv4.conf.${link}.send_redirects`, tells ? '1' : '0')
    // who heeds the first one sends nothing more this way
    await lab.setSysctl(lab.clients, `net.ipv4.conf.${link}.accept_redirects`, '0')
  }
  await inServer(`route add 10.113.0.0/24 via ${ABSENT_ADDRESSES[0]}`)
  // only senders on the very link are told
  await inServer('route add 10.112.0.0/24 dev eth0')
  await inClients('link set lo up')
  await inClients('route add local 10.112.0.0/24 dev lo')
  await inClients(`route add 10.113.0.0/24 via ${SERVER_ADDRESS}`)
  const ping = `ping -q -I 10.112.0.$i -c ${PINGS} -i 0.2 -W 1 ${FAR} > /dev/null 2>&1 &`
  await call(
    lab.clients.inside(['sh', '-c', `i=0; while [ $i -lt ${SENDERS} ]; do i=$((i+1)); ${ping} done; wait; true`]),
  )
  const counter = tells ? SENT : FORWARDED
  const kernel = await lab.untilServer(`${counter} of 1000`, ({ counters }) => (counters.get(counter) ?? 0) >= 1000)
  return { redirects: kernel.counters.get(SENT) ?? 0 }
}

export default defineScenario({
  id: 'icmp-redirects',
  title: {
    en: 'Two hundred clients send by this machine what the router beside it would take',
    zh: '两百个客户端把本应直接交给旁边路由器的报文发到本机转发',
  },
  mild: true,
  expects: { 'icmp-redirects': ['redirects'] },
  silent: ['ip-forward-off', 'rp-filter-drops', 'retransmissions-high'],
  arrange: (lab) => arrange(lab, true),
  twin: {
    title: { en: 'The same detour, of which nobody is told', zh: '同样的绕路，但不告知任何人' },
    arrange: (lab) => arrange(lab, false),
  },
})
