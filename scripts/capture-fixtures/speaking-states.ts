import { type PlainSession, type PlainState, procps, SERVE } from './plain-states.ts'
import { looked, once } from './server-states.ts'
import type { Tells } from './sessions.ts'

const nothing = () => ({})
const SOCKETS: Tells = { listeners: { limits: false, owners: false }, connections: {}, whole: true }
const LIMITS: Tells = { listeners: { limits: true, owners: false }, whole: true }

const netstat = (slug: string, tells: Tells | undefined, ...commands: string[]): PlainSession =>
  once(looked('netstat', 'netstat -V | head -1', slug, tells, nothing, ...commands))

/** net-tools has words of its own for these; for Chinese it has none. */
const SOCKET_LOOKS: readonly PlainSession[] = [
  netstat('antp', SOCKETS, 'netstat -antp'),
  netstat('ltn', { listeners: { limits: false, owners: false }, whole: true }, 'netstat -ltn', 'netstat -i'),
]

const MACHINE_LOOKS: readonly PlainSession[] = [
  procps('free', 'memory', 'free', 'vmstat 1 2'),
  procps('uptime', 'load', 'uptime', 'free -m'),
  procps('top', 'processes', 'top -b -n 1 | head -40'),
  { ...procps('mpstat', 'cores', 'mpstat -P ALL 1 1', 'nproc'), tool: 'sysstat', version: 'mpstat -V 2>&1' },
]

const small = (tool: string, slug: string, what: 'memory' | 'load' | 'processes', ...commands: string[]) => ({
  ...procps(slug, what, ...commands),
  tool,
  version: tool === 'toybox' ? 'toybox --version' : 'busybox | head -1',
})

const speaks = (lang: string, sessions: readonly PlainSession[], name = `quiet-${lang}`): PlainState => ({
  name,
  arrange: 'ip addr',
  keep: SERVE,
  sessions,
  lang,
})

/** The same machine in other languages, on other terminals, and by the small tools of small images. */
export const SPEAKING_STATES: readonly PlainState[] = [
  speaks('de_DE', [...SOCKET_LOOKS, ...MACHINE_LOOKS]),
  speaks('fr_FR', SOCKET_LOOKS),
  speaks('ja_JP', SOCKET_LOOKS),
  speaks('pt_BR', SOCKET_LOOKS),
  speaks('zh_CN', MACHINE_LOOKS),
  {
    ...speaks('zh_CN', [procps('free', 'memory', 'free', 'ss -ltn')], 'quiet-gbk'),
    written: { encoding: 'gbk', styled: 'markdown-zh' },
  },
  {
    ...speaks('fr_FR', [netstat('antp', SOCKETS, 'netstat -antp')], 'quiet-latin'),
    written: { encoding: 'latin-1', styled: 'bash' },
  },
  {
    ...speaks('ja_JP', [netstat('antp', SOCKETS, 'netstat -antp')], 'quiet-notepad'),
    written: { encoding: 'utf-16le', styled: 'dollar' },
  },
  {
    ...speaks('C', [looked('ss', 'ss -V', 'tanp', { ...SOCKETS, ...LIMITS }, nothing, 'ss -tanpem')], 'quiet-windows'),
    written: { encoding: 'crlf', styled: 'colon' },
  },
  {
    name: 'quiet-image',
    arrange: 'ip addr',
    sessions: [
      small('busybox', 'free', 'memory', 'busybox free', 'busybox uptime'),
      small('busybox', 'uptime', 'load', 'busybox uptime', 'busybox cat /proc/loadavg'),
      small('busybox', 'ps', 'processes', 'busybox ps'),
      small('busybox', 'top', 'processes', 'busybox top -b -n 1 | head -40'),
      small('toybox', 'free', 'memory', 'toybox free'),
      small('toybox', 'uptime', 'load', 'toybox uptime'),
      small('toybox', 'ps', 'processes', 'toybox ps -ef'),
    ],
  },
]
