import { backlogsOf, type KnownBacklog, programsPassing } from './known-backlogs.ts'
import type { View } from './need.ts'
import { everySysctl, SOMAXCONN, type Sysctl } from './sysctls.ts'

/**
 * Which of the two numbers made a listener's limit: it is min(backlog, somaxconn) at the moment of listen().
 * - `program`: the program asked for no more
 * - `somaxconn`: the namespace allows no more (whether the program asked for more cannot be seen)
 * - `default`: 128 or 4096, the kernel's defaults of somaxconn, while somaxconn is larger now or not known: the listener is
 *   older than the change, or the program asks for just that
 * - `lowered`: somaxconn is smaller than the limit: it was lowered since, and a restart would make the queue shorter
 * - `unknown`
 */
export interface BindingLimit {
  readonly by: 'program' | 'somaxconn' | 'default' | 'lowered' | 'unknown'
  /** The value that tells: of this namespace, or of another one (or another reading) that equals the limit. */
  readonly somaxconn: Sysctl | null
  /** The value does not come from this namespace at this reading. */
  readonly elsewhere: boolean
  /** Programs known to pass exactly this limit; those that fit the owner or a word of the text first. */
  readonly passing: readonly KnownBacklog[]
  /** Of these, what people named near the reading: a hint, no proof. */
  readonly named: readonly KnownBacklog[]
}

/** somaxconn as a new namespace has it: up to 5.3, and since. */
const KERNEL_DEFAULTS: ReadonlySet<number> = new Set([128, 4096])

export function bindingLimit(view: View, program: string | null, max: number): BindingLimit {
  const named = program === null ? programsPassing(max).filter((one) => isNamed(view, one)) : []
  const passing = program === null ? [...new Set([...named, ...programsPassing(max)])] : passedBy(program, max)
  const all = everySysctl(view, SOMAXCONN)
  const own = all.find((one) => one.netns === view.netns.key) ?? null
  const equal = all.find((one) => one.number === max) ?? null
  const result = (by: BindingLimit['by'], somaxconn: Sysctl | null): BindingLimit => ({
    by,
    somaxconn,
    elsewhere: somaxconn !== null && somaxconn !== own,
    passing,
    named,
  })
  // A value read before the limit was, and smaller than it, has been raised since: it says nothing any more.
  const isOutdated = own?.carried === true && own.number !== null && own.number < max
  const now = isOutdated ? null : (own?.number ?? null)
  if (now === max) return result('somaxconn', own)
  if (now !== null && now < max) return result('lowered', own)
  if (equal && passing.length === 0) return result('somaxconn', equal)
  if (equal && !isOwn(program, passing)) return result('somaxconn', equal)
  if (isOwn(program, passing)) return result('program', isOutdated ? null : own)
  if (KERNEL_DEFAULTS.has(max)) return result('default', isOutdated ? null : own)
  if (now !== null || passing.length > 0) return result('program', isOutdated ? null : own)
  return result('unknown', null)
}

/** The owner is named, and this is the number it is known to pass. */
const isOwn = (program: string | null, passing: readonly KnownBacklog[]): boolean =>
  program !== null && passing.length > 0

const passedBy = (program: string, max: number): readonly KnownBacklog[] =>
  backlogsOf(program).filter((one) => one.backlog === max)

function isNamed({ snapshot }: View, { program, comms }: KnownBacklog): boolean {
  const words = snapshot.hints.filter((hint) => hint.kind === 'program').map((hint) => hint.value.toLowerCase())
  return words.some((word) => program.toLowerCase() === word || comms.includes(word))
}
