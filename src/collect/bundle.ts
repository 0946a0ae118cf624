import type { Line } from '../model/line.ts'
import type { Unread } from '../model/report.ts'
import { type MemberText, uniteMembers } from '../parse/bundle.ts'
import { type MemberName, readMemberName } from '../parse/bundle-names.ts'
import { readClock } from '../parse/clock.ts'
import { readTranscript } from '../parse/transcript/index.ts'
import { listingOf } from '../parse/transcript/listing.ts'
import { readLabel, readPrompt } from '../parse/transcript/prompt.ts'
import { type Member, readBundle } from '../sys/bundle/index.ts'
import { InputError } from '../sys/input-error.ts'
import { decodeLines } from '../sys/text-file.ts'
import { type CollectedText, nothingIn, seriesOf } from './transcript.ts'

/** More refusals than this are counted, not listed. */
const MAX_REFUSED = 100

/**
 * Everything that a folder or an archive tells, one Series per machine. `onLines` hears how many lines were read.
 * Gaps:   members that are refused (links out of it, devices, damage) are unread; members whose names tell nothing are passed over
 * Errors: InputError for what is no bundle, and for bombs
 */
export async function collectBundle(path: string, onLines: (lines: number) => void = () => {}): Promise<CollectedText> {
  const members: MemberText[] = []
  const refused: Unread[] = []
  let lines = 0
  for await (const entry of readBundle(path)) {
    if (entry.kind === 'refused') refused.push(unreadOf(path, entry.path, entry.why))
    else {
      const read = await readMember(entry, path, (more) => {
        lines += more
        onLines(lines)
      })
      if (read && 'text' in read) members.push(read)
      else if (read) refused.push(read)
    }
  }
  const { nodes, unread } = uniteMembers(members, path)
  const series = nodes.map(seriesOf).map((one) => ({
    ...one,
    // Its lines stand in many files: what came from where, every value tells itself.
    snapshots: one.snapshots.map((snapshot) => ({ ...snapshot, lines: null })),
  }))
  const found = members.some((one) => one.text.blocks.length > 0)
  return {
    series,
    unread: [...unread, ...shortened(refused)],
    notes: found ? [] : [nothingIn(path)],
    listings: members.map(({ text, file }) => listingOf(text, file)),
  }
}

const unreadOf = (bundle: string, path: string, why: string): Unread => ({
  file: path === '' ? bundle : `${bundle}/${path}`,
  lines: [1, 1],
  why,
  sample: '',
})

function shortened(refused: readonly Unread[]): readonly Unread[] {
  const [first] = refused
  if (!first || refused.length <= MAX_REFUSED) return refused
  const more = refused.length - MAX_REFUSED
  return [...refused.slice(0, MAX_REFUSED), { ...first, why: `and ${more} more members like these are not listed` }]
}

/** null: its name says that it is of no use here. */
async function readMember(
  member: Member,
  bundle: string,
  tell: (lines: number) => void,
): Promise<MemberText | Unread | null> {
  const name = readMemberName(member.path)
  if (name.command === null && !name.text) return null
  const file = `${bundle}/${member.path}`
  const head: Line[] = []
  try {
    const lines = counted(decodeLines(member.bytes, file), head, tell)
    const first = await lines.next()
    const all = first.done ? [] : again(first.value, lines)
    const text = await readTranscript(all, file, given(name, head))
    return { name, file, text, clock: name.command === 'date' ? clockIn(head) : null }
  } catch (error) {
    // A bomb ends it all; what is no text is passed over and said.
    if (!(error instanceof InputError) || error.found.includes('bomb') || error.wanted !== 'text') throw error
    return unreadOf(bundle, member.path, error.found)
  }
}

/** A file that shows its own commands is read as a log whatever its name says; one whose name leaves the options open, by shape. */
function given(name: MemberName, head: readonly Line[]): { readonly command: string | null } | null {
  if (name.command === null) return null
  const first = head.find(({ text }) => text.trim() !== '')?.text ?? ''
  const isLog = readPrompt(first, true)?.command || readLabel(first) !== null
  if (isLog && first.length < 400 && !first.startsWith('#')) return null
  return { command: name.sure ? name.command : null }
}

const clockIn = (head: readonly Line[]): string | null =>
  head.slice(0, 5).reduce<string | null>((known, { text }) => known ?? readClock(text), null)

async function* counted(
  batches: AsyncIterable<readonly Line[]>,
  head: Line[],
  tell: (lines: number) => void,
): AsyncGenerator<readonly Line[]> {
  for await (const batch of batches) {
    if (head.length === 0) head.push(...batch.slice(0, 20))
    tell(batch.length)
    yield batch
  }
}

async function* again<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first
  yield* rest
}
