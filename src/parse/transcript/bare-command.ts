import { cleanCommand } from './clean-command.ts'
import { parseCommandLine } from './command-line.ts'
import { planOf } from './plan.ts'

/** Longer lines are no commands that people type without a prompt. */
const MAX = 300

/** Programs whose names are no words of a sentence, or that stand there with an option or a path. */
const BEGINS =
  /^(?:(?:sudo|watch|time|nsenter|kubectl|docker|crictl|ip|ssh|while|for|LANG=\w+|LC_ALL=\w+)\s.*)?(?:\/?(?:usr\/)?s?bin\/)?(?:ss|netstat|nstat|sysctl|uname|hostname|conntrack|iptables(?:-save)?|ip6?tables|ipvsadm|nft|lsof|ps|vmstat|free|dmesg|journalctl|mpstat|iostat|pidstat|uptime|lscpu|nproc|cat|head|tail|grep|egrep|zgrep)(?:\s|$)/

/** Loops print the time and wait between two looks. */
const BETWEEN = new Set(['date', 'sleep', 'true', ':'])

/**
 * Could this line, with neither prompt nor fence, be a command whose output we read? A sentence may begin with the same words:
 * whether it was one is told by what stands below it.
 */
export function isBareCommand(line: string): boolean {
  const text = cleanCommand(line.trim())
  if (text.length > MAX || !BEGINS.test(text) || /[^\x20-\x7e\t]/.test(text)) return false
  if (!/^\S+$/.test(text) && !/\s(?:-{1,2}[A-Za-z\d]|\||\/(?:proc|sys|etc)\/|[a-z]+\.[a-z\d_]+\.)/.test(text))
    return false
  const { pipelines } = parseCommandLine(text)
  const told = pipelines.filter((one) => !BETWEEN.has(one.first.program))
  return told.length > 0 && told.every((one) => !one.redirected && planOf(one).role === 'reading')
}
