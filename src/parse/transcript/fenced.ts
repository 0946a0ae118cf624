import type { LineKind } from '../../model/listing.ts'
import { isInstruction, isSaidExample, readLater } from '../hints.ts'
import { below } from './below.ts'
import { isComment } from './command.ts'
import { type FenceMark, isElision, isExample, looksLikeCode } from './markdown.ts'
import { BY_SHAPE } from './plan-base.ts'
import { readPrompt, startsWithKnownProgram } from './prompt.ts'
import type { Walk } from './walk.ts'

/** What stands in a fence: commands and outputs, or an example of code or configuration. Never prose. */
export interface Fenced {
  open(mark: FenceMark, line: number): void
  /** null: what was begun before the fence ends here, and the line is read as one outside of it. */
  line(text: string, line: number): LineKind | null
  close(): void
}

export function createFenced(walk: Walk, announced: (text: string, line: number) => LineKind | null): Fenced {
  const { sink } = walk

  const example = (line: number, language: string, text: string): LineKind => {
    sink.unread(line, `an example (${language}), not a reading`, text)
    return 'example'
  }

  const within = (text: string, line: number): LineKind | null => {
    const { fence, current } = walk
    if (!fence) return null
    if (fence.example) return text.trim() === '' ? 'blank' : example(line, fence.language, text)
    const prompt = current?.open && /^\s*>/.test(text) ? null : readPrompt(text, true)
    const isFirst = !fence.prompted && walk.current === null && text.trim() !== ''
    const isTaught = walk.teaching && !walk.named && prompt === null
    if (isFirst && (isTaught || (fence.said && (prompt === null || prompt.host === null)))) {
      walk.teaching = true
      walk.fence = { ...fence, language: 'as the words above say', example: true }
      return example(line, 'as the words above say', text)
    }
    if (prompt) return walk.prompted(prompt, text, line)
    const told = announced(text, line)
    if (told !== null) return told
    if (walk.current) {
      const { open, output } = walk.current
      // A fence of bare commands, each on its line: the next one is no output of the last.
      if (fence.bare && !open && startsWithKnownProgram(text)) {
        if (output.offer(text, line)) {
          walk.current.last = line
          walk.current.understood = true
          return 'output'
        }
        walk.finish(null)
        walk.begin(text, null, line)
        return 'prompt'
      }
      return below(walk, walk.current, text, line)
    }
    if (text.trim() === '') return 'blank'
    if (isElision(text)) {
      const words = readLater(text)
      if (words !== null) sink.later(words, line, true)
      return 'elided'
    }
    if (isComment(text)) {
      walk.prose(text.replace(/^\s*#+\s*/, ''), line)
      return 'comment'
    }
    const shaped = BY_SHAPE.some((format) => format.opens(text))
    if (!fence.prompted && !shaped && startsWithKnownProgram(text)) {
      fence.bare = true
      walk.begin(text, null, line)
      return 'prompt'
    }
    if (!fence.prompted && /^[a-z]+\.[\w.]+\s?=/.test(text) && isInstruction(walk.proseBefore)) {
      walk.fence = { ...fence, language: fence.language || 'settings', example: true }
      return example(line, 'settings', text)
    }
    if (!fence.prompted && !shaped && looksLikeCode(text)) {
      walk.fence = { ...fence, language: 'code or configuration', example: true }
      return example(line, 'code or configuration', text)
    }
    walk.begin(null, null, line)
    return walk.current ? below(walk, walk.current, text, line) : 'unread'
  }

  return {
    line: within,
    open(mark, line) {
      const { current } = walk
      // A label (`### netstat -s`) speaks for the fence below it.
      if (current && !(current.text !== null && current.prompt === null && current.last === current.line))
        walk.finish(null)
      walk.fence = {
        ...mark,
        line,
        prompted: false,
        bare: false,
        example: isExample(mark),
        said: !walk.named && isSaidExample(walk.proseBefore),
      }
      if (!walk.current) walk.session++
    },
    close() {
      walk.finish(null)
      walk.fence = null
      walk.waiting = null
      walk.proseBefore = ''
      walk.session++
      sink.fenceEnd()
    },
  }
}
