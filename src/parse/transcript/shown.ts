import type { Coverage } from '../../model/part.ts'
import type { Invocation } from './invocation.ts'

/** What stands in a command's output after its filters. */
export interface Shown {
  /** `rows` as printed; `census` counts by state; `count` a bare number; `states` the State column alone; `other` none of these. */
  readonly shape: 'rows' | 'census' | 'count' | 'states' | 'other'
  readonly coverage: readonly Coverage[]
  /** The filters that took rows away, as typed. */
  readonly cuts: readonly string[]
  /** `head -N`: whole if fewer lines came. */
  readonly limit: number | null
}

/** What a filter must know of the rows it is given. */
export interface Rows {
  readonly kind: 'sockets' | 'counters' | 'nstat' | 'other'
  readonly tool: 'ss' | 'netstat'
  /** awk's column numbers. */
  readonly recvQueue: number
  readonly state: number
  /** The State column is the last one. */
  readonly stateIsLast: boolean
  readonly processes: boolean
}

export const ALL: readonly Coverage[] = [{ of: 'all' }]

/** A filter as typed, for people. */
export const label = ({ program, args }: Invocation) => [program, ...args].join(' ').slice(0, 120)

/** The filter may have hidden anything. */
export const lost = (shown: Shown, filter: Invocation, shape = shown.shape): Shown => ({
  ...shown,
  shape,
  coverage: [],
  cuts: [...shown.cuts, label(filter)],
})

/** Every pair of sets, as their intersection. */
export function intersect(a: readonly Coverage[], b: readonly Coverage[]): readonly Coverage[] {
  return a.flatMap((one) =>
    b.map((other): Coverage => {
      if (one.of === 'all') return other
      if (other.of === 'all') return one
      const sets = [one, other].flatMap((set) => (set.of === 'and' ? set.sets : [set]))
      const different = sets.filter(
        (set, i) => sets.findIndex((twin) => JSON.stringify(twin) === JSON.stringify(set)) === i,
      )
      return different.length === 1 ? (different[0] ?? one) : { of: 'and', sets: different }
    }),
  )
}
