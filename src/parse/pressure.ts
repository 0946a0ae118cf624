import type { Pressure } from '../model/machine.ts'
import { type Format, type FormatReader, MAX_ENTRIES, originAt, type ReadContext, startTrouble } from './format.ts'

/**
 * Read `/proc/pressure/*` and the `*.pressure` files of cgroups.
 * Shape:  one Pressure a line
 * Units:  percent of the time; total in microseconds
 * Gaps:   the lines do not say what they are about: it is told by the paths (`grep .` prints them, else as typed), or unknown
 * Source: kernel/sched/psi.c; `full` of cpu since 5.13 (0 on the whole machine), irq since 6.1 (full only)
 */
export const pressure: Format = {
  name: 'pressure',
  opens: (text) => text.length < 600 && LINE.test(withoutPath(text).rest),
  read: startPressure,
}

const LINE = /^(some|full) avg10=(\d{1,3}\.\d\d) avg60=(\d{1,3}\.\d\d) avg300=(\d{1,3}\.\d\d)(?: total=(\d{1,20}))?$/

function withoutPath(text: string): { readonly path: string | null; readonly rest: string } {
  const at = /^\/\S{1,500}?:(?=some |full )/.exec(text)?.[0].length ?? 0
  return { path: at === 0 ? null : text.slice(0, at - 1), rest: text.slice(at) }
}

type Resource = Pressure['resource']

const resourceOf = (path: string): Resource => {
  const name = /(?:\/|^)(cpu|io|memory|irq)(?:\.pressure)?$/.exec(path)?.[1]
  return name === 'cpu' || name === 'io' || name === 'memory' || name === 'irq' ? name : 'unknown'
}

const cgroupOf = (path: string): string | null => /^\/sys\/fs\/cgroup(\/.*)?\/[a-z]+\.pressure$/.exec(path)?.[1] ?? null

/** The files that were asked for, in the order in which the shell expands them. */
function filesOf(args: readonly string[]): readonly string[] {
  return args
    .filter((arg) => /pressure/.test(arg))
    .flatMap((arg) => {
      const braces = /^(.*)\{([a-z,]{2,40})\}(.*)$/.exec(arg)
      if (braces) return (braces[2] ?? '').split(',').map((one) => `${braces[1]}${one}${braces[3]}`)
      return arg.endsWith('/*') ? ['cpu', 'io', 'memory'].map((one) => `${arg.slice(0, -1)}${one}`) : [arg]
    })
}

function startPressure(context: ReadContext): FormatReader {
  const found: Pressure[] = []
  const trouble = startTrouble(context)
  const files = filesOf(context.args)
  let at = -1
  let last: 'some' | 'full' | null = null
  let headed: string | null = null
  return {
    take(text, line) {
      if (text.length > 600) return false
      // head and tail print the path above each of several files.
      const head = /^==> (\/\S{1,400}) <==$/.exec(text)?.[1]
      if (head !== undefined) {
        headed = head
        return /pressure/.test(head)
      }
      const { path: printed, rest } = withoutPath(text)
      const cells = LINE.exec(rest)
      const kind = cells?.[1] === 'some' ? 'some' : 'full'
      if (!cells) {
        if (!/^(?:some|full) avg/.test(rest)) return false
        trouble.lose(line, `not a whole line of pressure: ${rest.slice(0, 80)}`)
        return true
      }
      // A second `full` without `some` before it is irq, which stands between io and memory.
      if (kind === 'some') at++
      const path = printed ?? headed ?? (kind === 'full' && last === 'full' ? 'irq' : (files[Math.max(at, 0)] ?? ''))
      last = kind
      const total = Number(cells[5])
      if (found.length < MAX_ENTRIES)
        found.push({
          resource: resourceOf(path),
          kind,
          cgroup: cgroupOf(path),
          avg10: Number(cells[2]),
          avg60: Number(cells[3]),
          avg300: Number(cells[4]),
          totalUs: cells[5] !== undefined && Number.isSafeInteger(total) ? total : null,
          origin: originAt(context, line),
        })
      return true
    },
    finish: () => trouble.result(found.length > 0 ? [{ question: 'machine', machine: { pressure: found } }] : []),
  }
}
