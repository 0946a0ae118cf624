import { readFileSync } from 'node:fs'
import type { Answer, KernelDump } from '../../src/sys/host.ts'

const file = new URL('../../src/parse/fixtures/inet-diag-6.18.json', import.meta.url)
const { dumps } = JSON.parse(readFileSync(file, 'utf8')) as {
  dumps: Record<'any' | 'v4' | 'v6', { seq: number; datagrams: string[] }>
}

/** One dump's fate: `ok`, what is thrown before or after the first datagram, or a message that stands for the answer. */
export type Fate =
  | { readonly is: 'ok' | 'interrupted' }
  | { readonly is: 'error'; readonly error: Error; readonly after?: number }
  | { readonly is: 'errno'; readonly errno: number }

/** A kernel that answers with recorded datagrams, or as told: what a real one cannot be made to do on demand. */
export function recordedDump(
  fates: readonly Fate[],
  otherwise: readonly Answer[] = [],
): KernelDump & { asked: number[] } {
  const asked: number[] = []
  return {
    ok: true,
    via: 'inet-diag',
    asked,
    otherwise: () => otherwise,
    run(request, buffer, onDatagram) {
      const view = new DataView(request.buffer, request.byteOffset)
      const seq = view.getUint32(8, true)
      const type = view.getUint16(4, true)
      const fate = fates[asked.length] ?? { is: 'ok' }
      asked.push(type)
      if (fate.is === 'errno') {
        send(message(2, seq, -fate.errno), buffer, onDatagram)
        return
      }
      const dump = type === 18 ? dumps.any : request[16] === 10 ? dumps.v6 : dumps.v4
      for (const [index, text] of dump.datagrams.entries()) {
        if (fate.is === 'error' && index >= (fate.after ?? 0)) throw fate.error
        if (!send(renumber(Buffer.from(text, 'base64'), seq, fate.is === 'interrupted'), buffer, onDatagram)) return
      }
      if (fate.is === 'error') throw fate.error
    },
  }
}

function send(bytes: Uint8Array, buffer: Uint8Array, onDatagram: (length: number) => boolean): boolean {
  buffer.set(bytes)
  return onDatagram(bytes.length)
}

function message(type: number, seq: number, errno: number): Uint8Array {
  const words = Int32Array.of(20, type, seq, 0, errno)
  return new Uint8Array(words.buffer)
}

/** The recording, as an answer to another request. */
function renumber(bytes: Buffer, seq: number, interrupted: boolean): Buffer {
  for (let at = 0; at + 16 <= bytes.length; at += (bytes.readUInt32LE(at) + 3) & ~3) {
    bytes.writeUInt32LE(seq, at + 8)
    if (interrupted) bytes.writeUInt16LE(bytes.readUInt16LE(at + 6) | 0x10, at + 6)
  }
  return bytes
}
