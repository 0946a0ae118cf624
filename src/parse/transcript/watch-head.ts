import { type Moment, readMoment } from '../clock.ts'

interface WatchHead {
  readonly command: string
  readonly host: string | null
  /** watch gives no zone, but its looks are in order. */
  readonly moment: Moment | null
}

/** The line that watch(1) prints above each look: `Every 2.0s: ss -lnt      node-7: Mon Mar  6 11:22:33 2023`. */
export function readWatchHead(line: string): WatchHead | null {
  if (line.length > 1000) return null
  const start = /^Every \d+(?:\.\d+)?s: (?=\S)/.exec(line)?.[0]
  if (start === undefined) return null
  const match =
    /^(.{1,900}?)(?:\s{2,}(?:([\w.-]{1,253}): )?([A-Z][a-z]{2},? (?:[A-Z][a-z]{2} [ \d]\d|[ \d]?\d [A-Z][a-z]{2} 20\d\d) \d\d:\d\d:\d\d.{0,24}|20\d\d年.{8,40}))?$/.exec(
      line.slice(start.length).trimEnd(),
    )
  const [, command, host, clock] = match ?? []
  // What did not fit into the line is cut with dots.
  if (command === undefined || /\.\.\.$|…$/.test(command)) return null
  return { command, host: host ?? null, moment: clock === undefined ? null : readMoment(clock) }
}
