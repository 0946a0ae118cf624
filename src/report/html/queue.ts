import type { Evidence, Finding } from '../../model/finding.ts'
import { HTML_WORDS as H } from '../../words/html.ts'
import { groupDigits } from '../../words/say.ts'
import type { TextOptions } from '../text/page.ts'
import { tell } from '../text/page.ts'
import { type Html, html } from './escape.ts'

/** Squares that are drawn for a queue, however many places it has. */
const SLOTS = 24
const STEP = 14

/** Queues of one finding that are drawn; the table below holds all of them. */
const DRAWN = 8

interface Queue {
  readonly label: string
  readonly length: number
  readonly max: number
}

/** Rules whose subject is an accept queue, and what of the way through it does not work. */
const BLOCKED: Readonly<Record<string, 'arrival' | 'accept'>> = {
  'accept-queue-full': 'arrival',
  'backlog-too-small': 'arrival',
  'accept-queue-growing': 'accept',
  'listener-never-accepts': 'accept',
}

/** What waits where, drawn: arriving handshakes, the places of the queue, accept(). null for findings that are about no queue. */
export function queueFigure(page: TextOptions, finding: Finding): Html | null {
  const blocked = BLOCKED[finding.rule]
  const queues = finding.evidence.flatMap((proof) => queueOf(page, proof)).slice(0, DRAWN)
  if (blocked === undefined || queues.length === 0) return null
  const program = finding.subject.process ?? H.program[page.lang]
  const anyFull = queues.some(({ length, max }) => length > max)
  return html`<figure class="queues">
<div class="end"><span class="box">${H.clients[page.lang]}</span><span class="arrow${anyFull ? ' cut' : ''}">${anyFull ? H.dropped[page.lang] : 'SYN'}</span></div>
<ul class="middle">${queues.map((queue) => drawn(page, queue))}</ul>
<div class="end"><span class="arrow${blocked === 'accept' ? ' cut' : ''}">${blocked === 'accept' ? H.noAccept[page.lang] : 'accept()'}</span><span class="box">${program}</span></div>
<figcaption>${H.caption[page.lang]}</figcaption>
</figure>
`
}

function queueOf(page: TextOptions, { label, value, limit, unit }: Evidence): readonly Queue[] {
  if (unit !== 'connections' || typeof value !== 'number' || typeof limit !== 'number' || limit < 1) return []
  // Proofs of another kind hold connections against connections too; a queue is told by the address it is at.
  return /^\S+:\d+/.test(label.en) ? [{ label: label[page.lang], length: value, max: limit }] : []
}

function drawn(page: TextOptions, { label, length, max }: Queue): Html {
  const filled = Math.min(SLOTS, Math.round((length / (max + 1)) * SLOTS))
  const full = length > max
  const text = tell(page, full ? H.slotsFull : H.slots, { length, max })
  return html`<li><span class="name">${label}</span>
<svg viewBox="0 0 ${SLOTS * STEP} 12" role="img" aria-label="${text}" class="${full ? 'full' : 'room'}">${Array.from(
    { length: SLOTS },
    (_, index) => slot(index, index >= SLOTS - filled),
  )}</svg>
<span class="count">${groupDigits(length)} / ${groupDigits(max)}</span></li>
`
}

const slot = (index: number, taken: boolean): Html =>
  html`<rect x="${index * STEP + 1}" y="1" width="11" height="10" rx="2"${taken ? html` class="taken"` : null}/>`
