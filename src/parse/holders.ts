import type { ProcessRef } from '../model/socket.ts'
import { MAX_PROGRAMS, type ProgramNames } from '../model/socket-rows.ts'
import type { SocketTable } from '../model/socket-table.ts'
import { programName } from './program-index.ts'

/** Gives every list of processes its number in a table, the same list always the same one. */
export interface Holders {
  of(processes: readonly ProcessRef[]): number
  /** By the numbers of these names, counted from 1, what `single` knows the programs by: made as they are asked for. */
  programsOf(names: ProgramNames): (number: number) => number
  /** The number of `users:(("comm",pid=…,fd=…))`. */
  single(program: number, pid: number, fd: number): number
}

/**
 * So many different lists are told apart; then for as many only programs and pids, no longer descriptors; then for as many only
 * programs; what comes after those is held by a process that is not told.
 */
const MAX_LISTS = 50_000

export function startHolders(table: SocketTable): Holders {
  const known = new Map<string, number>()
  const programs: string[] = []
  const numbers = new Map<string, number>()
  const translations = new Map<ProgramNames, (number: number) => number>()
  const cache = startCache()
  let level = 0

  const of = (processes: readonly ProcessRef[]): number => {
    const list =
      level === 0 ? processes : processes.map((one) => ({ ...one, fd: null, pid: level === 1 ? one.pid : null }))
    const key = list.map(({ comm, pid, fd }) => `${comm} ${pid} ${fd}`).join()
    const index = known.get(key)
    if (index !== undefined) return index
    if (level > 2) return 0
    const added = table.processes.push(list) - 1
    known.set(key, added)
    level = Math.floor(known.size / MAX_LISTS)
    return added
  }

  const numberOf = (comm: string): number => {
    const number = numbers.get(comm) ?? programs.push(comm) - 1
    numbers.set(comm, number)
    return number
  }

  const translate = (names: ProgramNames): ((number: number) => number) => {
    const translated = new Int32Array(MAX_PROGRAMS + 1).fill(-1)
    return (number) => {
      const program = translated[number] ?? -1
      if (program >= 0) return program
      const made = numberOf(programName(names, number))
      translated[number] = made
      return made
    }
  }

  return {
    of,
    programsOf(names) {
      const translation = translations.get(names) ?? translate(names)
      translations.set(names, translation)
      return translation
    },
    single(program, pid, fd) {
      const keptPid = level < 2 ? pid : -1
      const keptFd = level < 1 ? fd : -1
      const found = cache.get(program, keptPid, keptFd)
      if (found >= 0) return found
      const before = level
      const index = of([{ comm: programs[program] ?? '', pid, fd }])
      // The list that was just added may have been the last of its level.
      if (level === before) cache.put(program, keptPid, keptFd, index)
      return index
    },
  }
}

/** (program, pid, fd) → number, in an open hash table that forgets nothing: as many entries as there are lists, or fewer. */
function startCache() {
  let keys = new Int32Array(3 * 1024)
  let values = new Int32Array(1024).fill(-1)
  let size = 0
  const slotOf = (program: number, pid: number, fd: number): number => {
    let hash = Math.imul(program ^ 0x9e3779b1, 0x85ebca6b) ^ Math.imul(pid, 0xc2b2ae35) ^ Math.imul(fd, 0x27d4eb2f)
    hash ^= hash >>> 15
    let slot = hash & (values.length - 1)
    while (
      (values[slot] ?? -1) >= 0 &&
      (keys[slot * 3] !== program || keys[slot * 3 + 1] !== (pid | 0) || keys[slot * 3 + 2] !== (fd | 0))
    )
      slot = (slot + 1) & (values.length - 1)
    return slot
  }
  const set = (program: number, pid: number, fd: number, value: number) => {
    const slot = slotOf(program, pid, fd)
    if ((values[slot] ?? -1) < 0) size++
    keys[slot * 3] = program
    keys[slot * 3 + 1] = pid
    keys[slot * 3 + 2] = fd
    values[slot] = value
  }
  const grow = () => {
    const [oldKeys, oldValues] = [keys, values]
    keys = new Int32Array(oldKeys.length * 2)
    values = new Int32Array(oldValues.length * 2).fill(-1)
    size = 0
    for (let slot = 0; slot < oldValues.length; slot++) {
      const value = oldValues[slot] ?? -1
      if (value >= 0) set(oldKeys[slot * 3] ?? 0, oldKeys[slot * 3 + 1] ?? 0, oldKeys[slot * 3 + 2] ?? 0, value)
    }
  }
  return {
    get: (program: number, pid: number, fd: number): number => values[slotOf(program, pid, fd)] ?? -1,
    put(program: number, pid: number, fd: number, value: number) {
      if (size * 2 >= values.length) {
        // Lists without a number of their own (0) come without end: they are looked up again instead.
        if (size > 4 * MAX_LISTS) return
        grow()
      }
      set(program, pid, fd, value)
    },
  }
}
