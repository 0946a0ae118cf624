import { nameBytes, namesIn, type ProgramNames, rowBytes, rowsIn, type SocketRows } from '../model/socket-rows.ts'
import { type RowReader, startRowReader } from '../parse/ss-bytes.ts'

/** Slabs that are read ahead at most. */
export const SLOTS = 6
/** A slab of slabs.ts with the beginning of a row that it ends in. */
export const SLOT_BYTES = 320 * 1024
/** Rows of one slab that are read ahead; they are about 100 bytes each. */
const SLOT_ROWS = 6144

/** Where the numbers stand that both threads look at. */
const FILLED = 0
const CLAIMED = 1
const READY = 2
const HEAD = 16
/** For each slot. */
const END = 0
const DONE = 1
const TO = 2
const ROWS = 3
const BY = 4
const WIDTH = 8

const CONTROL_BYTES = 4 * (HEAD + SLOTS * WIDTH)
const NAMES = CONTROL_BYTES
const SLOTS_AT = (NAMES + nameBytes + 63) & ~63
const SLOT = SLOT_BYTES + rowBytes(SLOT_ROWS)

export type Side = 'main' | 'worker'

/**
 * Memory that two threads share: slabs of a text, numbered from 0, and the rows read from them. One of them puts slabs in;
 * whoever has nothing else to do claims the next one and reads it.
 */
export interface RowRing {
  /** Put a slab in, the next one by number: its slot must be free again. */
  put(slab: number, bytes: Uint8Array): void
  /** Read a slab that nobody has claimed; false: there is none. */
  work(): boolean
  /** Wait for the next slab to be put in. */
  waitForSlab(): void
  /** Wait until a slab is read; false: it takes longer than ever it should. */
  waitFor(slab: number, ms: number): boolean
  bytes(slab: number): Uint8Array
  end(slab: number): number
  rows(slab: number): { readonly to: number; readonly rows: SocketRows }
  /** The worker runs. */
  setReady(): void
  isReady(): boolean
}

export const ringMemory = (): SharedArrayBuffer => new SharedArrayBuffer(SLOTS_AT + SLOTS * SLOT)

export function ringIn(memory: SharedArrayBuffer, side: Side): RowRing {
  const control = new Int32Array(memory, 0, CONTROL_BYTES / 4)
  const shared = namesIn(memory, NAMES)
  const names = side === 'worker' ? shared : namesIn(new ArrayBuffer(nameBytes), 0)
  const read: RowReader = startRowReader(names)
  const slots = Array.from({ length: SLOTS }, (_, index) => {
    const at = SLOTS_AT + index * SLOT
    const columns = (of: ProgramNames) => rowsIn(memory, at + SLOT_BYTES, SLOT_ROWS, of)
    return { bytes: new Uint8Array(memory, at, SLOT_BYTES), own: columns(names), shared: columns(shared) }
  })
  const slotOf = (slab: number) => {
    const slot = slots[slab % SLOTS]
    if (!slot) throw new RangeError(`no slot for slab ${slab}`)
    return slot
  }
  const placeOf = (slab: number) => HEAD + (slab % SLOTS) * WIDTH
  const number = (slab: number, what: number) => Atomics.load(control, placeOf(slab) + what)

  const claim = (): number => {
    for (;;) {
      const next = Atomics.load(control, CLAIMED)
      if (next >= Atomics.load(control, FILLED)) return -1
      if (Atomics.compareExchange(control, CLAIMED, next, next + 1) === next) return next
    }
  }
  const work = () => {
    const slab = claim()
    if (slab < 0) return false
    const { bytes, own } = slotOf(slab)
    const to = read(bytes, 0, number(slab, END), own)
    const place = placeOf(slab)
    Atomics.store(control, place + TO, to)
    Atomics.store(control, place + ROWS, own.length)
    Atomics.store(control, place + BY, side === 'worker' ? 1 : 0)
    Atomics.store(control, place + DONE, slab + 1)
    Atomics.notify(control, place + DONE)
    return true
  }

  return {
    put(slab, bytes) {
      slotOf(slab).bytes.set(bytes)
      Atomics.store(control, placeOf(slab) + END, bytes.length)
      Atomics.store(control, FILLED, slab + 1)
      Atomics.notify(control, FILLED)
    },
    work,
    waitForSlab() {
      const filled = Atomics.load(control, FILLED)
      if (Atomics.load(control, CLAIMED) >= filled) Atomics.wait(control, FILLED, filled)
    },
    waitFor(slab, ms) {
      for (;;) {
        const done = number(slab, DONE)
        if (done === slab + 1) return true
        if (work()) continue
        if (Atomics.wait(control, placeOf(slab) + DONE, done, ms) === 'timed-out')
          return number(slab, DONE) === slab + 1
      }
    },
    bytes: (slab) => slotOf(slab).bytes,
    end: (slab) => number(slab, END),
    rows(slab) {
      const slot = slotOf(slab)
      const rows = number(slab, BY) === 1 ? slot.shared : slot.own
      rows.length = number(slab, ROWS)
      return { to: number(slab, TO), rows }
    },
    setReady() {
      Atomics.store(control, READY, 1)
    },
    isReady: () => Atomics.load(control, READY) === 1,
  }
}
