import { call } from '../command.ts'
import type { Facts } from '../define-scenario.ts'
import { defineScenario } from '../define-scenario.ts'
import { type Lab, SERVER_ADDRESS } from '../lab.ts'
import { SERVER } from '../parts.ts'
import { FORWARDING_SHOWN, keepTrying } from '../pods-elsewhere.ts'

/** The clients' address; the server has a second interface, and may believe that they live behind it. */
const SOURCE = '10.113.0.9'
const NETWORK = '10.113.0.0/24'
const MAC = '02:00:00:00:00:01'
const DROPS = 'TcpExtIPReversePathFilter'

/** Clients call from an address that the server's routes lead to by `wayBack`. */
async function arrange(lab: Lab, wayBack: 'eth0' | 'eth1'): Promise<Facts> {
  const inServer = (line: string) => call(lab.server.inside(['ip', ...line.split(' ')]))
  const inClients = (line: string) => call(lab.clients.inside(['ip', ...line.split(' ')]))
  await inServer('link add eth1 type veth peer name far')
  await inServer('link set far up')
  await inServer('link set eth1 up')
  await inServer(`route add ${NETWORK} dev ${wayBack}`)
  await lab.setSysctl(lab.server, 'net.ipv4.conf.all.rp_filter', '1')
  // the filter drops ARP as well: without this no packet would come so far that it is counted
  await inServer(`link set eth0 address ${MAC}`)
  await inClients(`neigh add ${SERVER_ADDRESS} lladdr ${MAC} dev eth0 nud permanent`)
  await inClients(`address add ${SOURCE}/32 dev eth0`)
  await inClients(`route change 10.111.0.0/24 dev eth0 src ${SOURCE}`)
  await lab.start(lab.server, 'serve', { ...SERVER, backlog: null, workMs: 0, leak: false })
  await keepTrying(lab)
  const counter = wayBack === 'eth0' ? 'TcpPassiveOpens' : DROPS
  await lab.untilServer(`${counter} grows`, (kernel) => (kernel.counters.get(counter) ?? 0) >= 20)
  return { port: SERVER.port, process: SERVER.name, strict: 1 }
}

export default defineScenario({
  id: 'rp-filter-drops',
  title: {
    en: 'Clients come in by one interface; the way back to them leads out by another',
    zh: '客户端从一个接口进来，回程路由却指向另一个接口',
  },
  shown: FORWARDING_SHOWN.slice(3),
  expects: { 'rp-filter-drops': ['strict'] },
  silent: ['ip-forward-off', 'firewall-drop', 'endpoint-unreachable', 'listen-drops-unexplained'],
  arrange: (lab) => arrange(lab, 'eth1'),
  twin: {
    title: { en: 'The way back leads out where they came in', zh: '回程与进来的接口一致' },
    arrange: (lab) => arrange(lab, 'eth0'),
  },
})
