import type { ConfiguredBacklog } from '../model/machine.ts'
import { wordsOf } from './columns.ts'
import {
  type Format,
  type FormatReader,
  MAX_ENTRIES,
  originAt,
  type ReadContext,
  startTrouble,
  wholeNumber,
} from './format.ts'

/**
 * Read what nginx, haproxy, redis and Apache are told about their backlog, in configuration files, `nginx -T`, `redis-cli config get`.
 * Shape:  one ConfiguredBacklog a setting; every other line of the file is read and not kept
 * Gaps:   a setting that is not there has the program's default, which is not made up here; whether the file is in use is not told
 * Source: nginx ngx_http_core_listen(); haproxy configuration.txt; redis.conf; Apache mpm_common
 */
export const backlogConfig: Format = {
  name: 'backlog-config',
  opens: (text) => text.length < 1000 && readBacklogs(text).length > 0,
  read: startBacklogConfig,
}

type Told = Omit<ConfiguredBacklog, 'origin'>

/** `/etc/nginx/nginx.conf:12:` of grep. */
const GREP = /^\/\S{1,400}?:(?:\d{1,7}[:-])?(?=\s|[a-zA-Z#])/

function readBacklogs(text: string): readonly Told[] {
  const bare = text.slice(GREP.exec(text.slice(0, 500))?.[0].length ?? 0)
  const words = wordsOf(bare.replace(/[;{}]/g, ' ').replace(/\s#.*$/, ''))
  const [head = '', first = ''] = words
  const number = wholeNumber(words[1] ?? '')
  if (head === 'listen') {
    const told = words.find((word) => word.startsWith('backlog='))?.slice(8)
    const value = told === undefined ? null : wholeNumber(told)
    return value === null ? [] : [{ program: 'nginx', setting: 'listen backlog', ...endOf(first), value }]
  }
  if (head === 'bind') return [...bindOption(words, 'backlog'), ...bindOption(words, 'maxconn')]
  if (number === null || words.length > 3) return []
  const anywhere = { address: null, port: null, value: number }
  if (head === 'tcp-backlog') return [{ program: 'redis', setting: head, ...anywhere }]
  if (head.toLowerCase() === 'listenbacklog') return [{ program: 'apache', setting: 'ListenBacklog', ...anywhere }]
  return head === 'maxconn' || head === 'backlog' ? [{ program: 'haproxy', setting: head, ...anywhere }] : []
}

function bindOption(words: readonly string[], name: string): readonly Told[] {
  const at = words.indexOf(name, 2)
  const value = at < 0 ? null : wholeNumber(words[at + 1] ?? '')
  return value === null ? [] : [{ program: 'haproxy', setting: `bind ${name}`, ...endOf(words[1] ?? ''), value }]
}

/** `80`, `*:80`, `[::]:80`, `10.0.0.9:80`, `unix:/run/x`. nginx listens on 80 where none stands. */
function endOf(text: string): Pick<Told, 'address' | 'port'> {
  if (/^\d{1,5}$/.test(text)) return { address: null, port: portOf(text) }
  const end = /^(.{0,255}):(\d{1,5})$/.exec(text)
  if (!end || text.startsWith('unix:')) return { address: text === '' ? null : text, port: null }
  const address = (end[1] ?? '').replace(/^\[|\]$/g, '')
  return { address: address === '' ? null : address, port: portOf(end[2] ?? '') }
}

const portOf = (text: string) => (Number(text) <= 65_535 ? Number(text) : null)

function startBacklogConfig(context: ReadContext): FormatReader {
  const backlogs: ConfiguredBacklog[] = []
  const trouble = startTrouble(context)
  const redis = /redis-cli/.test(context.command ?? '')
  let asked = false
  return {
    take(text, line) {
      if (text.length > 4000) return false
      const origin = originAt(context, line)
      if (redis) {
        const cell = /^(?:\d{1,3}\) )?"?([\w-]{1,64})"?$/.exec(text.trim())?.[1]
        const value = asked ? wholeNumber(cell ?? '') : null
        asked = cell === 'tcp-backlog'
        if (value !== null)
          backlogs.push({ program: 'redis', setting: 'tcp-backlog', address: null, port: null, value, origin })
        return cell !== undefined
      }
      if (!/^\s*#/.test(text.replace(GREP, '')))
        for (const told of readBacklogs(text)) if (backlogs.length < MAX_ENTRIES) backlogs.push({ ...told, origin })
      return true
    },
    finish: () => trouble.result(backlogs.length > 0 ? [{ question: 'machine', machine: { backlogs } }] : []),
  }
}
