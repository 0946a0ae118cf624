import type { Block } from '../../model/block.ts'
import type { Hint } from '../../model/snapshot.ts'
import type { Moment } from '../clock.ts'
import { type Fact, factsOf } from './answers.ts'

/** A block before its reading is known. */
export type Unnumbered = Omit<Block, 'reading'>

/** One reading while the text is walked through. */
export interface Draft {
  readonly index: number
  readonly blocks: Block[]
  readonly hints: Hint[]
  takenAt: string | null
  /** The same without a zone: it tells the order only. */
  wall: Moment | null
  /** Namespace and fact → value. */
  readonly facts: Map<string, string>
  /** The sitting at a terminal in which it was made last. */
  session: number
}

export interface DraftOrder {
  readonly before: number
  readonly after: number
  readonly because: string
}

/** The readings of one node. */
export interface NodeReadings {
  readonly drafts: readonly Draft[]
  readonly order: readonly DraftOrder[]
  /** A heading, a date: the next block begins a new reading. */
  breakAt(): void
  /** Time has passed, people say. `inside` a fence: until it closes. */
  later(words: string, line: number, inside: boolean): void
  fenceEnd(): void
  /** `because`: why a contradiction would be of a later time; null where nothing says so. */
  add(block: Unnumbered, session: number, because: string | null): Draft
  current(): Draft | null
  /** Make sure that there is a reading, be it an empty one. */
  touch(): void
  /** A command changed a setting: a new value of it is of a later time. */
  changed(command: string, line: number): void
}

/** What an output contradicts in a reading: the facts that both tell, differently. */
export function conflicts(draft: Draft, netns: string, facts: readonly Fact[]): readonly Fact[] {
  return facts.filter((fact) => {
    const known = draft.facts.get(`${netns} ${fact.name}`)
    if (fact.kind === 'listener') {
      const port = fact.name.slice(fact.name.lastIndexOf(' ') + 1)
      const typed = draft.facts.get(`${netns} typed ${port}`)
      if (typed !== undefined && typed !== fact.value.slice(0, fact.value.indexOf('/'))) return true
      // netstat tells the length without the limit.
      if (known !== undefined && (known.endsWith('/?') || fact.value.endsWith('/?')))
        return known.split('/', 1)[0] !== fact.value.split('/', 1)[0]
    }
    if (fact.kind === 'typed-listener') {
      const port = fact.name.slice(fact.name.lastIndexOf(' ') + 1)
      const printed = draft.facts.get(`${netns} printed ${port}`)
      const typed = draft.facts.get(`${netns} typed ${port}`)
      return (printed !== undefined && printed !== fact.value) || (typed !== undefined && typed !== fact.value)
    }
    return known !== undefined && known !== fact.value
  })
}

function remember(draft: Draft, netns: string, facts: readonly Fact[]): void {
  for (const { name, value, kind } of facts) {
    const port = name.slice(name.lastIndexOf(' ') + 1)
    if (kind === 'typed-listener') draft.facts.set(`${netns} typed ${port}`, value)
    else {
      draft.facts.set(`${netns} ${name}`, value)
      if (kind === 'listener') draft.facts.set(`${netns} printed ${port}`, value.slice(0, value.indexOf('/')))
    }
  }
}

const oneSitting = (before: Draft, block: Unnumbered, { name, value }: Fact): string =>
  `one sitting at a terminal: ${name} was ${before.facts.get(`${block.netns} ${name}`) ?? 'another'} above line ${block.lines[0]} and is ${value} there`

/** Sort one node's blocks into readings, in the order of the text. */
export function sortReadings(): NodeReadings {
  const drafts: Draft[] = []
  const order: DraftOrder[] = []
  let at: Draft | null = null
  let breaking = false
  let passed: { readonly words: string; readonly line: number; readonly inside: boolean } | null = null
  let goBackTo: Draft | null = null
  let changedBy: string | null = null

  const begin = (session: number): Draft => {
    const draft: Draft = {
      index: drafts.length,
      blocks: [],
      hints: [],
      takenAt: null,
      wall: null,
      facts: new Map(),
      session,
    }
    drafts.push(draft)
    at = draft
    return draft
  }
  const draftFor = (block: Unnumbered, facts: readonly Fact[], session: number, because: string | null): Draft => {
    const before = at
    if (before === null || breaking) {
      breaking = false
      passed = null
      return begin(session)
    }
    if (passed !== null) {
      const { words, line, inside } = passed
      passed = null
      if (inside) goBackTo = before
      const draft = begin(session)
      order.push({ before: before.index, after: draft.index, because: `line ${line} says: ${words}` })
      return draft
    }
    const [conflict] = conflicts(before, block.netns, facts)
    if (!conflict) return before
    const draft = begin(session)
    const why = because ?? changedBy ?? (before.session === session ? oneSitting(before, block, conflict) : null)
    changedBy = null
    if (why !== null) order.push({ before: before.index, after: draft.index, because: why })
    return draft
  }

  return {
    drafts,
    order,
    current: () => at,
    touch() {
      if (!at) begin(0)
    },
    breakAt() {
      breaking = at !== null
    },
    later(words, line, inside) {
      if (at) passed = { words, line, inside }
    },
    fenceEnd() {
      if (passed?.inside) passed = null
      if (goBackTo) at = goBackTo
      goBackTo = null
    },
    changed(command, line) {
      if (at) changedBy = `line ${line} ran: ${command.slice(0, 80)}`
      for (const key of at?.facts.keys() ?? []) if (/ (?:net|fs|kernel|vm)\./.test(key)) at?.facts.delete(key)
    },
    add(block, session, because) {
      const facts = factsOf(block.content, block.command)
      const draft = draftFor(block, facts, session, because)
      draft.session = session
      draft.blocks.push({ ...block, reading: draft.index })
      remember(draft, block.netns, facts)
      return draft
    },
  }
}
