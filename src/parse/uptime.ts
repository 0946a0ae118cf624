import type { LoadAverage } from '../model/machine.ts'
import { decimal } from './columns.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from './format.ts'

/**
 * Read `uptime`, the head of `w` and of `top`, `/proc/loadavg` and `/proc/uptime`.
 * Shape:  LoadAverage, and uptimeSeconds of NodeFacts
 * Units:  uptime prints minutes at best: the seconds are a lower bound
 * Gaps:   the users that `w` lists are not kept
 */
export const uptime: Format = {
  name: 'uptime',
  opens: (text) => readLoad(text) !== null || (text.length < 60 && LOADAVG.test(text)),
  read: startUptime,
}

/** The three averages of `… load average: 4.05, 4.46, 3.38`, comma or blank between them, comma or point inside. */
export function readLoad(text: string): readonly [number, number, number] | null {
  if (text.length > 400) return null
  const at = text.search(/load averages?: |平均负载[:：]\s?|[Ll]oad average: /)
  if (at < 0 || !/^(?:top - |\s{0,8}\d{1,2}:\d\d|Load average: )/.test(text)) return null
  const words = text
    .slice(text.indexOf(text.includes(':', at) ? ':' : '：', at) + 1)
    .trim()
    .split(/,?\s+/)
  const [a = null, b = null, c = null] = words.slice(0, 3).map((word) => decimal(word.replace(/,$/, '')))
  return a === null || b === null || c === null ? null : [a, b, c]
}

/** Seconds of `up 12 days,  3:04`, `up  1:16`, `up 5 min`; null where it is not told. */
export function readUptime(text: string): number | null {
  const at = text.search(/\bup\s/)
  if (at < 0) return null
  const told = text.slice(at + 2, at + 60)
  const days = /^\s{1,4}(\d{1,6}) days?,/.exec(told)
  const rest = days ? told.slice(days[0].length) : told
  const clock = /^\s{1,4}(\d{1,2}):(\d\d)\b/.exec(rest)
  const minutes = /^\s{1,4}(\d{1,2}) min/.exec(rest)
  if (!days && !clock && !minutes) return null
  return Number(days?.[1] ?? 0) * 86_400 + Number(clock?.[1] ?? 0) * 3600 + Number(clock?.[2] ?? minutes?.[1] ?? 0) * 60
}

const LOADAVG = /^(\d+\.\d\d) (\d+\.\d\d) (\d+\.\d\d) \d+\/\d+ \d+$/

function startUptime(context: ReadContext): FormatReader {
  const trouble = startTrouble(context)
  const users = /(?:^|[\s/])w(?:\s|$)/.test(context.command ?? '')
  const asked = context.args.some((arg) => arg === '/proc/uptime')
  let load: LoadAverage | null = null
  let uptimeSeconds: number | null = null
  let heads = false
  const put = (told: readonly [number, number, number], line: number) => {
    load ??= { minute1: told[0], minutes5: told[1], minutes15: told[2], origin: originAt(context, line) }
    return true
  }
  return {
    take(text, line) {
      const told = readLoad(text)
      if (told) {
        uptimeSeconds ??= readUptime(text)
        return put(told, line)
      }
      const row = LOADAVG.exec(text)
      if (row && load === null) return put([Number(row[1]), Number(row[2]), Number(row[3])], line)
      const since = asked ? /^(\d{1,12}\.\d\d) \d+\.\d\d$/.exec(text)?.[1] : undefined
      if (since !== undefined && uptimeSeconds === null) {
        uptimeSeconds = Number(since)
        return true
      }
      if (/^USER\s+TTY\s/.test(text)) {
        heads = true
        return true
      }
      return users && heads && /^\S+\s+(?:pts\/|tty|:)\S*\s/.test(text)
    },
    finish: () =>
      trouble.result([
        ...(load === null ? [] : [{ question: 'machine' as const, machine: { load } }]),
        ...(uptimeSeconds === null ? [] : [{ question: 'node' as const, facts: { uptimeSeconds } }]),
      ]),
  }
}
