import type { Payload } from '../model/payload.ts'

const VERSIONS: Readonly<Record<number, string>> = {
  768: 'SSL 3.0',
  769: 'TLS 1.0',
  770: 'TLS 1.1',
  771: 'TLS 1.2',
  772: 'TLS 1.3',
}
const RECORDS: Readonly<Record<number, string>> = { 20: 'change_cipher_spec', 21: 'alert', 22: 'handshake', 23: 'data' }

/**
 * Read the beginning of a TLS connection: ClientHello with server name, versions and ALPN; ServerHello; an alert.
 * Gaps:   a hello that was cut gives what stands in front of the cut
 * Source: RFC 8446, 4.1 and 5.1; null for anything else
 */
export function parseTls(bytes: Uint8Array): Payload | null {
  const reader = new Reader(bytes)
  const type = reader.number(1)
  const version = reader.number(2)
  const length = reader.number(2)
  if (type === null || version === null || length === null) return null
  if (RECORDS[type] === undefined || VERSIONS[version] === undefined || length === 0 || length > 16_640) return null
  if (type !== 22) {
    const kind = type === 21 && length === 2 ? 'alert' : 'record'
    return { protocol: 'tls', kind, version: VERSIONS[version] ?? null, serverName: null, alpn: [] }
  }
  const message = reader.number(1)
  if (message !== 1 && message !== 2) return null
  reader.skip(3)
  const spoken = reader.number(2)
  reader.skip(32)
  reader.skip(reader.number(1) ?? 0)
  if (message === 1) {
    reader.skip(reader.number(2) ?? 0)
    reader.skip(reader.number(1) ?? 0)
  } else reader.skip(3)
  const extensions = readExtensions(reader, message === 1)
  const highest = extensions.versions.length > 0 ? Math.max(...extensions.versions) : spoken
  return {
    protocol: 'tls',
    kind: message === 1 ? 'ClientHello' : 'ServerHello',
    version: highest === null ? null : (VERSIONS[highest] ?? null),
    serverName: extensions.serverName,
    alpn: extensions.alpn,
  }
}

interface Extensions {
  readonly versions: readonly number[]
  readonly serverName: string | null
  readonly alpn: readonly string[]
}

function readExtensions(reader: Reader, client: boolean): Extensions {
  const versions: number[] = []
  const alpn: string[] = []
  let serverName: string | null = null
  reader.skip(2)
  for (;;) {
    const type = reader.number(2)
    const length = reader.number(2)
    if (type === null || length === null) return { versions, serverName, alpn }
    const body = reader.part(length)
    if (type === 0 && client) {
      body.skip(3)
      serverName = body.text(body.number(2) ?? 0)
    } else if (type === 16) {
      body.skip(2)
      for (let name = body.text(body.number(1) ?? 0); name !== null; name = body.text(body.number(1) ?? 0))
        alpn.push(name)
    } else if (type === 43) {
      if (client) body.skip(1)
      // Values like 0x3a3a only keep servers from growing stiff (RFC 8701).
      for (let one = body.number(2); one !== null; one = body.number(2))
        if (VERSIONS[one] !== undefined) versions.push(one)
    }
  }
}

/** Reads numbers and texts in network order; null behind the end. */
class Reader {
  private at = 0
  private readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  number(size: number): number | null {
    if (this.at + size > this.bytes.length) {
      this.at = this.bytes.length
      return null
    }
    let value = 0
    for (let i = 0; i < size; i++) value = value * 256 + (this.bytes[this.at + i] ?? 0)
    this.at += size
    return value
  }

  skip(size: number): void {
    this.at = Math.min(this.at + size, this.bytes.length)
  }

  part(size: number): Reader {
    const part = new Reader(this.bytes.subarray(this.at, this.at + size))
    this.skip(size)
    return part
  }

  /** A name in printable ASCII; null where it is empty, cut, or something else. */
  text(size: number): string | null {
    if (size === 0 || this.at + size > this.bytes.length) return null
    const part = this.bytes.subarray(this.at, this.at + size)
    this.at += size
    return part.every((byte) => byte > 32 && byte < 127) ? String.fromCharCode(...part) : null
  }
}
