import type { CgroupSample } from '../model/machine.ts'
import { CGROUP_FILES, type CgroupValues, noValues, takeCgroupLine } from './cgroup-values.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from './format.ts'
import { parsePodCgroup } from './proc-pid.ts'

/**
 * Read the files of cgroups, `cat` one by one, several at a time, or with `grep .` and `head`, which print their paths.
 * Shape:  one CgroupSample a cgroup
 * Gaps:   cpu.stat without a path is told by its first line, and its cgroup is then `/`
 * Errors: of several files without their paths a line goes to the first, in the order typed, whose line it can be
 * Source: Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/memory.rst; Documentation/scheduler/sched-bwc.rst
 */
export const cgroupFiles: Format = {
  name: 'cgroup-files',
  opens: (text) => text.length < 700 && (/^(?:usage_usec|nr_periods) \d{1,20}$/.test(text) || withPath(text) !== null),
  read: startCgroupFiles,
}

/** `/sys/fs/cgroup/cpu,cpuacct/kubepods/…/cpu.stat` → the cgroup's path below its hierarchy, and the file. */
function placeOf(path: string): { readonly cgroup: string; readonly file: string } | null {
  const parts = /^(?:.{0,200}?\/sys\/fs\/cgroup)?((?:\/[^/]{1,255}){0,40})\/([a-z_]{3,8}\.[a-z_]{3,30})$/.exec(path)
  const file = parts?.[2] ?? ''
  if (!parts || !Object.hasOwn(CGROUP_FILES, file)) return null
  const below = (parts[1] ?? '').replace(/^\/(?:unified|memory|cpu(?:,cpuacct)?|cpuacct,cpu)(?=\/|$)/, '')
  return { cgroup: below === '' ? '/' : below, file }
}

function withPath(text: string): { readonly path: string; readonly rest: string } | null {
  const at = text.startsWith('/') ? text.indexOf(':', text.indexOf('/cpu.') + text.indexOf('/memory.') + 2) : -1
  const path = text.slice(0, at)
  return at > 0 && placeOf(path) !== null ? { path, rest: text.slice(at + 1) } : null
}

interface Kept {
  readonly values: CgroupValues
  readonly line: number
}

const MAX_CGROUPS = 2000

function startCgroupFiles(context: ReadContext): FormatReader {
  const kept = new Map<string, Kept>()
  const trouble = startTrouble(context)
  const typed = context.args.flatMap((arg) => placeOf(arg) ?? (Object.hasOwn(CGROUP_FILES, arg) ? HERE(arg) : []))
  let headed: string | null = null
  let at = 0
  const put = (cgroup: string, file: string, text: string, line: number): boolean => {
    const known = kept.get(cgroup)
    if (!known && kept.size >= MAX_CGROUPS) return false
    const values = known?.values ?? noValues()
    if (!takeCgroupLine(values, file, text)) return false
    if (!known) kept.set(cgroup, { values, line })
    return true
  }
  return {
    take(text, line) {
      if (text.length > 700) return false
      const head = /^==> (\S{1,600}) <==$/.exec(text)?.[1]
      if (head !== undefined) {
        headed = placeOf(head) ? head : null
        return headed !== null
      }
      const printed = withPath(text)
      const place = placeOf(printed?.path ?? headed ?? '')
      if (place) return put(place.cgroup, place.file, printed?.rest ?? text, line)
      if (typed.length === 0) return put('/', 'cpu.stat', text, line)
      // A file of pairs goes on for as long as its lines do; a bare number is a file of its own.
      for (let next = at; next < typed.length; next++) {
        const one = typed[next]
        if (!one || !put(one.cgroup, one.file, text, line)) continue
        at = /^[a-z_.]+ \d+$/.test(text) ? next : next + 1
        return true
      }
      return false
    },
    finish() {
      const cgroups = [...kept].map(
        ([path, { values, line }]): CgroupSample => ({
          path,
          version: values.version ?? 2,
          pod: parsePodCgroup(`0::${path}`),
          cpu: values.cpu,
          memory: values.memory,
          origin: originAt(context, line),
        }),
      )
      return trouble.result(cgroups.length > 0 ? [{ question: 'machine', machine: { cgroups } }] : [])
    },
  }
}

/** A bare file name, typed inside the cgroup's folder: which one that is is not told. */
const HERE = (file: string) => ({ cgroup: '/', file })
