import type { Batch, Line } from '../model/line.ts'
import type { Unread } from '../model/report.ts'
import { type MemberText, uniteMembers } from '../parse/bundle.ts'
import { type MemberName, readMemberName } from '../parse/bundle-names.ts'
import { readClock } from '../parse/clock.ts'
import { readTranscript } from '../parse/transcript/index.ts'
import { listingOf } from '../parse/transcript/listing.ts'
import { readLabel, readPrompt } from '../parse/transcript/prompt.ts'
import { readBundle } from '../sys/bundle/index.ts'
import { InputError } from '../sys/input-error.ts'
import { linesOf } from '../sys/slabs.ts'
import { decodeText } from '../sys/text-file.ts'
import { clustersIn } from './clusters.ts'
import { withRowsAhead } from './rows-ahead.ts'
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
  for await (const { path: inside, name, lines: batches, why } of readBundleTexts(path)) {
    if (why !== null) refused.push(unreadOf(path, inside, why))
    if (batches === null) continue
    const head: Line[] = []
    const counted = count(withRowsAhead(batches), head, (more) => {
      lines += more
      onLines(lines)
    })
    try {
      members.push(await readMember(name, `${path}/${inside}`, counted, head))
    } catch (error) {
      // What was read of it before is not whole, and nobody could tell: it is left out.
      if (!(error instanceof InputError) || !isDamage(error)) throw error
      refused.push(unreadOf(path, inside, error.found))
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
    clusters: clustersIn(members.flatMap((one) => one.text.blocks)),
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

/** One file of a bundle. */
export interface BundleFile {
  readonly path: string
  readonly name: MemberName
  /** To be had once, before the next file is asked for; null: it is not read. */
  readonly lines: AsyncIterable<Batch> | null
  /** Why it could not be read; null also where its name says that it is of no use here. */
  readonly why: string | null
}

/** The files of a bundle, those that are read with their lines. Errors: as collectBundle */
export async function* readBundleTexts(path: string): AsyncGenerator<BundleFile> {
  for await (const entry of readBundle(path)) {
    const name = readMemberName(entry.path)
    const file = { path: entry.path, name, lines: null, why: null }
    if (entry.kind === 'refused') yield { ...file, why: entry.why }
    else if (name.command === null && !name.text) yield file
    else {
      const lines = decodeText(entry.bytes, `${path}/${entry.path}`)
      const first = await firstOf(lines)
      if (typeof first === 'string') yield { ...file, why: first }
      else yield { ...file, lines: first === null ? lines : again(first, lines) }
    }
  }
}

/** The archive is cut or broken: what stood before it still counts. */
const isDamage = ({ found }: InputError): boolean => found.startsWith('damage')

/** The first lines; null where there are none, a word where it is no text. */
async function firstOf(lines: AsyncGenerator<Batch>): Promise<Batch | string | null> {
  try {
    const first = await lines.next()
    return first.done ? null : first.value
  } catch (error) {
    // A bomb ends it all.
    if (error instanceof InputError && (error.wanted === 'text' || isDamage(error))) return error.found
    throw error
  }
}

async function readMember(
  name: MemberName,
  file: string,
  lines: AsyncIterable<Batch>,
  head: readonly Line[],
): Promise<MemberText> {
  const iterator = lines[Symbol.asyncIterator]()
  const first = await iterator.next()
  const rest = { [Symbol.asyncIterator]: () => iterator }
  const command = given(name, head)
  const text = await readTranscript(first.done ? [] : again(first.value, rest), file, command)
  return { name, file, text, whole: command !== null, clock: name.command === 'date' ? clockIn(head) : null }
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

async function* count(
  batches: AsyncIterable<Batch>,
  head: Line[],
  tell: (lines: number) => void,
): AsyncGenerator<Batch> {
  let known = 0
  for await (const batch of batches) {
    if (head.length === 0) head.push(...('bytes' in batch ? linesOf(batch) : batch).slice(0, 20))
    const last = 'bytes' in batch ? batch.line : (batch.at(-1)?.number ?? known)
    tell(last - known)
    known = last
    yield batch
  }
}

async function* again<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first
  yield* rest
}
