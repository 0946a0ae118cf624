import { formatAddress, formatIPv4 } from './address.ts'

/** An address of 4 or 16 bytes in network order; null for any other length. v4-mapped is given as IPv4. */
export function addressIn(view: DataView | undefined): string | null {
  if (!view) return null
  if (view.byteLength === 4) return formatIPv4(view.getUint32(0))
  if (view.byteLength !== 16) return null
  return formatAddress(view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12))
}

/** `02:42:ac:11:00:02`; null for what is no hardware address: tunnels have one of 4 bytes, or of 16. */
export function macIn(view: DataView | undefined): string | null {
  if (!view || view.byteLength < 6 || view.byteLength > 20 || view.byteLength === 16) return null
  return Array.from({ length: view.byteLength }, (_, at) => view.getUint8(at).toString(16).padStart(2, '0')).join(':')
}
