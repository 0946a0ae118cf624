import { deflateRawSync } from 'node:zlib'

/** A tar member made by hand, so that it may be what no tool would make. */
export interface TarMember {
  readonly name: string
  readonly data?: string | Buffer
  readonly type?: string
  readonly link?: string
  /** What the header says instead of the data's own length. */
  readonly size?: number
}

export function tarOf(members: readonly TarMember[], { end = true }: { readonly end?: boolean } = {}): Buffer {
  const blocks = members.flatMap(({ name, data = '', type = '0', link = '', size }) => {
    const body = Buffer.from(data)
    const header = Buffer.alloc(512)
    header.write(name, 0, 100)
    header.write('0000644\0', 100)
    header.write(`${(size ?? body.length).toString(8).padStart(11, '0')}\0`, 124)
    header.write('00000000000\0', 136)
    header.write('        ', 148)
    header.write(type, 156)
    header.write(link, 157, 100)
    header.write('ustar\u000000', 257)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(end ? 1024 : 0)])
}

export interface ZipMember {
  readonly name: string
  readonly data: Buffer
  /** What the directory says instead of the data's own length. */
  readonly size?: number
  readonly flags?: number
  readonly mode?: number
  /** All members point to the first one's bytes. */
  readonly overlap?: boolean
}

export function zipOf(members: readonly ZipMember[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, data, size = data.length, flags = 0, mode = 0o100644, overlap = false } of members) {
    const packed = deflateRawSync(data)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(8, 8)
    local.writeUInt16LE(name.length, 26)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.writeUInt8(3, 5)
    central.writeUInt16LE(flags, 8)
    central.writeUInt16LE(8, 10)
    central.writeUInt32LE(packed.length, 20)
    central.writeUInt32LE(size, 24)
    central.writeUInt16LE(name.length, 28)
    central.writeUInt32LE((mode << 16) >>> 0, 38)
    central.writeUInt32LE(overlap ? 0 : offset, 42)
    directory.push(central, Buffer.from(name))
    if (overlap && parts.length > 0) continue
    parts.push(local, Buffer.from(name), packed)
    offset += 30 + name.length + packed.length
  }
  const table = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(members.length, 8)
  end.writeUInt16LE(members.length, 10)
  end.writeUInt32LE(table.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, table, end])
}
