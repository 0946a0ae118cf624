import { MAX_PROGRAMS, PROGRAM_NAME, type ProgramNames } from '../model/socket-rows.ts'

/** A name's hash: begin with this, stir every byte in. */
export const HASH_START = 0x811c9dc5
export const stir = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193)

/** The number of the name that stands from `at` to `end` and has this hash, counted from 1; 0 where there are too many names. */
export type ProgramIndex = (bytes: Uint8Array, at: number, end: number, hash: number) => number

/** Gives every program's name a number, found by its bytes, and puts it into `names`, which must be empty. */
export function startProgramIndex({ lengths, bytes: names }: ProgramNames): ProgramIndex {
  const slots = new Uint16Array(4 * MAX_PROGRAMS)
  let known = 0
  return (bytes, at, end, hash) => {
    let slot = (hash ^ (hash >>> 15)) & (slots.length - 1)
    for (;;) {
      const number = slots[slot] ?? 0
      if (number === 0) break
      const length = lengths[number - 1] ?? 0
      if (length === end - at) {
        const from = (number - 1) * PROGRAM_NAME - at
        let p = at
        while (p < end && names[from + p] === bytes[p]) p++
        if (p === end) return number
      }
      slot = (slot + 1) & (slots.length - 1)
    }
    if (known >= MAX_PROGRAMS || end - at > PROGRAM_NAME) return 0
    names.set(bytes.subarray(at, end), known * PROGRAM_NAME)
    lengths[known] = end - at
    slots[slot] = ++known
    return known
  }
}

/** The name with this number, counted from 1. */
export function programName({ lengths, bytes }: ProgramNames, number: number): string {
  const from = (number - 1) * PROGRAM_NAME
  return String.fromCharCode(...bytes.subarray(from, from + (lengths[number - 1] ?? 0)))
}
