import { call } from './command.ts'
import { CLIENT_ADDRESS, type Lab } from './lab.ts'

const NETWORK = '10.112.0.0/16'

/** So many addresses of clients that live behind the clients' namespace. */
export const farAddresses = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `10.112.${Math.floor(i / 250)}.${1 + (i % 250)}`)

/** The clients' namespace answers to all of these addresses, and the server knows the way there. */
export async function reachFarClients(lab: Lab): Promise<void> {
  await call(lab.clients.inside(['ip', 'route', 'add', 'local', NETWORK, 'dev', 'lo']))
  await call(lab.server.inside(['ip', 'route', 'add', NETWORK, 'via', CLIENT_ADDRESS]))
}

/** From now on the SYN-ACKs to them get lost at their end, and nothing else does. */
export async function loseAnswers(lab: Lab): Promise<void> {
  const rule = `-A INPUT -d ${NETWORK} -p tcp --tcp-flags SYN,ACK SYN,ACK -j DROP`
  await call(lab.clients.inside(['iptables', ...rule.split(' ')]))
}
