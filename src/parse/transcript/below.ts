import type { LineKind } from '../../model/listing.ts'
import { readMoment } from '../clock.ts'
import { readLater } from '../hints.ts'
import { type Command, continueCommand, isComment, isLookedAt, isOfKubectl, keepPrinted, whyUnread } from './command.ts'
import { isPager, isRemark, isRule, withoutIndent } from './line-shapes.ts'
import { isElision } from './markdown.ts'
import { isHead } from './output.ts'
import { isNotice, programsOf, readRefusal } from './refusals.ts'
import type { Walk } from './walk.ts'

/** A line below a command; null: the command is over, and the line is none of its. */
export function below(walk: Walk, command: Command, printed: string, line: number): LineKind | null {
  if (printed.trim() === '') {
    command.blank = true
    return 'blank'
  }
  if (continueCommand(walk.file, command, printed)) {
    command.last = line
    return 'prompt'
  }
  const text = withoutIndent(printed, command.indent)
  if (isElision(text)) return elided(walk, command, text, line)
  if (command.output.offer(text, line)) {
    command.last = line
    command.blank = false
    command.understood = true
    if (isOfKubectl(command)) keepPrinted(command, text)
    return 'output'
  }
  const refusal = readRefusal(text, programsOf(command.plans, command.text))
  if (refusal && command.text !== null && (!command.tentative || refusal.program !== null)) {
    command.output.refuse(refusal, text, line)
    command.last = line
    command.blank = false
    command.understood = true
    return 'output'
  }
  if (isNotice(text)) return 'comment'
  if (isComment(text)) {
    walk.prose(text.replace(/^\s*#+\s*/, ''), line)
    return 'comment'
  }
  if (isPager(text) || isRule(text)) return 'comment'
  if (isRemark(text) && (command.blank === false || command.tentative) && command.remarks++ < 4) {
    walk.prose(text.trim(), line)
    return 'comment'
  }
  if (isLookedAt(command)) return lookedAt(walk, command, text, line)
  const asked = command.plans.some(({ role }) => role === 'reading' || role === 'foreign')
  if (asked && command.blank && isHead(text)) {
    // The table of another command, which nobody wrote down.
    walk.finish(null)
    walk.begin(null, null, line)
    return walk.current ? below(walk, walk.current, text, line) : 'unread'
  }
  if ((!command.tentative || command.understood) && (command.fenced || !command.blank || walk.promptsSeen > 2)) {
    command.output.doubt(text)
    return walk.unread(line, whyUnread(command), text)
  }
  walk.finish(null)
  return null
}

function elided(walk: Walk, command: Command, text: string, line: number): LineKind {
  command.output.elide(text, line)
  command.last = line
  const words = readLater(text)
  if (words !== null) {
    walk.finish(null)
    walk.sink.later(words, line, walk.fence !== null)
  }
  return 'elided'
}

/** A loop that prints the time looks again each time. */
function lookedAt(walk: Walk, command: Command, text: string, line: number): LineKind {
  if (command.understood && command.plans.some(({ first }) => first.program === 'date') && readMoment(text) !== null) {
    walk.finish(null)
    walk.begin(command.text, command.prompt, line, { tentative: command.tentative, indent: command.indent })
    if (walk.current) walk.current.understood = true
  }
  const running = walk.current ?? command
  keepPrinted(running, text)
  running.last = line
  if (running.tentative) running.understood = true
  return 'output'
}
