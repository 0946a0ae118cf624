import type { Bridge, FdbEntry } from '../../model/network.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from '../format.ts'
import { type Draft, isMac, keep, networkOf, wordAfter, wordsOf } from './network-of.ts'

/**
 * Read `brctl show` and `bridge fdb`.
 * Shape:  `cni0  8000.0a58…  no  veth1` with further ports below · `0e:c7:… dev vxlan0 dst 10.0.0.2 self`
 * Gaps:   `bridge link` is read as links with their master, like `ip link`
 */
export const bridge: Format = {
  name: 'bridge',
  opens: (text) => HEADER.test(text) || isFdb(text),
  read: startBridge,
}

const HEADER = /^bridge name\s+bridge id\s+STP enabled\s+interfaces/
const BRIDGE = /^(\S{1,32})\s+[\da-f]{4}\.[\da-f]{12}\s+(yes|no)(?:\s+(\S{1,32}))?\s*$/i

/** Asked for one device, `bridge fdb` leaves it out. */
const isFdb = (text: string) =>
  /^(?:[\da-f]{2}:){5}[\da-f]{2} (?:dev \S|dst \S|master \S|vlan \d|self|permanent)/i.test(text)

function startBridge(context: ReadContext): FormatReader {
  const bridges: Draft<Bridge & { ports: string[] }>[] = []
  const fdb: FdbEntry[] = []
  const trouble = startTrouble(context)
  const device = wordAfter(context.args, 'dev')
  let ports: string[] = []
  return {
    take(text, line) {
      if (HEADER.test(text)) return true
      if (isFdb(text)) {
        const words = wordsOf(text)
        const [mac = ''] = words
        const link = wordAfter(words, 'dev') ?? device ?? '?'
        if (isMac(mac)) keep(fdb, { mac, link, destination: wordAfter(words, 'dst'), origin: originAt(context, line) })
        return true
      }
      const row = BRIDGE.exec(text)
      if (row) {
        ports = row[3] === undefined ? [] : [row[3]]
        keep(bridges, { name: row[1] ?? '', stp: row[2] === 'yes', ports, origin: originAt(context, line) })
        return true
      }
      const further = bridges.length > 0 ? /^\s{4,}(\S{1,32})\s*$/.exec(text)?.[1] : undefined
      if (further === undefined) return false
      keep(ports, further)
      return true
    },
    finish() {
      const some = <T>(rows: readonly T[]) => (rows.length > 0 ? rows : null)
      return trouble.result([
        networkOf({ bridges: fdb.length === 0 || bridges.length > 0 ? bridges : null, fdb: some(fdb) }),
      ])
    },
  }
}
