import { closeSync, openSync, writeSync } from 'node:fs'

const PORTS = [80, 443, 8080, 3306, 6379, 9090, 10250, 30080]
const STATES = 'ESTAB ESTAB ESTAB ESTAB ESTAB TIME-WAIT TIME-WAIT CLOSE-WAIT SYN-SENT FIN-WAIT-2'.split(' ')
const OWNED = new Set(['ESTAB', 'CLOSE-WAIT', 'SYN-SENT'])

/**
 * Write what `ss -antp` of a busy node prints: eight services, 5120 peers, each of them a client of one service (now and then of
 * another), half of the rows with their process. Always the same text for the same number of rows.
 */
export function writeSockets(path: string, rows: number): { readonly rows: number; readonly bytes: number } {
  const file = openSync(path, 'w')
  const random = seeded(12_345)
  let bytes = 0
  let text = 'root@node-7:~# ss -antp\nState      Recv-Q Send-Q  Local Address:Port    Peer Address:Port Process\n'
  const flush = () => {
    bytes += writeSync(file, text)
    text = ''
  }
  for (const port of PORTS) text += row('LISTEN', 0, 4096, `0.0.0.0:${port}`, '0.0.0.0:*', user(port, 6))
  for (let i = 0; i < rows; i++) {
    const state = STATES[random(10)] ?? ''
    const [b, c, d] = [random(4), random(32), random(40)]
    const port = PORTS[random(20) === 0 ? random(8) : (b * 7 + c * 3 + d) % 8] ?? 80
    const [recv, send] = [random(5) === 0 ? random(5000) : 0, random(9) === 0 ? random(900) : 0]
    const who = OWNED.has(state) ? user(port, 3 + random(60_000)) : ''
    text += row(state, recv, send, `10.0.0.7:${port}`, `10.${b}.${c}.${d}:${1024 + random(60_000)}`, who)
    if (text.length > 1 << 20) flush()
  }
  flush()
  closeSync(file)
  return { rows: rows + PORTS.length, bytes }
}

const user = (port: number, fd: number) => `users:(("srv-${port}",pid=${1000 + port},fd=${fd}))`

const row = (state: string, recv: number, send: number, local: string, peer: string, who: string) =>
  `${state.padEnd(11)}${String(recv).padEnd(7)}${String(send).padEnd(7)}${local.padStart(21)} ${peer.padStart(23)}  ${who.padEnd(45)}\n`

function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
