import type { Line, Slab } from '../../model/line.ts'
import type { LineKind } from '../../model/listing.ts'
import type { Moment } from '../clock.ts'
import type { RowsTaken } from '../format.ts'
import type { Pipeline } from './command-line.ts'
import type { Piece } from './piece.ts'
import type { Plan } from './plan-base.ts'
import type { Prompt } from './prompt.ts'

/** A command with what it printed, as far as that was understood. */
export interface Ran {
  /** As typed; null for an output that stands alone. */
  readonly command: string | null
  readonly prompt: Prompt | null
  readonly pipelines: readonly Pipeline[]
  readonly plans: readonly Plan[]
  readonly pieces: readonly Piece[]
  /** From the prompt's line to the last line that was understood. */
  readonly lines: readonly [number, number]
  /** When it ran, as its line or watch's head says; null where nothing does. */
  readonly moment: Moment | null
  /** It is another look for certain: watch ran it again. */
  readonly again: boolean
  /** Fences and runs of prompts, numbered: what shares a number was one sitting at a terminal. */
  readonly session: number
  /** Lines of a kubectl, docker or crictl, a few at most: they tell which pid is whose. */
  readonly printed: readonly string[]
}

/** What the splitter tells while it walks through a text. */
export interface Sink {
  /** A command is about to run; the sink may still look up where. */
  ran(ran: Ran): void
  /** `level`: how many `#`. */
  heading(text: string, level: number, line: number): void
  /** A line that names the machine of what follows, such as ansible prints. */
  host(name: string, line: number): void
  /** Anything outside of commands and their outputs. */
  prose(text: string, line: number): void
  /** Words like `...(3 days later)...`. `inside` a fence they hold until it closes. */
  later(words: string, line: number, inside: boolean): void
  fenceEnd(): void
  unread(line: number, why: string, text: string): void
}

export interface Splitter {
  /** What kind of line it is; of a row that its reader takes in though it cannot read it, `output`. */
  line(line: Line): LineKind
  /** Rows of the output at hand, straight from bytes: the quick way for what `line` would take in one by one. */
  rows(slab: Slab, at: number, line: number): RowsTaken
  end(): void
}
