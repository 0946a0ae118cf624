import type { Netns, Precedence, Series, Snapshot } from '../model/snapshot.ts'

/**
 * Readings of one node from several inputs, as one Series each; nodes in the order they were met.
 * What no input names stays apart: two unnamed nodes need not be the same. Dated readings of different inputs are ordered.
 */
export function uniteSeries(all: readonly Series[]): readonly Series[] {
  const united: Series[] = []
  for (const one of all) {
    const at = one.node === null ? -1 : united.findIndex(({ node }) => node === one.node)
    const known = united[at]
    if (known) united[at] = join(known, one)
    else united.push(one)
  }
  return united
}

function join(a: Series, b: Series): Series {
  const base = a.snapshots.length
  const snapshots = [...a.snapshots, ...b.snapshots]
  const shifted = b.order.map((p) => ({ ...p, before: p.before + base, after: p.after + base }))
  return { node: a.node, snapshots, order: [...a.order, ...shifted, ...byDate(a.snapshots, b.snapshots)] }
}

function byDate(first: readonly Snapshot[], second: readonly Snapshot[]): readonly Precedence[] {
  return first.flatMap((a, i) =>
    second.flatMap((b, j): readonly Precedence[] => {
      if (a.takenAt === null || b.takenAt === null || a.takenAt === b.takenAt) return []
      const earlier = Date.parse(a.takenAt) < Date.parse(b.takenAt)
      const [before, after] = earlier ? [i, first.length + j] : [first.length + j, i]
      const [then, now] = earlier ? [a.takenAt, b.takenAt] : [b.takenAt, a.takenAt]
      return [{ before, after, by: 'clock', because: `${then} < ${now}` }]
    }),
  )
}

/** How many readings an input holds. */
export const countReadings = (all: readonly Series[]): number => all.reduce((sum, one) => sum + one.snapshots.length, 0)

/** The nth reading of an input, counted from 1 in the input's order; null where it has fewer. */
export function pickReading(all: readonly Series[], nth: number): Series | null {
  const readings = all
    .flatMap(({ node, snapshots }) => snapshots.map((snapshot) => ({ node, snapshot })))
    .sort((a, b) => (a.snapshot.lines?.[0] ?? 0) - (b.snapshot.lines?.[0] ?? 0))
  const picked = readings[nth - 1]
  return picked ? { node: picked.node, snapshots: [picked.snapshot], order: [] } : null
}

/** Only one namespace of every reading; null where no reading has it. */
export function selectNetns(all: readonly Series[], name: string): readonly Series[] | null {
  const selected = all.map((one) => ({
    ...one,
    snapshots: one.snapshots.map((snapshot) => ({
      ...snapshot,
      netns: snapshot.netns.filter((netns) => isNamed(netns, name)),
    })),
  }))
  const some = selected.some(({ snapshots }) => snapshots.some(({ netns }) => netns.length > 0))
  return some ? selected : null
}

function isNamed({ key, pod }: Netns, name: string): boolean {
  return [key, key.replace(/^(named|pod|net:) ?/, ''), pod?.name, pod?.uid, pod?.containerId].includes(name)
}

/** Every namespace's key, each once. */
export function netnsKeys(all: readonly Series[]): readonly string[] {
  return [...new Set(all.flatMap(({ snapshots }) => snapshots.flatMap(({ netns }) => netns.map(({ key }) => key))))]
}
