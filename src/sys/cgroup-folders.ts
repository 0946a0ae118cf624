import type { Proc } from './proc.ts'

/** Where the hierarchies of cgroups are mounted, as far as they can be read from here. */
export interface CgroupMounts {
  /** v2, where its controllers for CPU and memory are: the only hierarchy, or none of these. */
  readonly unified: string | null
  /** v1, by controller. */
  readonly cpu: string | null
  readonly memory: string | null
}

/**
 * Where cgroups are mounted, as this node's first process sees it (`--path.procfs` of another node's mount), else as we do.
 * Gaps: null where none is mounted, or where it is out of reach
 */
export function findCgroupMounts(proc: Proc): CgroupMounts {
  const [text, prefix] = mountsOf(proc)
  const found: { unified: string | null; cpu: string | null; memory: string | null } = {
    unified: null,
    cpu: null,
    memory: null,
  }
  for (const line of text.split('\n')) {
    const [, path = '', type = '', options = ''] = line.split(' ')
    const has = (name: string) => options.split(',').includes(name)
    if (type === 'cgroup2') found.unified ??= prefix + path
    if (type === 'cgroup' && has('cpu')) found.cpu ??= prefix + path
    if (type === 'cgroup' && has('memory')) found.memory ??= prefix + path
  }
  return found
}

function mountsOf(proc: Proc): readonly [string, string] {
  const elsewhere = proc.root !== '/proc'
  for (const [who, prefix] of elsewhere ? [['1', `${proc.root}/1/root`] as const] : [['self', ''] as const]) {
    try {
      return [proc.read(`${who}/mounts`), prefix]
    } catch {
      // Denied, or no such process: nothing is known of its mounts.
    }
  }
  return ['', '']
}
