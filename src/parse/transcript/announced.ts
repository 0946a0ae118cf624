import type { LineKind } from '../../model/listing.ts'
import { startCommand } from './command.ts'
import { readHostLabel } from './host-label.ts'
import { type Loop, silentTurn, turnOf } from './loops.ts'
import { isHead } from './output.ts'
import type { Walk } from './walk.ts'
import { readWatchHead } from './watch-head.ts'

/**
 * Understands what a tool printed about where or when the next lines come from: the machine, the turn of a loop, watch's head
 * line. null: the line is none of these.
 */
export function createAnnounced(walk: Walk): (text: string, line: number) => LineKind | null {
  const { file, sink, fan } = walk
  /** A line of dashes stands above. */
  let ruled = false
  let followed: Loop | null = null
  let turns = 0
  return (text, line) => {
    const { current } = walk
    const turn = walk.loop && current ? turnOf(walk.loop, text) : null
    if (walk.loop !== followed) {
      followed = walk.loop
      turns = 0
    }
    // A loop that names nobody: each table's head is the next one's.
    const silent = followed && current && isHead(text) ? silentTurn(followed, turns++) : null
    if (silent !== null && current) {
      const { prompt } = current
      walk.finish(null)
      walk.begin(silent, prompt, line)
      return null
    }
    if (turn !== null && current) {
      const { prompt } = current
      walk.finish(null)
      walk.begin(turn, prompt, line)
      return 'comment'
    }
    const rule = /^-{5,}$/.test(text)
    const above = ruled
    if (text.trim() !== '') ruled = rule
    if (fan.command !== null && rule) return 'comment'
    const tagged = fan.line(text, line, (why) => sink.unread(line, why, text))
    if (tagged !== null) return tagged
    const watched = readWatchHead(text)
    if (watched) {
      const host = watched.host ?? current?.prompt?.host ?? null
      walk.finish(null)
      const prompt = host === null ? null : { host, user: null, command: watched.command }
      walk.begin(watched.command, prompt, line, { look: watched.moment })
      return 'prompt'
    }
    const word = fan.command !== null && above ? /^([A-Za-z\d][\w.,[\]-]*)(?: \(\d+\))?$/.exec(text)?.[1] : undefined
    const isLabel = fan.command !== null || !current || current.prompt === null || current.blank
    const host = word ?? (isLabel ? readHostLabel(text) : null)
    if (host === null) return null
    walk.named = true
    const { command } = fan
    walk.finish(null)
    if (command !== null) walk.current = startCommand(file, command, { host, user: null, command }, line, true)
    else sink.host(host, line)
    return 'comment'
  }
}
