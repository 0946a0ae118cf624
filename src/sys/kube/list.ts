import { setTimeout as sleep } from 'node:timers/promises'
import type { GapReason } from '../../model/part.ts'
import { HostError } from '../host-error.ts'
import { listAt, textAt } from './fields.ts'
import { asHostError, type KubeAnswer, type KubeDoor } from './request.ts'
import { splitItems } from './split-items.ts'

/** Objects that kubectl asks for at once, too. */
const PAGE = 500
/** A page is parsed whole up to this size; a server that sends more is read item by item. */
const WHOLE_PAGE = 8 << 20
/** A server that says "later" is asked again, if that is not too late. */
const LONGEST_WAIT_S = 2

export interface ListOptions {
  readonly fieldSelector?: string | undefined
  readonly labelSelector?: string | undefined
  readonly signal: AbortSignal
  readonly limit?: number
  /** Called when the server answers. */
  readonly heard?: () => void
}

export interface ListTaker {
  /** One object as the API sent it, without its kind. */
  item(value: unknown): void
  /** The list begins anew: what was taken of it is void. */
  restart(): void
}

/** What a whole list came to. */
export interface ListEnd {
  readonly items: number
  /** The server's clock; null: it does not tell. */
  readonly date: string | null
}

/** An answer that is not the list. */
export class KubeRefusal extends HostError {
  readonly status: number

  constructor(what: string, status: number, message: string | null, reason: GapReason) {
    super('list', what, null, { why: `${status}${message === null ? '' : ` ${message}`}`, code: reason })
    this.status = status
  }
}

/**
 * Every object of one kind, page by page; none of them is kept here.
 * Errors: HostError: refused (KubeRefusal with the status), timeout, nobody there, not a list. A list that expired between two pages
 *         (410 Gone) is begun once more, and then given up
 */
export async function listAll(door: KubeDoor, path: string, options: ListOptions, taker: ListTaker): Promise<ListEnd> {
  let from: string | null = null
  let items = 0
  let restarted = false
  for (;;) {
    try {
      const page: Page = await readPage(door, path, from, options, taker)
      items += page.items
      if (page.next === null) return { items, date: page.date }
      from = page.next
    } catch (error) {
      if (!(error instanceof KubeRefusal) || error.status !== 410 || restarted) throw error
      restarted = true
      from = null
      items = 0
      taker.restart()
    }
  }
}

interface Page {
  readonly items: number
  readonly next: string | null
  readonly date: string | null
}

async function readPage(
  door: KubeDoor,
  path: string,
  from: string | null,
  options: ListOptions,
  taker: ListTaker,
): Promise<Page> {
  const query = new URLSearchParams({ limit: String(options.limit ?? PAGE) })
  if (from !== null) query.set('continue', from)
  if (options.fieldSelector) query.set('fieldSelector', options.fieldSelector)
  if (options.labelSelector) query.set('labelSelector', options.labelSelector)
  const answer = await ask(door, path, `${path}?${query}`, options)
  const { list, items } = await readBody(door, path, answer, options.signal, taker)
  return { items, next: textAt(list, 'metadata', 'continue'), date: answer.date }
}

/** Once more with fresh credentials after 401, once more later after 429. */
async function ask(door: KubeDoor, what: string, url: string, { signal, heard }: ListOptions): Promise<KubeAnswer> {
  for (let tries = 0; ; tries++) {
    const answer = await door.get(url, signal, tries > 0)
    heard?.()
    if (answer.status === 200) return answer
    const refusal = await refusalOf(what, answer, signal)
    const wait = answer.status === 429 ? (answer.retryAfter ?? 1) : 0
    const again = answer.status === 401 || (answer.status === 429 && wait <= LONGEST_WAIT_S)
    if (tries > 0 || !again) throw refusal
    await sleep(wait * 1000, undefined, { signal }).catch(() => {
      throw refusal
    })
  }
}

/** The Status object's words, if it is one; never the whole of what a stranger sent. */
async function refusalOf(what: string, answer: KubeAnswer, signal: AbortSignal): Promise<KubeRefusal> {
  const { status } = answer
  const reason: GapReason =
    status === 401 || status === 403 ? 'denied' : status === 404 ? 'absent' : status === 504 ? 'timeout' : 'unsupported'
  if (status >= 300 && status < 400) {
    answer.drop()
    return new KubeRefusal(what, status, 'a redirect, which is not followed', 'unsupported')
  }
  let message: string | null = null
  try {
    message = textAt(JSON.parse(await readSome(answer, signal)), 'message')
  } catch {
    // no Status object: its number says enough
  }
  return new KubeRefusal(what, status, message?.slice(0, 300) ?? null, reason)
}

async function readSome(answer: KubeAnswer, signal: AbortSignal): Promise<string> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of answer.body) {
    if (signal.aborted || size > 65_536) break
    pieces.push(piece)
    size += piece.length
  }
  return Buffer.concat(pieces).toString('utf8')
}

async function readBody(
  door: KubeDoor,
  what: string,
  { body }: KubeAnswer,
  signal: AbortSignal,
  taker: ListTaker,
): Promise<{ readonly list: unknown; readonly items: number }> {
  try {
    let pieces: Buffer[] | null = []
    let size = 0
    let items = 0
    const splitter = splitItems()
    const take = (item: Buffer) => {
      items++
      taker.item(JSON.parse(item.toString('utf8')))
    }
    for await (const piece of body) {
      if (pieces) {
        pieces.push(piece)
        size += piece.length
        if (size <= WHOLE_PAGE) continue
        for (const early of pieces) splitter.take(early).forEach(take)
        pieces = null
      } else splitter.take(piece).forEach(take)
    }
    if (!pieces) return { list: splitter.end(), items }
    const list: unknown = JSON.parse(Buffer.concat(pieces).toString('utf8'))
    const all = listAt(list, 'items')
    for (const item of all) taker.item(item)
    return { list, items: all.length }
  } catch (error) {
    if (signal.aborted || (error instanceof Error && 'code' in error)) throw asHostError(error, door.access, signal)
    throw new HostError('list', what, null, { why: 'its answer is not a whole list of objects' })
  }
}
