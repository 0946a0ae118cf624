import type { Block, Content, NamedNetns } from '../../model/block.ts'
import { compareMoments, type Moment, readMoment } from '../clock.ts'
import { readAfterChange, readDate, readHints, readPlace } from '../hints.ts'
import { type Fact, factsOf } from './answers.ts'
import { clusterBlocks, isOfCluster } from './cluster-blocks.ts'
import { netnsByEvidence, type PendingHint, settleSomaxconn, whyLater } from './evidence.ts'
import { hostInHeading } from './markdown.ts'
import { nodeKey, shortName } from './names.ts'
import { followNamespaces, HOST_NETNS, UNPLACED } from './namespaces.ts'
import type { Piece } from './piece.ts'
import { type Draft, type NodeReadings, sortReadings, type Unnumbered } from './readings.ts'
import type { Ran, Sink } from './sink.ts'

/** A machine that the text speaks of. */
export interface NodeDraft {
  readonly name: string | null
  readonly readings: NodeReadings
  readonly netns: Map<string, NamedNetns>
  /** It ran kubectl and nothing that says how it fares itself. */
  onlyCluster: boolean
  /** What `date` printed before the reading that it dates. */
  clock: Moment | null
}

/** Everything that was placed, by machine: the unnamed one first if there is one. */
export interface Placed {
  readonly nodes: readonly NodeDraft[]
  /** What belongs to no machine: kubectl. */
  readonly cluster: readonly Block[]
  readonly tooMany: number | null
}

/** More outputs than this are not kept: memory stays bounded. */
const MAX_BLOCKS = 20_000
/** Nobody writes down more; a monitor's log does, and wants another tool. */
const MAX_READINGS = 1000
const MAX_HINTS = 200
const MAX_PENDING = 400

/** Every heading ends the section of a label. */
const LABEL_LEVEL = 7

/** Commands that change a setting. */
const SETS = /sysctl\s+(?:-w|-p|--system|\S+=)|>\s{0,4}\/proc\/sys\//

/** The sink that gives every output its machine, its namespace and its reading. */
export function startPlacing(file: string): Omit<Sink, 'unread'> & { finish(): Placed } {
  const nodes = new Map<string, NodeDraft>()
  const cluster: Block[] = []
  const namespaces = followNamespaces()
  let pending: PendingHint[] = []
  /** The machine that the section is about, until a heading of the same rank. */
  let headingHost: string | null = null
  let headingLevel = 0
  let lastHost: string | null = null
  let recent: NodeDraft | null = null
  /** A namespace was entered and left by a heading: where later commands ran is not told any more. */
  let adrift = false
  /** Where people say they look: in the words since the last output, else in the heading. */
  let place: 'host' | 'pod' | null = null
  let sectionPlace: 'host' | 'pod' | null = null
  let count = 0
  let readings = 0
  let tooMany: number | null = null

  const nodeOf = (host: string | null): NodeDraft => {
    const key = host === null ? '' : nodeKey(host)
    const known = nodes.get(key)
    if (known) return known
    const node: NodeDraft = {
      name: host === null ? null : shortName(host),
      readings: sortReadings(),
      netns: new Map(),
      onlyCluster: true,
      clock: null,
    }
    nodes.set(key, node)
    return node
  }

  const flushHints = (node: NodeDraft | null) => {
    const draft = node?.readings.current()
    if (!draft) return
    for (const { kind, value, line } of pending) {
      if (draft.hints.length >= MAX_HINTS) break
      if (!draft.hints.some((one) => one.kind === kind && one.value === value))
        draft.hints.push({ kind, value, origin: { file, line, command: null } })
    }
    pending = []
  }

  const note = (text: string, line: number) => {
    if (pending.length >= MAX_PENDING) return
    for (const said of readHints(text))
      if (!pending.some((one) => one.kind === said.kind && one.value === said.value)) pending.push({ ...said, line })
    place = readPlace(text) ?? place
  }

  /** A clock dates the reading at hand; where that is dated already, what follows is another one. */
  const setClock = (node: NodeDraft, clock: Moment) => {
    const draft = node.readings.current()
    if (draft && momentOf(draft) === null) date(draft, clock)
    else if (!draft || compareMoments(momentOf(draft) ?? clock, clock) !== 0) {
      node.readings.breakAt()
      node.clock = clock
    }
  }

  /** The same command at another time is another look, though it may show the same. */
  const isLaterLook = (draft: Draft | null, { command, moment, again }: Ran): boolean => {
    const before = draft === null ? null : momentOf(draft)
    if (draft === null || before === null || moment === null || compareMoments(before, moment) === 0) return false
    return again || draft.blocks.some((block) => block.command === command)
  }

  const netnsOf = (node: NodeDraft, explicit: NamedNetns | null, host: string | null, facts: readonly Fact[]) => {
    const draft = node.readings.current()
    const lost = adrift && host === null
    const usual = explicit ?? (lost ? netnsByEvidence(draft, facts, namespaces.entered, place) : HOST_NETNS)
    const netns = settleSomaxconn(draft, usual, facts)
    node.netns.set(netns.key, netns)
    if (draft?.blocks.some((block) => block.netns === UNPLACED.key)) node.netns.set(UNPLACED.key, UNPLACED)
    return netns
  }

  const addPiece = (ran: Ran, piece: Piece, first: boolean, machine: string | null) => {
    const pipeline = ran.pipelines[ran.plans.indexOf(piece.plan)]
    const where = pipeline?.where ?? { host: null, netns: null, shell: false, viaKubectl: false }
    const explicit = namespaces.of(where, piece.plan.pid)
    const inPod = namespaces.inPod
    const host = where.viaKubectl || inPod ? null : (where.host ?? machine ?? headingHost ?? lastHost)
    const node = nodeOf(host)
    const netns = netnsOf(node, explicit, host, factsOf(piece.content, ran.command))
    node.onlyCluster &&= piece.content.every(tellsNothing)
    const block: Unnumbered = {
      file,
      lines: first ? [ran.lines[0], piece.lines[1]] : piece.lines,
      command: ran.command,
      format: piece.format,
      node: node.name,
      netns: netns.key,
      content: piece.content,
      coverage: piece.coverage,
      cuts: piece.cuts,
      byHand: piece.format === 'hand-table',
      warnings: piece.warnings,
    }
    const before = node.readings.drafts.length
    if (isLaterLook(node.readings.current(), ran)) node.readings.breakAt()
    const draft = node.readings.add(block, ran.session, whyLater(node.readings.current(), netns.key, pending))
    const clock = node.clock ?? ran.moment
    if (clock !== null && momentOf(draft) === null) date(draft, clock)
    node.clock = null
    readings += node.readings.drafts.length - before
    recent = node
    flushHints(node)
  }

  return {
    ran(ran) {
      const roles = ran.plans.map((plan) => plan.role)
      const machine = namespaces.machineOf(ran.prompt?.host ?? null)
      if (machine !== null && !roles.every((role) => role === 'cluster')) lastHost = machine
      if (roles.includes('instruction')) {
        if (ran.command !== null) note(ran.command, ran.lines[0])
        if (ran.command !== null && SETS.test(ran.command)) recent?.readings.changed(ran.command, ran.lines[0])
      }
      const clock = ran.plans.some((plan) => plan.first.program === 'date')
        ? ran.printed.map(readMoment).find((time) => time !== null)
        : null
      for (const block of clusterBlocks(file, ran)) if (cluster.length < MAX_BLOCKS) cluster.push(block)
      // Printed before the rest, it dates the rest.
      const [piece] = ran.pieces
      const dated = ran.plans.findIndex((plan) => plan.first.program === 'date')
      const first = piece !== undefined && dated >= 0 && dated < ran.plans.indexOf(piece.plan)
      if (clock && first) setClock(nodeOf(machine ?? headingHost ?? lastHost), clock)
      for (const [index, piece] of ran.pieces.entries()) {
        if (isOfCluster(piece)) continue
        if (count >= MAX_BLOCKS || readings >= MAX_READINGS) tooMany ??= piece.lines[0]
        else {
          count++
          addPiece(ran, piece, index === 0, machine)
        }
      }
      if (ran.pieces.length > 0) place = sectionPlace
      if (clock && !first) setClock(nodeOf(machine ?? headingHost ?? lastHost), clock)
      namespaces.learn(ran)
      if (namespaces.entered.length > 0 && ran.command === 'exit') adrift = false
    },
    heading(text, level, line) {
      flushHints(recent)
      const host = hostInHeading(text, (name) => nodes.has(nodeKey(name)))
      if (level <= headingLevel) headingHost = null
      if (host !== null) {
        headingHost = host
        headingLevel = level
        nodes.get(nodeKey(host))?.readings.breakAt()
      }
      if (readDate(text) !== null) for (const node of nodes.values()) node.readings.breakAt()
      if (readAfterChange(text) !== null) recent?.readings.breakAt()
      if (namespaces.entered.length > 0) adrift = true
      namespaces.leave()
      note(text, line)
      sectionPlace = readPlace(text)
      place = sectionPlace
    },
    host(name, line) {
      flushHints(recent)
      pending.push(...readHints(name).map((said) => ({ ...said, line })))
      headingHost = name
      headingLevel = LABEL_LEVEL
      namespaces.leave()
      nodes.get(nodeKey(name))?.readings.breakAt()
    },
    prose(text, line) {
      // What was looked at after a change is another reading; which of the two matters is for each to be judged.
      if (readAfterChange(text) !== null) recent?.readings.breakAt()
      // A short line with a day in it dates what follows; in a long sentence a day may be any day.
      if (text.length <= 60 && readDate(text) !== null) {
        flushHints(recent)
        for (const node of nodes.values()) node.readings.breakAt()
      }
      note(text, line)
    },
    later(words, line, inside) {
      pending = pending.filter((one) => one.kind !== 'later')
      flushHints(recent)
      pending.push({ kind: 'later', value: words, line })
      ;(recent ?? nodeOf(lastHost)).readings.later(words, line, inside)
    },
    fenceEnd() {
      for (const node of nodes.values()) node.readings.fenceEnd()
    },
    finish() {
      if (recent === null) {
        // Words alone: a reading in which nothing was read but they stand.
        const node = nodeOf(null)
        node.onlyCluster = false
        node.readings.touch()
        recent = node
      }
      flushHints(recent)
      const all = [...nodes.values()]
      return { nodes: all, cluster, tooMany }
    },
  }
}

const momentOf = ({ takenAt, wall }: Draft): Moment | null => (takenAt === null ? wall : { utc: takenAt, wall: null })

function date(draft: Draft, clock: Moment): void {
  draft.takenAt = clock.utc
  draft.wall = clock.utc === null ? clock : null
}

/** Anybody asks who a machine is, and is told that it has no such program. */
const tellsNothing = (content: Content): boolean =>
  content.question === 'node' || (content.question === 'refused' && /^(?:node|refused)$/.test(content.of))
