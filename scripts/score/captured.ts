import { SCENARIOS } from '../../src/lab/index.ts'
import type { Expected } from '../capture-fixtures/expect.ts'
import type { Plain } from '../capture-fixtures/expect-plain.ts'
import type { Truth } from './case.ts'

export interface Captured extends Partial<Expected> {
  readonly state: string
  readonly tool: string
  readonly commands: readonly string[]
  readonly plain?: Plain
}

/** Where one output shows a queue beyond its limit and nothing of who accepts, it does not decide between these. */
const UNDECIDED = ['accept-queue-full', 'backlog-too-small']
/** Where they are shown with their owners it does: then only those that the making of the state put there. */
const QUEUE_RULES = [...UNDECIDED, 'netns-somaxconn-low', 'listener-never-accepts']

/**
 * The truth of a captured output: what its making put into the kernel (the promise of the lab's scenario), as far as the kernel's
 * own numbers beside it say that this output shows it. Written from the rules' pages; no rule is asked.
 */
export function truthOf(fixture: Captured): Truth {
  const shown = shownIn(fixture)
  const scenario = SCENARIOS.find(({ id }) => id === fixture.state)
  const plain = plainTruth(fixture)
  if (scenario === undefined) {
    const full = shown.includes('accept-queue-full') ? [UNDECIDED.join('|')] : []
    return fixture.state.endsWith('-twin') ? plain : { ...plain, causes: [...plain.causes, ...full] }
  }
  const made = Object.keys(scenario.expects)
  const undecided = saysWhoAccepts(fixture) ? [] : UNDECIDED
  const ways = QUEUE_RULES.filter((rule) => made.includes(rule) || undecided.includes(rule))
  const causes = shown
    .filter((rule) => made.includes(rule))
    .map((rule) => (rule === 'accept-queue-full' ? ways.join('|') : rule))
  const isListing = fixture.listeners !== undefined || fixture.connections !== undefined
  return { causes, also: isListing && made.includes('accept-queue-full') ? [...made, ...undecided] : made }
}

/** Are the connections of a full queue shown, with their owners or inodes? */
const saysWhoAccepts = ({ listeners = [], connections, unaccepted }: Captured): boolean =>
  connections !== undefined && (unaccepted !== undefined || listeners.some(({ owners }) => owners !== null))

/** Which rules' conditions, as their pages put them, one look at this output can prove. */
function shownIn({ listeners = [], connections = {}, counters = {}, unix = [] }: Captured): readonly string[] {
  const isFull = listeners.some(({ length, max }) => max !== null && max > 0 && length > max)
  const hasOwners = listeners.some(({ owners }) => owners !== null)
  const atLeastOne = (name: string, of: typeof counters) => (of[name]?.[0] ?? 0) > 0
  return [
    ...(isFull ? ['accept-queue-full'] : []),
    ...(!isFull && atLeastOne('TcpExtListenOverflows', counters) ? ['listen-overflows'] : []),
    ...(hasOwners && atLeastOne('CLOSE_WAIT', connections) ? ['close-wait-leak'] : []),
    ...(hasOwners && atLeastOne('SYN_SENT', connections) ? ['syn-sent-stuck'] : []),
    ...(unix.some(({ length, max }) => (length ?? 0) > (max ?? Number.POSITIVE_INFINITY)) ? ['unix-queue-full'] : []),
  ]
}

/** States that are no faults of the lab's: rules of kube-proxy with one Service that has no endpoint, probes, real servers. */
function plainTruth({ state, tool, commands, plain }: Captured): Truth {
  const showsFilter = commands.some((one) => /nL$|list ruleset$/.test(one))
  if (state.startsWith('kube-proxy-') && showsFilter) return { causes: ['nodeport-without-endpoints'], also: [] }
  // Its log says so itself.
  if (plain?.acceptErrors) return { causes: ['fd-limit-reached'], also: [] }
  // Nobody answers those SYNs; a line of the log does not tell a flood from a short backlog.
  if (state === 'syn-flooded') return { causes: [], also: ['syn-queue-full', 'syn-flood'] }
  // Beside the queue's connections stand those that it turns away.
  if (/^(?:nginx|redis|haproxy)-full$/.test(state))
    return { causes: [], also: ['syn-sent-stuck', ...UNDECIDED, 'listen-overflows'] }
  // A port that refuses may have no listener or a firewall that resets: the page asks for the listing that decides.
  const isRefused = plain?.probe?.outcome === 'refused' || tool === 'tcpdump'
  return { causes: [], also: isRefused ? ['port-not-listening'] : [] }
}
